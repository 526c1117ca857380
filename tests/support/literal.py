"""The Gaussian loop in plain numpy: it draws the samples and shares no formula with the package."""

import numpy as np

from collapse_utils.models import DIVISORS


def refit_line(sizes, divisor, n_chains, rng):
    """Refit to raw samples of the given sizes; return means and standard deviations."""
    mean, std = np.zeros(n_chains), np.ones(n_chains)
    for m in sizes:
        x = mean[:, None] + std[:, None] * rng.standard_normal((n_chains, m))
        mean = x.mean(axis=1)
        std = np.sqrt(((x - mean[:, None]) ** 2).sum(axis=1) / DIVISORS[divisor](m))
    return mean, std


def refit_cloud(dimension, n_samples, n_fits, n_chains, rng):
    """Refit to raw samples in space; return means and the eigenvalues of the covariances."""
    mean = np.zeros((n_chains, dimension))
    root = np.broadcast_to(np.eye(dimension), (n_chains, dimension, dimension))
    for _ in range(n_fits):
        x = mean[:, None] + rng.standard_normal((n_chains, n_samples, dimension)) @ root.mT
        mean = x.mean(axis=1)
        x = x - mean[:, None]
        root = np.linalg.cholesky(x.mT @ x / (n_samples - 1))
    return mean, np.linalg.eigvalsh(root @ root.mT)
