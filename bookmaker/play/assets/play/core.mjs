/* What the figures with controls share: axes, labelled controls, and words for numbers. */

export const range = (n, f = (k) => k) => Array.from({ length: n }, (_, k) => f(k));
export const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

export function quantiles(values, shares) {
  const sorted = Float64Array.from(values).sort();
  return shares.map((share) => {
    const at = share * (sorted.length - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  });
}

/* A number as a sentence writes it: 0.012, 340, 4 × 10⁻⁹ */
export function inWords(value, digits = 2) {
  if (value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5)) {
    return Number(value.toPrecision(digits)).toString();
  }
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const raised = [...String(Number(power))].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
  return `${mantissa} × 10${raised.join("")}`;
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/* Axes whose words keep their size on a phone: everything is drawn again for each width. */
class Chart {
  constructor(parent, { label, height = 240, left = 44, x, y }) {
    Object.assign(this, { height, left, x, y, parts: [], recipe: () => {} });
    this.svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.svg.setAttribute("role", "img");
    this.svg.setAttribute("aria-label", label);
    parent.append(this.svg);
    new ResizeObserver(() => this.draw(this.recipe)).observe(parent);
  }

  place(axis, value, length) {
    const { from, to, log } = axis;
    const scale = log ? Math.log : Number;
    return (length * (scale(value) - scale(from))) / (scale(to) - scale(from));
  }

  across = (value) => this.place(this.x, value, this.inner);
  up = (value) => this.room - this.place(this.y, value, this.room);

  draw(recipe) {
    this.recipe = recipe;
    const width = this.svg.parentElement.clientWidth;
    const margin = { left: this.left, right: 18, top: 26, bottom: 36 };
    this.inner = width - margin.left - margin.right;
    this.room = this.height - margin.top - margin.bottom;
    if (this.inner <= 0) return;
    this.parts = [];
    recipe(this);
    const show = (axis, tick) => (axis.show ?? String)(tick);
    const rows = this.y.ticks.map((tick) => {
      const at = margin.top + this.up(tick);
      return `<path class="rule" d="M${margin.left} ${at}h${this.inner}"/>
        <text x="${margin.left - 6}" y="${at + 4}" text-anchor="end">${show(this.y, tick)}</text>`;
    });
    const columns = this.x.ticks.map((tick) => {
      const at = margin.left + this.across(tick);
      return `<path class="rule" d="M${at} ${margin.top + this.room}v4"/>
        <text x="${at}" y="${margin.top + this.room + 16}" text-anchor="middle">${show(this.x, tick)}</text>`;
    });
    this.svg.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.svg.setAttribute("height", this.height);
    this.svg.innerHTML = `${rows.join("")}${columns.join("")}
      <text class="title" x="2" y="12">${this.y.title}</text>
      <text class="title" x="${width - margin.right}" y="${this.height - 4}"
        text-anchor="end">${this.x.title}</text>
      <svg x="${margin.left}" y="${margin.top}" width="${this.inner}" height="${this.room}"
        class="plot">${this.parts.join("")}</svg>`;
  }

  trace(xs, ys) {
    const points = range(xs.length, (k) => `${this.across(xs[k]).toFixed(1)} ${
      Math.max(-1e4, Math.min(1e4, this.up(ys[k]))).toFixed(1)}`);
    return `M${points.join("L")}`;
  }

  lines(xs, columns, look) {
    this.parts.push(`<path ${look} d="${columns.map((ys) => this.trace(xs, ys)).join("")}"/>`);
  }

  line(xs, ys, look) {
    this.lines(xs, [ys], look);
  }

  area(xs, low, high, look) {
    const back = this.trace([...xs].reverse(), [...high].reverse()).slice(1);
    this.parts.push(`<path ${look} d="${this.trace(xs, low)}L${back}Z"/>`);
  }

  dots(xs, ys, look) {
    for (let k = 0; k < xs.length; k++) {
      this.parts.push(`<circle ${look} r="4" cx="${this.across(xs[k])}" cy="${this.up(ys[k])}"/>`);
    }
  }

  box(left, right, low, high, look) {
    const [x, y] = [this.across(left), this.up(high)];
    this.parts.push(`<rect ${look} x="${x}" y="${y}" width="${this.across(right) - x}"
      height="${this.up(low) - y}"/>`);
  }

  note(x, y, text, { look = "", anchor = "start", dx = 0, dy = -6 } = {}) {
    this.parts.push(`<text ${look} x="${this.across(x) + dx}" y="${this.up(y) + dy}"
      text-anchor="${anchor}">${text}</text>`);
  }
}

/* The controls of one figure, what it shows, and what it says. */
class Panel {
  constructor(figure) {
    this.name = figure.id;
    this.given = JSON.parse(figure.dataset.given);
    this.bar = element("div", { className: "play-bar" });
    this.scene = element("div", { className: "play-scene" });
    this.status = element("p", { className: "play-says" });
    this.status.setAttribute("role", "status");
    figure.querySelector(".play-stage").replaceChildren(this.bar, this.scene, this.status);
  }

  control(label, input, shown) {
    input.id = `${this.name}-${this.bar.childElementCount}`;
    const text = element("label", { htmlFor: input.id }, label);
    this.bar.append(element("div", { className: "play-control" }, text, ...shown, input));
  }

  /* A slider over `values`; `show` says each in words. */
  slider(label, values, value, show = String) {
    const input = element("input", { type: "range", min: 0, max: values.length - 1 });
    const output = element("output");
    output.setAttribute("aria-hidden", "true");
    input.value = values.indexOf(value);
    const tell = () => {
      output.value = show(values[input.value]);
      input.setAttribute("aria-valuetext", output.value);
    };
    input.addEventListener("input", () => {
      tell();
      this.changed();
    });
    this.control(label, input, [output]);
    tell();
    return Object.assign(() => values[input.value], { input });
  }

  choice(label, options) {
    const select = element("select");
    for (const [value, text] of Object.entries(options)) select.append(new Option(text, value));
    select.addEventListener("input", () => this.changed());
    this.control(label, select, []);
    return () => select.value;
  }

  /* The seed of the chance in this figure, for all to see, and a button for the next one */
  seed(value = 1) {
    const output = element("output", { value: `seed ${value}` });
    const button = element("button", { type: "button", textContent: "Draw again" });
    button.addEventListener("click", () => {
      value += 1;
      output.value = `seed ${value}`;
      this.changed();
    });
    this.bar.append(element("div", { className: "play-seed" }, button, output));
    return () => value;
  }

  chart(axes) {
    return new Chart(this.scene.appendChild(element("div")), axes);
  }

  /* Say it when the reader's hand rests: a screen reader would speak of every step. */
  say(text) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => (this.status.textContent = text), 200);
  }

  changed() {
    this.update();
  }
}

/* Put `start` to work in the place that the page has left for the figure `name`. */
export function mount(name, start) {
  for (const figure of document.querySelectorAll(`figure[data-play="${name}"]`)) {
    const panel = new Panel(figure);
    panel.update = start(panel);
    panel.update();
  }
}
