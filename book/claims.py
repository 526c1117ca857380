"""Print every claim that the chapters check; or check all of them again on other seeds.

    python book/claims.py              what the executed notebooks have recorded
    python book/claims.py --seeds 10   run every chapter's code on ten other seeds

A claim that was tuned to the seed in the notebook fails on others. Over many seeds the deviations z
of claims with a random error should look like chance: a spread near one, none beyond four.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import statistics
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat

from collapse_utils.claims import CLAIM_MIME, collecting

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"
WORKERS = 2
SEED = re.compile(r"^SEED = \d+$", re.MULTILINE)


def recorded(notebook) -> list[dict]:
    """Return the records of the claims in a notebook's stored outputs, in order."""
    outputs = (o for c in notebook.cells if c.cell_type == "code" for o in c.outputs)
    return [o.data[CLAIM_MIME] for o in outputs if CLAIM_MIME in o.get("data", {})]


def line(chapter: str, claim: dict) -> str:
    """Return one claim as one line."""
    measured = f"{claim['measured']:.5g} ± {claim['standard_error']:.2g}"
    verdict = claim["verdict"] if claim["holds"] else "FAILS"
    return (
        f"{chapter:<18} {claim['slug']:<32} measured {measured:<22} "
        f"{claim['kind']} {claim['predicted']:<12.5g} {verdict}"
    )


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
    if len(SEED.findall(code)) != 1:
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
        for claim in recorded(nbformat.read(path, as_version=4))
    ]
    for chapter, claim in found:
        print(line(chapter, claim))
    return bool(found) and all(claim["holds"] for _, claim in found)


def show_sweep(paths, n_seeds: int) -> bool:
    """Run every chapter on seeds 1, 2, ..., print the spread of z; return whether all hold."""
    tasks = [(path, seed) for path in paths for seed in range(1, n_seeds + 1)]
    with ProcessPoolExecutor(WORKERS) as pool:
        runs = list(pool.map(on_seed, *zip(*tasks, strict=True)))
    good = True
    for chapter in paths:
        deviations = []
        for (path, seed), claims in zip(tasks, runs, strict=True):
            if path != chapter:
                continue
            for claim in claims:
                if claim["standard_error"] > 0 and claim["tolerance"] == 0:
                    deviations.append(claim["z"])
                if not claim["holds"]:
                    good = False
                    print(f"seed {seed:<12}", line(path.stem, claim))
        spread = statistics.stdev(deviations)
        largest = max(map(abs, deviations))
        print(
            f"{chapter.stem:<18} {n_seeds} seeds, {len(deviations)} random deviations: mean "
            f"{statistics.mean(deviations):+.2f}, spread {spread:.2f}, largest {largest:.1f}"
        )
    return good


def main(arguments=None) -> int:
    """Print the claims, or sweep over seeds; return 1 if one does not hold or there is none."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=0, metavar="N", help="run on N other seeds")
    options = parser.parse_args(arguments)
    paths = sorted(CHAPTERS.glob("*.ipynb"))
    good = show_sweep(paths, options.seeds) if options.seeds else show_recorded(paths)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
