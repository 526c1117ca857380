/* Save a picture again and again while the grid of blocks moves. The law of copiers.resave. */

import { inWords, mount, range } from "./core.mjs";

const SAVES = 40;
/* The luminance table of ITU-T T.81 */
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
  92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
/* The cosine transform, wave u at pixel x, and its inverse */
const WAVES = Float64Array.from({ length: 64 }, (_, k) => {
  const [u, x] = [k >> 3, k & 7];
  return Math.cos(((2 * x + 1) * u * Math.PI) / 16) * (u ? 0.5 : Math.sqrt(0.125));
});
const PIXELS = WAVES.map((_, k) => WAVES[8 * (k & 7) + (k >> 3)]);

export function quantisationTable(quality) {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return LUMINANCE.map((k) => Math.min(255, Math.max(1, Math.floor((k * scale + 50) / 100))));
}

/* Round ties to even, once dust beyond nine decimals is off */
function round(x) {
  const even = (v) => {
    const up = Math.round(v);
    return up - v === 0.5 && up % 2 ? up - 1 : up;
  };
  return even(even(x * 1e9) / 1e9);
}

/* Transform the rows of a block by `matrix` and transpose it: twice does rows and columns. */
function turn(block, matrix, out) {
  for (let i = 0; i < 64; i += 8) {
    for (let k = 0; k < 64; k += 8) {
      let sum = 0;
      for (let j = 0; j < 8; j++) sum += block[i + j] * matrix[k + j];
      out[k + i / 8] = sum;
    }
  }
}

/* Save the grey `pixels` of a square picture once, the grid moved down and right by `shift`. */
export function save(pixels, quality, shift = 0) {
  const side = Math.sqrt(pixels.length);
  const table = quantisationTable(quality);
  const saved = new Uint8Array(pixels.length);
  const [block, half] = [new Float64Array(64), new Float64Array(64)];
  const places = new Uint16Array(64);
  for (let top = shift; top < side + shift; top += 8) {
    for (let left = shift; left < side + shift; left += 8) {
      for (let k = 0; k < 64; k++) {
        places[k] = ((top + (k >> 3)) % side) * side + ((left + (k & 7)) % side);
        block[k] = pixels[places[k]] - 128;
      }
      turn(block, WAVES, half);
      turn(half, WAVES, block);
      for (let k = 0; k < 64; k++) block[k] = round(block[k] / table[k]) * table[k];
      turn(block, PIXELS, half);
      turn(half, PIXELS, block);
      for (let k = 0; k < 64; k++) {
        saved[places[k]] = Math.min(255, Math.max(0, round(block[k] + 128)));
      }
    }
  }
  return saved;
}

export function resave(pixels, quality, positions, saves = SAVES) {
  const history = [Uint8Array.from(pixels)];
  for (let k = 0; k < saves; k++) history.push(save(history[k], quality, k % positions));
  return history;
}

export function psnr(copy, original) {
  const squares = copy.reduce((sum, value, k) => sum + (value - original[k]) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * original.length) / squares);
}

function paint(canvas, pixels) {
  const image = new ImageData(canvas.width, canvas.height);
  pixels.forEach((grey, k) => image.data.set([grey, grey, grey, 255], 4 * k));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/* What becomes of a picture that is saved on so many places of the grid in turn */
function fate(history, period) {
  const repeats = (k) => history[k].every((grey, place) => grey === history[k + period][place]);
  let settled = SAVES - period + 1;
  while (settled > 0 && repeats(settled - 1)) settled -= 1;
  if (settled > SAVES - period) {
    const [last, before] = [history[SAVES], history[SAVES - 1]];
    const changed = last.filter((grey, place) => grey !== before[place]).length / last.length;
    return `Save ${SAVES} still changes ${Math.round(100 * changed)}% of all pixels.`;
  }
  return period === 1
    ? `From save ${settled} on nothing changes.`
    : `From save ${settled} on it repeats itself, ${period} pictures in turn.`;
}

function start(panel) {
  const pixels = Uint8Array.from(atob(panel.given.pixels), (c) => c.charCodeAt(0));
  const places = (n) => (n === 1 ? "1: it stays" : `${n} in turn`);
  const positions = panel.slider("Places of the grid", range(8, (k) => k + 1), 8, places);
  const saves = panel.slider("Saves", range(SAVES + 1), 20);
  const quality = panel.slider("Quality", range(18, (k) => 10 + 5 * k), 75);

  const faces = panel.scene.appendChild(document.createElement("div"));
  faces.className = "play-pictures";
  const [before, after] = range(2, () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.sqrt(pixels.length);
    canvas.setAttribute("role", "img");
    return faces.appendChild(canvas);
  });
  before.setAttribute("aria-label", "A smiling face, the original");
  paint(before, pixels);

  const chart = panel.chart({
    label: "Peak signal-to-noise ratio against the number of saves",
    height: 220,
    x: { from: 1, to: SAVES, ticks: [1, 10, 20, 30, 40], title: "saves" },
    y: { from: 12, to: 46, ticks: [20, 30, 40], title: "PSNR (dB), higher is better" },
  });
  const axis = range(SAVES, (k) => k + 1);
  const known = new Map();
  function chain(quality, positions) {
    const key = `${quality} ${positions}`;
    if (!known.has(key)) {
      const history = resave(pixels, quality, positions);
      const db = axis.map((n) => psnr(history[n], pixels));
      known.set(key, { history, db, fate: fate(history, positions) });
    }
    return known.get(key);
  }

  return () => {
    const [n, q, period] = [saves(), quality(), positions()];
    const still = chain(q, 1);
    const chosen = chain(q, period);
    const { history, db } = chosen;
    paint(after, history[n]);
    after.setAttribute("aria-label", `The same face after ${n} saves`);
    chart.draw((plot) => {
      plot.line(axis, still.db, 'class="ink"');
      plot.note(SAVES, still.db[SAVES - 1], "grid stays", { anchor: "end", dy: -8 });
      if (period > 1) plot.line(axis, db, 'class="accent"');
      if (n) plot.dots([n], [db[n - 1]], 'class="accent"');
    });
    const loss = n ? `After ${n} saves at quality ${q}: ${inWords(db[n - 1], 3)} dB.` : "The original.";
    panel.say(`${loss} ${chosen.fate}`);
  };
}

mount("grid", start);
