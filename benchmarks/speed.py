"""Time the package against the literal numpy loop, side by side, in one run.

    python benchmarks/speed.py            print the table
    python benchmarks/speed.py --write    also write it to reference/speed.md

Every row runs the same task twice in turn, several times, and reports the median of the ratios:
absolute times depend on the machine and its neighbours, ratios much less. Slow tasks are timed
literally on a part of the chains and scaled up. The floor is what the random numbers alone cost,
drawn in one call.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import scipy
from scipy import stats

from collapse_utils import metrics, simulate
from collapse_utils.models import (
    Categorical,
    Gaussian,
    GaussianMixture,
    KernelDensity,
    LinearRegression,
    MultivariateGaussian,
    NGram,
)
from collapse_utils.workflows import replace

PAGE = Path(__file__).resolve().parent.parent / "reference" / "speed.md"
ROUNDS = 5


@dataclass(frozen=True)
class Task:
    """One row of the table.

    Attributes
    ----------
    name : str
        What is computed.
    literal, package : callable
        The two ways; each takes a Generator.
    scale : float
        By how much the literal task is smaller than the package's.
    target : float
        Ratio that the package should reach; 0 if it is only reported.
    floor : callable, optional
        Draws the random numbers that the package's way needs, and nothing else.
    """

    name: str
    literal: object
    package: object
    target: float
    scale: float = 1.0
    floor: object = None


def seconds(work, rng):
    """Return the wall time of one call."""
    start = time.perf_counter()
    work(rng)
    return time.perf_counter() - start


def gaussian_literal(rng, n_chains=5, n_generations=2500, n_samples=100):
    """Refit and resample one chain after the other; keep every mean and variance."""
    history = np.empty((n_generations + 1, n_chains, 2))
    for chain in range(n_chains):
        mean, variance = 0.0, 1.0
        for generation in range(n_generations + 1):
            x = rng.normal(mean, np.sqrt(variance), n_samples)
            mean, variance = np.mean(x), np.var(x, ddof=1)
            history[generation, chain] = mean, variance


def gaussian_package(n_samples):
    """Return the same task by `simulate`, for 25 chains."""

    def work(rng):
        simulate(
            Gaussian(), replace(), n_generations=2500, n_samples=n_samples, n_chains=25, rng=rng
        )

    return work


def gaussian_floor(rng):
    """Draw a normal and a gamma variable per chain and generation."""
    rng.standard_normal((2501, 25))
    rng.standard_gamma(49.5, (2501, 25))


def cloud_literal(rng, n_chains=5, n_generations=100, n_samples=1000, d=10):
    """Refit and resample clouds in ten dimensions."""
    for _ in range(n_chains):
        mean, covariance = np.zeros(d), np.eye(d)
        for _ in range(n_generations + 1):
            x = rng.multivariate_normal(mean, covariance, n_samples, method="cholesky")
            mean, covariance = x.mean(axis=0), np.cov(x.T)


def cloud_package(rng):
    """Run the same task by `simulate`, for 50 chains."""
    simulate(
        MultivariateGaussian(10),
        replace(),
        n_generations=100,
        n_samples=1000,
        n_chains=50,
        rng=rng,
    )


def words_literal(rng, v=100_000, n_generations=20):
    """Resample a large vocabulary by its probabilities and count."""
    p = np.full(v, 1 / v)
    for _ in range(n_generations + 1):
        p = np.bincount(rng.choice(v, v, p=p), minlength=v) / v


def words_package(rng, v=100_000):
    """Run the same task by `simulate`, for 200 generations."""
    simulate(
        Categorical(v),
        replace(),
        truth={"probability": np.full(v, 1 / v)},
        n_generations=200,
        n_samples=v,
        record=["support"],
        rng=rng,
    )


def zipf(v):
    """Return Zipf's law on v types."""
    p = 1 / np.arange(1, v + 1)
    return p / p.sum()


def tokens_literal(rng, v=1000, n_generations=2):
    """Draw every token by itself, as public scripts do."""
    p = zipf(v)
    for _ in range(n_generations + 1):
        p = np.bincount([rng.choice(v, p=p) for _ in range(v)], minlength=v) / v


def tokens_package(rng, v=1000):
    """Run the same task by `simulate`, for 200 chains and 50 generations."""
    simulate(
        Categorical(v),
        replace(),
        truth={"probability": zipf(v)},
        n_generations=50,
        n_samples=v,
        n_chains=200,
        record=["support"],
        rng=rng,
    )


def regression_literal(rng, n_chains=20, n_generations=20, n_samples=200, d=5):
    """Refit a linear model to its own labels."""
    for _ in range(n_chains):
        w = np.zeros(d)
        for _ in range(n_generations + 1):
            x = rng.standard_normal((n_samples, d))
            y = x @ w + rng.standard_normal(n_samples)
            w = np.linalg.lstsq(x, y, rcond=None)[0]


def regression_package(rng):
    """Run the same task by `simulate`, for 20 000 chains."""
    simulate(
        LinearRegression(5),
        replace(),
        n_generations=20,
        n_samples=200,
        n_chains=20_000,
        rng=rng,
    )


def wasserstein_literal(rng, n_pairs=2000, n=50):
    """Loop over pairs of samples with scipy."""
    for x, y in zip(rng.normal(size=(n_pairs, n)), rng.normal(size=(n_pairs, n)), strict=True):
        stats.wasserstein_distance(x, y)


def wasserstein_package(rng, n_pairs=2000, n=50):
    """Compare all pairs at once."""
    metrics.wasserstein_distance(rng.normal(size=(n_pairs, n)), rng.normal(size=(n_pairs, n)))


def kernel_literal(rng, n_chains=50, n_generations=50, n=100):
    """Refit and resample kernel densities with scipy."""
    for _ in range(n_chains):
        points = rng.normal(size=n)
        for _ in range(n_generations):
            points = stats.gaussian_kde(points, 0.5).resample(n, rng)[0]


def kernel_package(rng):
    """Run the same task by `simulate`."""
    simulate(
        KernelDensity(0.5),
        replace(),
        truth={"points": np.linspace(-2, 2, 100)},
        n_generations=50,
        n_samples=100,
        n_chains=50,
        rng=rng,
    )


def bigram_package(rng):
    """Refit a bigram model to half a million of its own tokens, ten times."""
    simulate(
        NGram(2, 5000),
        replace(),
        data=rng.choice(5000, 500_000, p=zipf(5000)),
        n_generations=10,
        n_samples=500_000,
        record=["support"],
        rng=rng,
    )


def mixture_data(rng):
    """Draw 40 data sets of 300 numbers from two bells."""
    return rng.normal(np.where(rng.random((40, 300)) < 0.3, -2.0, 2.0), 1.0)


def mixture_literal(rng):
    """Fit one mixture after the other with scikit-learn."""
    from sklearn.mixture import GaussianMixture as Reference

    for x in mixture_data(rng):
        Reference(2, max_iter=100, init_params="k-means++", random_state=0).fit(x[:, None])


def mixture_package(rng):
    """Fit all mixtures at once."""
    GaussianMixture(2).fit(mixture_data(rng))


def tasks():
    """Return the rows of the table."""
    rows = [
        Task(
            f"Gaussian, 25 chains, 2500 generations, {m:_} samples".replace("_", " "),
            lambda rng, m=m: gaussian_literal(
                rng, 1 if m > 1000 else 5, 2500 if m < 1e4 else 25, m
            ),
            gaussian_package(m),
            target=300.0 if m == 100 else 0.0,
            scale=(25 if m > 1000 else 5) * (1 if m < 1e4 else 100),
            floor=gaussian_floor,
        )
        for m in (10, 100, 10_000, 1_000_000)
    ]
    rows += [
        Task(
            "Gaussian, 10 dimensions, 50 chains, 100 generations, 1000 samples",
            cloud_literal,
            cloud_package,
            40.0,
            scale=10,
        ),
        Task(
            "Categorical, 100 000 types and tokens, 200 generations",
            words_literal,
            words_package,
            25.0,
            scale=201 / 21,
        ),
        Task(
            "Zipf, 1000 types and tokens, 200 chains, 50 generations, token by token",
            tokens_literal,
            tokens_package,
            1000.0,
            scale=200 * 51 / 3,
        ),
        Task(
            "Least squares, 5 dimensions, 20 000 chains, 20 generations, 200 samples",
            regression_literal,
            regression_package,
            200.0,
            scale=1000,
        ),
        Task(
            "Kernel density, 50 chains, 50 generations, 100 points (scipy)",
            kernel_literal,
            kernel_package,
            0.0,
        ),
        Task(
            "Wasserstein distance, 2000 pairs of 50 numbers (scipy)",
            wasserstein_literal,
            wasserstein_package,
            12.0,
        ),
    ]
    if importlib.util.find_spec("sklearn"):
        rows.append(
            Task(
                "Mixture of two bells, 40 data sets of 300 numbers (scikit-learn)",
                mixture_literal,
                mixture_package,
                0.0,
            )
        )
    return rows


def measure(task, rounds=ROUNDS, seed=1):
    """Run both ways in turn; return the medians: literal and package seconds, ratio, floor."""
    rng = np.random.default_rng(seed)
    task.package(rng)
    pairs = [
        (seconds(task.literal, rng) * task.scale, seconds(task.package, rng)) for _ in range(rounds)
    ]
    floor = task.floor and statistics.median(seconds(task.floor, rng) for _ in range(rounds))
    literal, package = (statistics.median(times) for times in zip(*pairs, strict=True))
    return literal, package, statistics.median(a / b for a, b in pairs), floor


def digits(number):
    """Return a number with two significant digits and no exponent."""
    return f"{float(f'{number:.2g}'):g}" if number < 100 else f"{float(f'{number:.2g}'):.0f}"


def amount(seconds_taken):
    """Return a time in a fitting unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds_taken >= size:
            return f"{digits(seconds_taken / size)} {unit}"
    return f"{digits(seconds_taken / 1e-6)} µs"


def table():
    """Measure every row; return the table in Markdown and whether every target was reached."""
    lines = [
        "| task | literal | package | ratio | target | random numbers alone |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    reached = True
    for task in tasks():
        literal, package, ratio, floor = measure(task)
        reached &= ratio >= task.target
        cells = [
            task.name,
            amount(literal),
            amount(package),
            digits(ratio),
            f"{task.target:.0f}" if task.target else "",
            amount(floor) if floor else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    rng = np.random.default_rng(1)
    bigram = statistics.median(seconds(bigram_package, rng) for _ in range(3))
    lines.append(
        f"| Bigram, 500 000 tokens, refitted and resampled ten times | | "
        f"{amount(bigram)} | | under 2 s | |"
    )
    print(lines[-1], flush=True)
    return lines, reached and bigram < 2


def page(lines):
    """Return the book's page on speed."""
    where = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}"
    return f"""# How fast, and why

The loops of this book run on sufficient statistics wherever the mathematics allows it: the law is
that of the literal loop, the cost no longer depends on the number of samples. The table compares
the package with a literal numpy loop (or the named library) that does the same task, in one run
on two shared cores ({where}). It is written by `make bench`.

{chr(10).join(lines)}

Ratios are medians of five pairs run in turn. A literal task of more than a few seconds was timed
on a part of its chains or generations and scaled up. The last column is the cost of drawing the
random numbers and nothing else: no program that uses numpy's generators can be faster.
"""


def main(arguments=None):
    """Print the table; return 1 if a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    options = parser.parse_args(arguments)
    lines, reached = table()
    if options.write:
        PAGE.write_text(page(lines), encoding="utf-8")
    print("every target reached" if reached else "a target was missed")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
