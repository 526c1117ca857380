"""Print every claim that the notebooks check; or check all of them again on other seeds.

    python -m bookmaker.ledger.other_seeds              what the executed notebooks have recorded
    python -m bookmaker.ledger.other_seeds --seeds 10   run every notebook's code on ten other seeds

The notebooks are the chapters and that of the workshop.

A claim that was tuned to the seed in the notebook fails on others. Over many seeds the deviations z
of claims with a random error should look like what chance gives, no more failures and no fewer: too
many large ones, and a claim is wrong or its error too small; too few, and an error is too large, so
that the claim could hardly fail. Both end with exit status 1.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from scipy import stats

from bookmaker.markup.notebook import SEED
from bookmaker.paths import notebook_files
from collapse_utils.claims import collecting, recorded

WORKERS = 2
FALSE_ALARM = 1e-4


def line(chapter: str, claim: dict) -> str:
    """Return one claim as one line."""
    measured = f"{claim['measured']:.5g} ± {claim['standard_error']:.2g}"
    verdict = claim["verdict"] if claim["holds"] else "FAILS"
    return (
        f"{chapter:<18} {claim['slug']:<32} measured {measured:<22} "
        f"{claim['kind']} {claim['predicted']:<12.5g} {verdict}"
    )


def sets_seed_once(code: str) -> bool:
    """Tell whether a chapter's code sets ``SEED`` exactly once, on a line of its own."""
    return len(SEED.findall(code)) == 1


def on_seed(path: Path, seed: int) -> list[dict]:
    """Run a chapter's code with another seed, in an empty folder; return its claims' records.

    Raises
    ------
    ValueError
        If the chapter does not set ``SEED`` exactly once, on a line of its own.
    """
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    cells = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    code = "\n\n".join(cells)
    if not sets_seed_once(code):
        raise ValueError(f"{path.name} must set SEED exactly once, on a line of its own")
    names = {"__name__": "__main__"}
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, collecting() as found:
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(io.StringIO()), plt.rc_context():
                exec(compile(SEED.sub(f"SEED = {seed}", code), path.name, "exec"), names)
        finally:
            os.chdir(here)
            plt.close("all")
    return [claim.record() for claim in found]


def show_recorded(paths) -> bool:
    """Print the claims of the executed notebooks; return whether there are any and all hold."""
    found = [
        (path.stem, claim)
        for path in paths
        for _, claim in recorded(nbformat.read(path, as_version=4))
    ]
    for chapter, claim in found:
        print(line(chapter, claim))
    return bool(found) and all(claim["holds"] for _, claim in found)


def is_random(claim: dict) -> bool:
    """Tell whether chance alone moves a claim, both ways: then its z is standard normal."""
    return claim["standard_error"] > 0 and claim["tolerance"] == 0 and claim["kind"] == "equals"


def against_chance(runs: list[list[float]]) -> tuple[list[str], bool]:
    """Compare deviations with a standard normal law, the seeds being independent of one another.

    Parameters
    ----------
    runs : list of list of float
        The z of every random claim, a list per seed.

    Returns
    -------
    lines : list of str
        What to print: the share of deviations beyond 1, 2 and 3, and its expectation.
    good : bool
        Whether each share is what chance gives. False alarm: once in 3000 runs.
    """
    lines, good = [], True
    for limit in (1, 2, 3):
        shares = [100 * sum(abs(z) > limit for z in run) / len(run) for run in runs]
        expected = 200 * stats.norm.sf(limit)
        mean, error = statistics.mean(shares), statistics.stdev(shares) / len(shares) ** 0.5
        # Never less than the error of as many independent deviations
        error = max(error, (expected * (100 - expected) / sum(map(len, runs))) ** 0.5)
        fits = abs(mean - expected) < stats.t.isf(FALSE_ALARM / 2, len(shares) - 1) * error
        good = good and fits
        lines.append(
            f"|z| > {limit}: {mean:5.2f} % ± {error:.2f} %, by chance {expected:5.2f} %"
            + ("" if fits else "  NOT CHANCE")
        )
    return lines, good


def odd_claims(deviations: dict[tuple, list[float]]) -> list[str]:
    """Return a line for each claim whose deviations are too large or too small for chance."""
    lines = []
    for (chapter, slug), values in deviations.items():
        law = stats.chi2(len(values))
        total = sum(z * z for z in values)
        if min(law.sf(total), law.cdf(total)) < FALSE_ALARM / len(deviations):
            spread = (total / len(values)) ** 0.5
            error = "small" if spread > 1 else "large"
            lines.append(
                f"{chapter:<18} {slug:<32} deviates by {spread:.2g} standard errors, root mean "
                f"square of {len(values)} seeds: its error is too {error}, or it is off"
            )
    return lines


def moving(tasks, runs) -> set[tuple]:
    """Return chapter and slug of the claims whose measurement depends on the seed.

    The others have the error of real data, which no seed can draw again.
    """
    seen = {}
    for (path, _), claims in zip(tasks, runs, strict=True):
        for claim in claims:
            seen.setdefault((path.stem, claim["slug"]), set()).add(claim["measured"])
    return {name for name, values in seen.items() if len(values) > 1}


def show_sweep(paths, n_seeds: int) -> bool:
    """Run every chapter on seeds 1, 2, ..., print the spread of z; return whether all is well."""
    tasks = [(path, seed) for path in paths for seed in range(1, n_seeds + 1)]
    with ProcessPoolExecutor(WORKERS) as pool:
        runs = list(pool.map(on_seed, *zip(*tasks, strict=True)))
    good, of_claim, of_seed = True, {}, {}
    moved = moving(tasks, runs)
    for (path, seed), claims in zip(tasks, runs, strict=True):
        for claim in claims:
            name = (path.stem, claim["slug"])
            if is_random(claim) and name in moved:
                of_claim.setdefault(name, []).append(claim["z"])
                of_seed.setdefault(seed, []).append(claim["z"])
            if not claim["holds"]:
                good = False
                print(f"seed {seed:<12}", line(path.stem, claim))
    for chapter in paths:
        found = [
            z for (name, _), values in of_claim.items() if name == chapter.stem for z in values
        ]
        print(
            f"{chapter.stem:<18} {n_seeds} seeds, {len(found)} random deviations: mean "
            f"{statistics.mean(found):+.2f}, spread {statistics.stdev(found):.2f}, largest "
            f"{max(map(abs, found)):.1f}"
        )
    odd = odd_claims(of_claim)
    shares, fits = against_chance(list(of_seed.values()))
    print(*odd, f"All {len(of_claim)} random claims on {n_seeds} seeds:", *shares, sep="\n")
    return good and fits and not odd


def main(arguments=None) -> int:
    """Print the claims, or sweep over seeds; return 1 if one does not hold or there is none."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=0, metavar="N", help="run on N other seeds")
    options = parser.parse_args(arguments)
    if options.seeds < 0 or options.seeds == 1:
        parser.error(f"--seeds must be at least 2 to estimate a spread, got {options.seeds}")
    paths = notebook_files()
    good = show_sweep(paths, options.seeds) if options.seeds else show_recorded(paths)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
