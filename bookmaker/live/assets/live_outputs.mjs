/* What a cell shows: the stored outputs at first, then those of each run, in the page's own form. */

const CHANGED = "Drawn by a changed cell. Before the change: ";

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

function printed(text, kind) {
  const pre = element("pre", "", text);
  pre.tabIndex = 0;
  const box = element("div", `output ${kind} notranslate`, element("div", "highlight", pre));
  return box;
}

function html(markup) {
  const box = element("div", "output text_html");
  box.innerHTML = markup;
  return box;
}

export class Outputs {
  #box;
  #stored;
  #figures;

  constructor(cell, input) {
    this.#box = cell.querySelector(".cell_output");
    if (!this.#box) {
      this.#box = element("div", "cell_output docutils container");
      this.#box.hidden = true;
      const folded = cell.classList.contains("tag_hide-input");
      (folded ? cell : input.parentElement).append(this.#box);
    }
    this.#stored = [...this.#box.childNodes];
    this.#figures = this.#stored.filter((node) => node.querySelector?.("img"));
  }

  /* Show the outputs of a run; a figure keeps its caption, its number and its words. */
  show(outputs, edited) {
    let drawn = 0;
    const made = outputs.map(({ type, text }) => {
      if (type === "html") return html(text);
      if (type === "png") return this.#figure(text, drawn++, edited);
      if (type === "text") return printed(text, "text_plain highlight-myst-ansi");
      if (type === "error") return printed(text, "live-error highlight-myst-ansi");
      return printed(text, `${type === "stderr" ? "stderr" : "stream"} highlight-myst-ansi`);
    });
    this.#replace(made);
  }

  reset() {
    this.#replace(this.#stored);
  }

  get text() {
    return this.#box.textContent;
  }

  #replace(nodes) {
    this.#box.replaceChildren(...nodes);
    this.#box.hidden = nodes.length === 0;
  }

  #figure(picture, index, edited) {
    const known = this.#figures[index]?.cloneNode(true);
    const node = known ?? element("div", "output", document.createElement("img"));
    const image = node.querySelector("img");
    image.src = `data:image/png;base64,${picture}`;
    if (!known) image.alt = "Figure drawn by the code above";
    else if (edited) image.alt = CHANGED + image.alt;
    return node;
  }
}
