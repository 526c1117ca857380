// What sets formulas is fetched when one is in view, at the reader's first move, or after a while.
// They are set from the top, a few at a time: a long page can be scrolled and pressed meanwhile.
// `formulasSet` is kept when all are; `setFormulas()` begins at once.
let setFormulas;
const formulasSet = new Promise((kept) => {
  const A_FEW = 8; // formulas
  const A_MOMENT = 8; // milliseconds
  const A_WHILE = 6000; // milliseconds
  const MOVES = ["scroll", "pointerdown", "keydown", "focusin", "beforeprint"];
  const FORMULAS = ".math, .mathjax_process, .tex2jax_process";
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 1));
  const pause = () => new Promise((resolve) => idle(resolve, { timeout: 200 }));
  let waiting;

  async function inTurn() {
    waiting = [...document.querySelectorAll(FORMULAS)];
    while (waiting.length) {
      await pause();
      const start = performance.now();
      do await MathJax.typesetPromise(waiting.splice(0, A_FEW));
      while (waiting.length && performance.now() - start < A_MOMENT);
    }
    kept();
  }

  window.MathJax = {
    loader: { load: ["core", "input/tex", "output/chtml", "ui/menu", "a11y/assistive-mml"] },
    options: { processHtmlClass: "tex2jax_process|mathjax_process|math|output_area" },
    startup: { pageReady: inTurn },
  };
  addEventListener("beforeprint", () => waiting?.length && MathJax.typeset(waiting.splice(0)));

  setFormulas = () => {
    setFormulas = () => formulasSet;
    const script = document.createElement("script");
    script.src = `${document.documentElement.dataset.content_root}_static/mathjax/startup.js`;
    document.head.append(script);
    return formulasSet;
  };
  const begin = () => setFormulas();
  addEventListener("load", () => {
    const inView = new IntersectionObserver(
      (seen) => seen.some((formula) => formula.isIntersecting) && begin(),
    );
    document.querySelectorAll(FORMULAS).forEach((formula) => inView.observe(formula));
    for (const move of MOVES) addEventListener(move, begin, { once: true, passive: true });
    setTimeout(begin, A_WHILE);
  });
});
