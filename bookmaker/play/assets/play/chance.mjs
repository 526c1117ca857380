/* Chance that can be repeated. The tests compare each law with its formula. */

/* log n!, by Stirling's series */
function logFactorial(n) {
  let small = 1;
  for (; n < 12; n++) small *= n + 1;
  const s = 1 / (n * n);
  const series = (1 - s * (1 / 30 - s * (1 / 105 - s / 140))) / (12 * n);
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series - Math.log(small);
}

/* Random numbers from a seed: sfc32, and what can be made of its uniform numbers. */
export function generator(seed) {
  let filled = seed | 0;
  function fill() {
    filled = (filled + 0x9e3779b9) | 0;
    let t = Math.imul(filled ^ (filled >>> 16), 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return t ^ (t >>> 15);
  }
  let [a, b, c, count] = [fill(), fill(), fill(), 1];
  function bits() {
    const sum = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  for (let k = 0; k < 12; k++) bits();

  const uniform = () => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6) + 0.5) / 2 ** 53;

  let spare = null;
  function normal() {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    for (;;) {
      const [x, y] = [2 * uniform() - 1, 2 * uniform() - 1];
      const square = x * x + y * y;
      if (square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  }

  /* Marsaglia and Tsang (2000) */
  function gamma(shape) {
    if (shape < 1) return gamma(shape + 1) * uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const z = normal();
      const v = (1 + z / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(uniform()) < 0.5 * z * z + d * (1 - v + Math.log(v))) return d * v;
    }
  }

  /* By inversion, from the likeliest count outwards */
  function binomial(n, p) {
    if (n === 0 || p <= 0) return 0;
    if (p >= 1) return n;
    const odds = p / (1 - p);
    const mode = Math.min(n, Math.floor((n + 1) * p));
    const chance = Math.exp(
      logFactorial(n) - logFactorial(mode) - logFactorial(n - mode) +
      mode * Math.log(p) + (n - mode) * Math.log1p(-p),
    );
    let [low, high, below, above] = [mode, mode, chance, chance];
    let left = uniform() - chance;
    while (left > 0 && (low > 0 || high < n)) {
      if (high < n) {
        high += 1;
        above *= (odds * (n - high + 1)) / high;
        left -= above;
        if (left <= 0) return high;
      }
      if (low > 0) {
        below *= low / (odds * (n - low + 1));
        low -= 1;
        left -= below;
        if (left <= 0) return low;
      }
    }
    return mode;
  }

  function multinomial(n, weights) {
    let rest = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => {
      const k = weight >= rest ? n : binomial(n, weight / rest);
      rest -= weight;
      n -= k;
      return k;
    });
  }

  return { uniform, normal, gamma, binomial, multinomial };
}
