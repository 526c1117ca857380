/* Refit a normal law to its own samples: many chains, M samples a fit. The law of
   simulate(Gaussian(), replace()), with two random numbers a fit as in Cochran's theorem. */

import { generator } from "./chance.mjs";
import { average, inWords, mount, quantiles, range } from "./core.mjs";

const FITS = 200;
const CHAINS = 300;
const DRAWN = 25;

/* Mean and log variance of every chain after fits 1, 2, ..., from a standard normal truth */
export function simulate({ samples, fits = FITS, chains = CHAINS, seed }) {
  const chance = generator(seed);
  const a = (samples - 1) / 2;
  const mean = range(fits, () => new Float64Array(chains));
  const logVariance = range(fits, () => new Float64Array(chains));
  for (let chain = 0; chain < chains; chain++) {
    let [mu, log] = [0, 0];
    for (let n = 0; n < fits; n++) {
      mu += Math.exp(log / 2) * chance.normal() / Math.sqrt(samples);
      log += Math.log(chance.gamma(a) / a);
      mean[n][chain] = mu;
      logVariance[n][chain] = log;
    }
  }
  return { mean, logVariance };
}

export function digamma(x) {
  let below = 0;
  for (; x < 10; x++) below += 1 / x;
  const s = 1 / (x * x);
  return Math.log(x) - 0.5 / x - s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s / 240))) - below;
}

/* What the log variance loses per fit in the mean; the typical variance falls like its power */
export const drift = (samples) => digamma((samples - 1) / 2) - Math.log((samples - 1) / 2);

function start(panel) {
  const sizes = [2, 3, 4, 5, 6, 8, 10, 14, 20, 30, 50, 70, 100, 140, 200];
  const samples = panel.slider("Samples per fit, M", sizes, 10);
  const seed = panel.seed();
  const axis = range(FITS, (k) => k + 1);
  const x = { from: 1, to: FITS, ticks: [1, 50, 100, 150, 200], title: "fits" };
  const powers = ["1", "10⁻⁵", "10⁻¹⁰", "10⁻¹⁵", "10⁻²⁰"];
  const variances = panel.chart({
    label: "Fitted variance of each chain against the number of fits, on a logarithmic scale",
    height: 270,
    x,
    y: {
      from: -20, to: 3, ticks: [0, -5, -10, -15, -20], title: "fitted variance",
      show: (tick) => powers[-tick / 5],
    },
  });
  const means = panel.chart({
    label: "Fitted mean of each chain against the number of fits",
    height: 170,
    x,
    y: { from: -3, to: 3, ticks: [-2, 0, 2], title: "fitted mean" },
  });

  return () => {
    const M = samples();
    const { mean, logVariance } = simulate({ samples: M, seed: seed() });
    const digits = logVariance.map((row) => row.map((log) => log / Math.LN10));
    const line = (rows, chain) => rows.map((row) => row[chain]);
    const [low, middle, high] = range(3, () => []);
    for (const row of digits) {
      const [a, b, c] = quantiles(row, [0.05, 0.5, 0.95]);
      low.push(a);
      middle.push(b);
      high.push(c);
    }
    const mass = logVariance.map((row) => average(row.map(Math.exp)));
    const typical = axis.map((n) => (n * drift(M)) / Math.LN10);
    variances.draw((plot) => {
      plot.area(axis, low, high, 'class="band replace"');
      plot.lines(axis, range(DRAWN, (k) => line(digits, k)), 'class="chain"');
      plot.line(axis, middle, 'class="thick replace"');
      plot.line(axis, mass.map(Math.log10), 'class="ink dotted"');
      plot.line([1, FITS], [0, 0], 'class="theory"');
      plot.line(axis, typical, 'class="theory"');
      plot.note(FITS, 0, "expectation", { anchor: "end", dx: -4 });
    });
    means.draw((plot) => {
      plot.lines(axis, range(DRAWN, (k) => line(mean, k)), 'class="chain"');
    });
    const dead = digits.map((row) => row.filter((value) => value < -6).length);
    const half = dead.findIndex((count) => count > CHAINS / 2);
    panel.say(
      `${CHAINS} chains, ${DRAWN} of them drawn thin. After ${FITS} fits their median variance is ` +
      `${inWords(10 ** middle[FITS - 1])} (theory ${inWords(10 ** typical[FITS - 1])}), their ` +
      `average ${inWords(mass[FITS - 1])}, where the expectation is 1. ` +
      (half < 0
        ? `${dead[FITS - 1]} of ${CHAINS} have lost all but a millionth of the variance.`
        : `Half of them have lost all but a millionth of the variance by fit ${half + 1}.`),
    );
  };
}

mount("walks", start);
