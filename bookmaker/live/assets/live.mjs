/* One button makes the page's cells live. Until it is pressed nothing else is loaded. */

const bar = document.querySelector(".live-bar");
const status = bar.querySelector("[role=status]");
const progress = bar.querySelector("progress");
const startButton = bar.querySelector(".live-start");

function say(text) {
  status.textContent = text;
}

function button(text, label, onClick) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "live-button";
  made.textContent = text;
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", onClick);
  return made;
}

function advance(value, max) {
  progress.hidden = value === undefined;
  if (value !== undefined) Object.assign(progress, { max, value: Math.min(value, max) });
}

/* A cell that can be seen, with the cells after it that the page leaves out: they run with it. */
class Cell {
  constructor(page, stored, box, { Editor, Outputs }) {
    const input = box.querySelector(".cell_input");
    this.page = page;
    this.box = box;
    this.number = stored.number;
    this.after = [];
    this.outputs = new Outputs(box, input);
    this.runButton = button("Run", `Run cell ${this.number}`, () => page.run([this]));
    this.toHere = button("Run to here", `Run to here, cell ${this.number}`,
      () => page.run(page.upTo(this)));
    this.resetButton = button("Reset", `Reset cell ${this.number}`, () => {
      this.reset();
      this.runButton.focus();
    });
    this.resetButton.hidden = true;
    this.mark = document.createElement("span");
    this.mark.className = "live-mark";
    this.editor = new Editor(input.querySelector("pre"), stored.source, {
      label: `Cell ${this.number}`,
      onRun: () => page.run([this]),
      onLeave: () => this.runButton.focus(),
      onChange: () => this.refresh(),
    });
    const controls = document.createElement("div");
    controls.className = "live-controls";
    controls.setAttribute("role", "group");
    controls.setAttribute("aria-label", `Cell ${this.number}`);
    controls.append(this.mark, this.runButton, this.toHere, this.resetButton);
    box.querySelector(":scope > details, :scope > .cell_input").after(controls);
    this.forget();
  }

  forget() {
    this.ran = false;
    this.changedOutput = false;
    this.refresh();
  }

  refresh() {
    this.mark.textContent = `${this.ran ? "✓ " : ""}cell ${this.number}`;
    this.resetButton.hidden = !this.editor.edited && !this.changedOutput;
  }

  reset() {
    this.editor.reset();
    this.outputs.reset();
    this.forget();
  }

  /* Run the cell; tell whether it succeeded. */
  async run(kernel) {
    this.box.classList.add("live-running");
    try {
      const edited = this.editor.edited;
      const outputs = await kernel.run(this.editor.source, this.number);
      for (const { source, number } of this.after) {
        if (outputs.at(-1)?.type === "error") break;
        const more = await kernel.run(source, number);
        outputs.push(...more.filter(({ type }) => type === "error"));
      }
      const failed = outputs.at(-1)?.type === "error" ? outputs.at(-1) : undefined;
      if (failed) failed.text += this.page.hint(this, failed);
      this.outputs.show(outputs, edited);
      this.changedOutput = edited || Boolean(failed);
      this.ran = !failed;
      this.refresh();
      return this.ran;
    } finally {
      this.box.classList.remove("live-running");
    }
  }
}

class Page {
  constructor(stored, kernel, parts) {
    this.kernel = kernel;
    this.Stopped = parts.Stopped;
    this.cells = [];
    const leading = [];
    for (const cell of stored) {
      const box = document.querySelector(`div.cell.live-${cell.number}`);
      if (box) this.cells.push(new Cell(this, cell, box, parts));
      else (this.cells.at(-1)?.after ?? leading).push(cell);
    }
    this.leading = leading;
    this.stopButton = button("Stop", "", () => this.stop());
    this.runAll = button("Run all", "", () => this.run(this.cells));
    this.resetAll = button("Reset all", "", () => this.reset());
    startButton.replaceWith(this.runAll, this.stopButton, this.resetAll);
    bar.classList.add("live-on");
  }

  upTo(cell) {
    return this.cells.slice(0, this.cells.indexOf(cell) + 1);
  }

  hint(cell, { name }) {
    const skipped = this.upTo(cell).slice(0, -1).some(({ ran }) => !ran);
    return name === "NameError" && skipped
      ? "\nSome cells above have not run since Python started: try “Run to here”.\n" : "";
  }

  working(at) {
    this.stopButton.disabled = !at;
    bar.setAttribute("aria-busy", String(Boolean(at)));
  }

  /* Start Python and run the first cell: the chapter's imports and its seed. */
  async start(files) {
    let fetched = 0;
    this.working(true);
    this.kernel.onFetch = () => advance(++fetched, files);
    try {
      advance(0, files);
      await this.kernel.start();
      advance();
      for (const { source, number } of this.leading) await this.kernel.run(source, number);
      const begun = await this.cells[0].run(this.kernel);
      say(begun ? "Live. Edit any cell and run it." : "The first cell failed.");
    } catch (error) {
      if (!(error instanceof this.Stopped)) say(`Python did not start: ${error.message}. Load the page again to retry.`);
    } finally {
      if (!this.kernel.busy) this.kernel.onFetch = () => {};
      advance();
      this.working(this.kernel.busy);
    }
  }

  async run(cells) {
    const began = performance.now();
    const one = cells.length === 1;
    this.working(true);
    say(one ? `Running cell ${cells[0].number}.` : `Running ${cells.length} cells.`);
    try {
      for (const [done, cell] of cells.entries()) {
        if (!one) advance(done, cells.length);
        if (!(await cell.run(this.kernel))) {
          say(`Cell ${cell.number} failed.`);
          cell.box.scrollIntoView({ block: "nearest" });
          return;
        }
      }
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      say(one ? `Cell ${cells[0].number} has run, ${seconds} s.`
        : `${cells.length} cells have run, ${seconds} s.`);
    } catch (error) {
      if (!(error instanceof this.Stopped)) say(`Python stopped: ${error.message}`);
    } finally {
      advance();
      this.working(this.kernel.busy);
    }
  }

  async stop() {
    this.kernel.stop();
    for (const cell of this.cells) {
      cell.ran = false;
      cell.refresh();
    }
    say("Stopped. Python starts again, without its variables.");
    await this.start(this.files);
  }

  reset() {
    for (const cell of this.cells) cell.reset();
    say("Every cell shows its stored code and output again.");
    this.runAll.focus();
  }
}

async function begin() {
  startButton.disabled = true;
  say("Loading Python, about 45 MB the first time.");
  try {
    const here = (name) => new URL(name, import.meta.url).href;
    const [reply, ...modules] = await Promise.all([
      fetch(bar.dataset.cells),
      import(here("live_kernel.mjs")), import(here("live_editor.mjs")),
      import(here("live_outputs.mjs")),
    ]);
    const parts = Object.assign({}, ...modules);
    const { cells, files } = await reply.json();
    const base = new URL(bar.dataset.runtime, location.href).href;
    const page = new Page(cells, new parts.Kernel(base), parts);
    page.files = files;
    page.runAll.focus();
    await page.start(files);
  } catch (error) {
    startButton.disabled = false;
    say(`This page could not be made live: ${error.message}`);
  }
}

startButton.addEventListener("click", begin);
bar.hidden = false;
