/* One task, five workflows: a normal law refitted to twenty numbers by maximum likelihood. The law
   of simulate(Gaussian("mle"), ...), on counts, means and sums of squares. */

import { generator } from "./chance.mjs";
import { average, inWords, mount, range } from "./core.mjs";

const SIZE = 20;
const FITS = 101;
const CHAINS = 400;

const EMPTY = { n: 0, mean: 0, squares: 0 };

function merge(a, b) {
  const n = a.n + b.n;
  if (n === 0) return EMPTY;
  const apart = b.mean - a.mean;
  return {
    n,
    mean: a.mean + (apart * b.n) / n,
    squares: a.squares + b.squares + (apart ** 2 * a.n * b.n) / n,
  };
}

/* What each generation trains on: `write(n)` and `read(n)` give samples of the model and of the
   truth, `pool` is what was kept. */
const WORKFLOWS = {
  replace: ({ write }) => write(SIZE),
  mixed: ({ write, read, real }) => merge(read(real), write(SIZE - real)),
  anchored: ({ write, first }) => merge(first, write(SIZE)),
  accumulate: ({ write, pool }) => merge(pool, write(SIZE)),
  notebook: ({ read, pool, real }) => merge(pool, read(real)),
};

/* Mean and variance of every chain after fits 1, 2, ..., with `real` fresh numbers a generation */
export function simulate({ workflow, real, fits = FITS, chains = CHAINS, seed }) {
  const chance = generator(seed);
  function sample(mean, variance, n) {
    if (n === 0) return EMPTY;
    const squares = n > 1 ? 2 * chance.gamma((n - 1) / 2) * variance : 0;
    return { n, mean: mean + chance.normal() * Math.sqrt(variance / n), squares };
  }
  const read = (n) => sample(0, 1, n);
  const history = { mean: range(fits, () => []), variance: range(fits, () => []) };
  for (let chain = 0; chain < chains; chain++) {
    const first = read(SIZE);
    let pool = first;
    for (let n = 0; n < fits; n++) {
      const [mean, variance] = [pool.mean, pool.squares / pool.n];
      history.mean[n].push(mean);
      history.variance[n].push(variance);
      const write = (size) => sample(mean, variance, size);
      pool = WORKFLOWS[workflow]({ write, read, real, first, pool });
    }
  }
  return history;
}

/* The expected squared error of the mean after fits 1, 2, ..., exactly */
export function drift({ workflow, real, fits = FITS }) {
  const found = [1 / SIZE];
  let strayed = 0;
  for (let n = 1; n < fits; n++) {
    const last = found[n - 1];
    const written = SIZE - real;
    found.push({
      replace: () => last + (1 - last) / SIZE,
      mixed: () => real / SIZE ** 2 +
        (written ? (written / SIZE) ** 2 * (last + (1 - last) / written) : 0),
      anchored: () => {
        strayed = (strayed + (1 - 1 / SIZE - strayed) / SIZE) / 4;
        return 1 / SIZE + strayed;
      },
      accumulate: () => last + (1 - last) / (SIZE * (n + 1) ** 2),
      notebook: () => 1 / (SIZE + real * n),
    }[workflow]());
  }
  return found;
}

function start(panel) {
  const workflow = panel.choice("Each generation trains on", {
    mixed: "fresh and written numbers (mixed)",
    notebook: "real numbers only (notebook)",
    replace: "written numbers only (replace)",
    accumulate: "everything so far (accumulate)",
    anchored: "the first sample and written numbers (anchored)",
  });
  const real = panel.slider("Fresh real numbers", range(SIZE + 1), 2, (r) => `${r} of ${SIZE}`);
  const seed = panel.seed();
  panel.scene.classList.add("play-pair");
  const path = panel.chart({
    label: "Drift against the number of fits, both on logarithmic scales",
    height: 300,
    x: { from: 0.9, to: 115, log: true, ticks: [1, 3, 10, 30, 100], title: "fits" },
    y: {
      from: 4e-4, to: 2.2, log: true, ticks: [0.001, 0.01, 0.1, 1],
      title: "drift: squared error of the mean",
    },
  });
  const line = panel.chart({
    label: "Mean variance against drift",
    height: 300,
    x: { from: -0.04, to: 1.04, ticks: [0, 0.5, 1], title: "drift" },
    y: { from: -0.04, to: 1.1, ticks: [0, 0.5, 1], title: "mean variance" },
  });
  const axis = range(FITS, (k) => k + 1);
  const shown = [0, 1, 2, 4, 8, 16, 30, 55, 100];

  return () => {
    const [name, r] = [workflow(), real()];
    real.input.disabled = !["mixed", "notebook"].includes(name);
    const run = simulate({ workflow: name, real: r, seed: seed() });
    const squares = run.mean.map((row) => row.map((mean) => mean ** 2));
    const measured = squares.map(average);
    const variance = run.variance.map(average);
    const exact = drift({ workflow: name, real: r });
    const look = `class="${name}"`;
    path.draw((plot) => {
      for (const other of Object.keys(WORKFLOWS)) {
        if (other !== name) {
          plot.line(axis, drift({ workflow: other, real: r }), 'class="theory pale"');
        }
      }
      plot.line(axis, exact, 'class="theory"');
      plot.dots(shown.map((k) => axis[k]), shown.map((k) => measured[k]), look);
    });
    line.draw((plot) => {
      plot.line([0, 1], [1, 0], 'class="theory"');
      plot.dots(shown.map((k) => measured[k]), shown.map((k) => variance[k]), look);
      plot.note(measured[100], variance[100], "fit 101", { dx: 8, dy: -6 });
    });
    const spread = average(squares[100].map((value) => (value - measured[100]) ** 2));
    panel.say(
      `${CHAINS} chains. After ${FITS} fits the drift is ${inWords(measured[100])} ± ` +
      `${inWords(Math.sqrt(spread / CHAINS), 1)}, exactly ${inWords(exact[100])}: the model is worth ` +
      `${inWords(1 / exact[100])} real numbers.` +
      (name === "replace" ? " Late averages of this loop ride on a few rare chains." : ""),
    );
  };
}

mount("line", start);
