"""Kernel density estimates in the loop: the literal loop and known cases."""

import numpy as np
import pytest

from collapse_utils import theory
from tests.support.law import agree

SEEDS = [61, 62, 63]


@pytest.mark.parametrize("seed", SEEDS)
def test_kernels_against_the_literal_loop(seed):
    rng, m, h, n_chains, n_fits = np.random.default_rng(seed), 6, 0.4, 20_000, 5
    options = {"variance": 2.0}
    replaced = plugin = pool = np.sqrt(2) * rng.standard_normal((n_chains, m))
    for _ in range(n_fits - 1):
        noise = rng.standard_normal((n_chains, m))
        at = rng.integers(0, m, (n_chains, m))
        replaced = np.take_along_axis(replaced, at, axis=1) + h * noise
        width = 1.06 * plugin.std(axis=1, ddof=1) * m**-0.2
        plugin = np.take_along_axis(plugin, at, axis=1) + width[:, None] * noise
        at = rng.integers(0, pool.shape[1], (n_chains, m))
        pool = np.concatenate([pool, np.take_along_axis(pool, at, axis=1) + h * noise], axis=1)
    assert agree(replaced[:, 0] ** 2, theory.kernel_variance(n_fits, h, **options))
    assert agree(
        replaced.var(axis=1, ddof=1), theory.kernel_cloud_variance(n_fits, m, h, **options)
    )
    assert agree(
        plugin.var(axis=1, ddof=1), theory.plugin_kernel_cloud_variance(n_fits, m, **options)
    )
    assert agree((pool**2).mean(axis=1), theory.accumulated_kernel_variance(n_fits, h, **options))


def test_kernels_in_known_cases():
    h = theory.critical_bandwidth(16, std=3.0)
    assert theory.kernel_cloud_variance([1, 50], 16, h, variance=9.0) == pytest.approx([9, 9])
    n = np.arange(1, 9)
    harmonic = np.cumsum(1 / n)
    np.testing.assert_allclose(
        theory.accumulated_kernel_variance(n, 0.5), 1 + 0.25 * (harmonic - 1)
    )
    assert theory.plugin_kernel_cloud_variance(10**6, 5) == np.inf


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.kernel_variance(1, -0.1), "bandwidth must be at least 0"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
