/* A cell's source, editable in place. Tab indents, Shift+Enter runs, Escape leaves. */

const INDENT = "    ";
const KEYS = "Python code. Tab indents, Shift+Enter runs the cell, Escape leaves the code.";

/* The text of what is edited: a browser may write the end of a line as an element. */
function textOf(fragment) {
  for (const end of fragment.querySelectorAll("br")) end.replaceWith("\n");
  return fragment.textContent;
}

function insert(text) {
  document.execCommand("insertText", false, text);
}

function lineBeforeCaret(box) {
  const range = getSelection().getRangeAt(0).cloneRange();
  range.setStart(box, 0);
  return textOf(range.cloneContents()).split("\n").pop();
}

export class Editor {
  #box;
  #original;
  #markup;

  constructor(box, original, { label, onRun, onLeave, onChange }) {
    this.#box = box;
    this.#original = original;
    this.#markup = box.innerHTML;
    try {
      box.contentEditable = "plaintext-only";
    } catch {
      box.contentEditable = "true";
    }
    box.spellcheck = false;
    box.classList.add("live-editor");
    const attributes = {
      role: "textbox", "aria-multiline": "true", "aria-label": `${label}. ${KEYS}`,
      tabindex: "0", autocapitalize: "off",
    };
    for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);
    box.addEventListener("input", onChange);
    box.addEventListener("paste", (event) => {
      event.preventDefault();
      insert(event.clipboardData.getData("text/plain"));
    });
    box.addEventListener("keydown", (event) => this.#key(event, onRun, onLeave));
  }

  get source() {
    return textOf(this.#box.cloneNode(true)).trimEnd();
  }

  get edited() {
    return this.source !== this.#original.trimEnd();
  }

  reset() {
    this.#box.innerHTML = this.#markup;
  }

  #key(event, onRun, onLeave) {
    const { key, shiftKey, ctrlKey, metaKey, altKey, isComposing } = event;
    if (isComposing) return;
    if (key === "Enter" && (shiftKey || ctrlKey || metaKey)) onRun();
    else if (key === "Enter") {
      const line = lineBeforeCaret(this.#box);
      insert(`\n${line.match(/^ */)[0]}${line.trimEnd().endsWith(":") ? INDENT : ""}`);
    } else if (key === "Tab" && !shiftKey && !ctrlKey && !metaKey && !altKey) insert(INDENT);
    else if (key === "Escape") onLeave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
