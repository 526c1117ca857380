/* Sample a law of words at a temperature, fit, and sample again. The law of
   simulate(Categorical(...), replace(), temperature=...). */

import { generator } from "./chance.mjs";
import { inWords, mount, quantiles, range } from "./core.mjs";

const GENERATIONS = 30;
const TOKENS = 300;
const CHAINS = 60;

/* The softmax of the logarithms of `p`, divided by the temperature */
export function heated(p, temperature) {
  const logits = p.map((value) => Math.log(value) / temperature);
  const highest = Math.max(...logits);
  const weights = logits.map((value) => Math.exp(value - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

export function effectiveWords(p) {
  return Math.exp(-p.reduce((sum, value) => sum + (value > 0 ? value * Math.log(value) : 0), 0));
}

/* Laws of every chain after generations 0 (fitted to a real corpus), 1, ...: [generation][chain] */
export function simulate({
  truth, temperature, tokens = TOKENS, generations = GENERATIONS, chains = CHAINS, seed,
}) {
  const chance = generator(seed);
  const fit = (law) => chance.multinomial(tokens, law).map((count) => count / tokens);
  const history = [range(chains, () => fit(truth))];
  for (let n = 1; n <= generations; n++) {
    history.push(history[n - 1].map((law) => fit(heated(law, temperature))));
  }
  return history;
}

function start(panel) {
  const { words, counts } = panel.given;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const truth = counts.map((count) => count / total);
  const temperatures = range(13, (k) => Number((0.7 + 0.05 * k).toFixed(2)));
  const temperature = panel.slider("Temperature", temperatures, 0.9);
  const generation = panel.slider("Generation", range(GENERATIONS + 1), 8);
  const seed = panel.seed();
  panel.scene.classList.add("play-pair");
  const bars = panel.chart({
    label: "Share of each word after mr, in this generation",
    height: 300,
    left: 78,
    x: { from: 0, to: 1, ticks: [0, 0.5, 1], title: "share", show: (tick) => `${100 * tick}%` },
    y: {
      from: words.length, to: 0, ticks: range(words.length, (k) => k + 0.5),
      title: "the word after mr", show: (tick) => words[tick - 0.5],
    },
  });
  const effect = panel.chart({
    label: "Words in effective use against the generation",
    height: 300,
    x: { from: 0, to: GENERATIONS, ticks: [0, 10, 20, 30], title: "generation" },
    y: { from: 0, to: words.length + 1, ticks: [1, 4, 8, 12], title: "words in effective use" },
  });
  const axis = range(GENERATIONS + 1);

  return () => {
    const [tau, n] = [temperature(), generation()];
    const run = simulate({ truth, temperature: tau, seed: seed() });
    const ideal = axis.map((k) => heated(truth, tau ** k));
    const look = tau < 1 ? "cold" : tau > 1 ? "accent" : "neutral";
    bars.draw((plot) => {
      words.forEach((_, k) => {
        plot.box(0, run[n][0][k], k + 0.84, k + 0.16, `class="fill ${look}"`);
        plot.line([ideal[n][k], ideal[n][k]], [k + 0.06, k + 0.94], 'class="ink"');
      });
    });
    const each = run.map((laws) => laws.map(effectiveWords));
    const middle = each.map((row) => quantiles(row, [0.5])[0]);
    effect.draw((plot) => {
      plot.lines(axis, range(20, (chain) => each.map((row) => row[chain])), 'class="chain"');
      plot.line(axis, middle, `class="thick ${look}"`);
      plot.line(axis, ideal.map(effectiveWords), 'class="theory"');
      plot.dots([n], [middle[n]], `class="${look}"`);
    });
    const alive = run[n][0].filter((share) => share > 0).length;
    panel.say(
      `Temperature ${tau}, generation ${n}, ${TOKENS} words a generation. Chain 1 of ${CHAINS} has ` +
      `${alive} of ${words.length} words left. The median chain has ${inWords(middle[n])} in ` +
      `effective use; with infinite samples it would have ${inWords(effectiveWords(ideal[n]))}.`,
    );
  };
}

mount("heat", start);
