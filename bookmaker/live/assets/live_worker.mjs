/* In a worker, so that the page stays at hand while a cell runs: Python, and one session of it. */

let session;
let python;
let last = Promise.resolve();

/* Tell the page of each file that comes; the promise is broken by the first that does not. */
function watchFetches() {
  const ask = self.fetch;
  return new Promise((_, fail) => {
    self.fetch = async (...request) => {
      try {
        const reply = await ask(...request);
        if (!reply.ok) throw new Error(`${reply.url}: ${reply.status}`);
        self.postMessage({ fetched: 1 });
        return reply;
      } catch (error) {
        fail(error);
        throw error;
      }
    };
  });
}

async function load(base) {
  const [{ loadPyodide }, code] = await Promise.all([
    import(`${base}pyodide.mjs`),
    fetch(new URL("live.py", import.meta.url)).then((reply) => reply.text()),
  ]);
  python = await loadPyodide({ indexURL: base, packages: ["collapse-utils"] });
  python.FS.writeFile("live.py", code);
  session = python.runPython("import sys; sys.path.insert(0, ''); import live; live.Session()");
}

async function start(base) {
  await Promise.race([watchFetches(), load(base)]);
  return [];
}

async function run(source, number) {
  await python.loadPackagesFromImports(source);
  return JSON.parse(session.run(source, number));
}

async function answer({ id, base, source, number }) {
  try {
    self.postMessage({ id, outputs: await (base ? start(base) : run(source, number)) });
  } catch (error) {
    self.postMessage({ id, failure: String(error.message ?? error) });
  }
}

self.onmessage = ({ data }) => {
  last = last.then(() => answer(data));
};
