/* Copy a novel word by word out of a hat, and see which words of a sentence are left. The law of
   simulate(Categorical(...), mix(fresh)): words that nobody watches count as one. */

import { generator } from "./chance.mjs";
import { average, inWords, mount, range } from "./core.mjs";

const COPIES = 100;
const CHAINS = 100;

/* Counts of the watched words in copies 0, 1, ... of every chain: [copy][chain][word] */
export function simulate({ counts, total, fresh = 0, copies = COPIES, chains = CHAINS, seed }) {
  const chance = generator(seed);
  const real = Math.round(fresh * total);
  const draw = (n, watched) =>
    n ? chance.multinomial(n, [...watched, total - watched.reduce((a, b) => a + b, 0)]) : null;
  const history = [range(chains, () => counts)];
  for (let n = 1; n <= copies; n++) {
    history.push(history[n - 1].map((last) => {
      const [written, read] = [draw(total - real, last), draw(real, counts)];
      return counts.map((_, k) => (written?.[k] ?? 0) + (read?.[k] ?? 0));
    }));
  }
  return history;
}

/* A word printed c times is in copy n with probability 1 - exp(-c A_n), up to a hair. */
export function exponents(fresh, copies = COPIES) {
  let [s, sum] = [Infinity, 0];
  const found = [Infinity];
  for (let n = 1; n <= copies; n++) {
    const step = -Math.expm1(-s);
    sum += fresh * step;
    s = (1 - fresh) * step;
    found.push(sum + s);
  }
  return found;
}

const list = (words) => (words.length > 1
  ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`
  : words.join(""));

function start(panel) {
  const { sentence, words, counts, total } = panel.given;
  const copies = panel.slider("Copy", range(COPIES + 1), 20);
  const shares = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
  const percent = (share) => `${Number((100 * share).toPrecision(2))}%`;
  const fresh = panel.slider("Fresh from the original", shares, 0, percent);
  const seed = panel.seed();

  const text = panel.scene.appendChild(document.createElement("p"));
  text.className = "play-sentence";
  const chart = panel.chart({
    label: "Chance of being left against how often a word was printed",
    height: 230,
    x: { from: 2, to: 500, log: true, ticks: [3, 10, 30, 100, 300], title: "times printed in 1813" },
    y: {
      from: -0.1, to: 1.05, ticks: [0, 0.5, 1], title: "share of chains that still have it",
      show: (tick) => `${100 * tick}%`,
    },
  });
  const curve = range(120, (k) => 2 * 250 ** (k / 119));
  let [run, made] = [null, ""];

  return () => {
    const key = `${fresh()} ${seed()}`;
    if (key !== made) {
      run = simulate({ counts, total, fresh: fresh(), seed: seed() });
      made = key;
    }
    const n = copies();
    const left = words.map((_, k) => average(run[n].map((chain) => Number(chain[k] > 0))));
    const gone = words.filter((_, k) => run[n][0][k] === 0);
    text.replaceChildren(...sentence.flatMap((word) => {
      const shown = document.createElement("span");
      shown.textContent = gone.includes(word) ? "_".repeat(word.length) : word;
      shown.className = words.includes(word) ? "watched" : "";
      return [shown, " "];
    }));
    const exponent = exponents(fresh())[n];
    const survival = (count) => (n ? -Math.expm1(-count * exponent) : 1);
    chart.draw((plot) => {
      plot.line(curve, curve.map(survival), 'class="theory"');
      plot.dots(counts, left, 'class="accent"');
      let free = -Infinity;
      counts.forEach((count, k) => {
        const at = plot.across(count);
        if (at < free) return;
        free = at + 7 * words[k].length + 14;
        plot.note(count, left[k], words[k], { dx: 7, dy: 15 });
      });
    });
    const sizes = run[n].map((chain) => chain.filter((count) => count > 0).length);
    const mean = average(sizes);
    const error = Math.sqrt(average(sizes.map((size) => (size - mean) ** 2)) / CHAINS);
    const expected = words.length * average(counts.map(survival));
    panel.say(
      `After ${n} copies ${mean.toFixed(2)} ± ${error.toFixed(2)} of the ${words.length} watched ` +
      `words are left in the mean of ${CHAINS} chains (theory ${expected.toFixed(2)}). In chain 1 ` +
      (gone.length ? `${list(gone)} ${gone.length > 1 ? "are" : "is"} gone. ` : "every word is there. ") +
      (fresh()
        ? `A word that is gone can come back: ${percent(fresh())} of every copy is drawn from the original.`
        : "A word that is gone does not come back."),
    );
  };
}

mount("words", start);
