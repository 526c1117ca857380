/* The page's side of the worker: questions and their answers, and a way to stop. */

export class Stopped extends Error {}

export class Kernel {
  #worker;
  #waiting = new Map();
  #asked = 0;
  #base;
  onFetch = () => {};

  constructor(base) {
    this.#base = base;
  }

  /* Start Python; the promise is kept when cells can be run. */
  start() {
    this.#worker = new Worker(new URL("live_worker.mjs", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => this.#abandon(new Error(event.message || "no worker"));
    return this.#ask({ base: this.#base });
  }

  run(source, number) {
    return this.#ask({ source, number });
  }

  /* End the worker in the middle of whatever it does. Its variables are gone with it. */
  stop() {
    this.#worker.terminate();
    this.#abandon(new Stopped("stopped"));
  }

  get busy() {
    return this.#waiting.size > 0;
  }

  #ask(message) {
    const id = ++this.#asked;
    this.#worker.postMessage({ id, ...message });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #hear({ fetched, id, outputs, failure }) {
    if (fetched) return this.onFetch();
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (failure === undefined) resolve(outputs);
    else reject(new Error(failure));
  }

  #abandon(reason) {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(reason);
  }
}
