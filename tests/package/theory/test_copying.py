"""Closed forms of copying, each against an independent route, and a wrong law rejected."""

import math

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from collapse_utils import copiers
from collapse_utils.theory import copying
from tests.support.law import Z_LIMIT, agree, z_score

N = np.array([1, 2, 3, 5, 16, 100])


def test_tape_known_answers():
    assert copying.tape_snr_db(30.0, 1) == 30.0
    assert copying.tape_snr_db(30.0, 1000) == pytest.approx(0)
    drops = -np.diff(copying.tape_snr_db(0.0, np.arange(1, 6)))
    assert drops.round(2).tolist() == [3.01, 1.76, 1.25, 0.97]


def test_levelled_tape_against_the_recursion():
    noise = 10 ** (-1.7)
    music, rest, out = 1.0, 0.0, []
    for _ in range(100):
        music, rest = music / (1 + noise), (rest + noise) / (1 + noise)
        out.append(10 * math.log10(music / rest))
    np.testing.assert_allclose(
        copying.levelled_tape_snr_db(17.0, np.arange(1, 101)), out, rtol=1e-12, atol=1e-10
    )
    assert (copying.levelled_tape_snr_db(17.0, N[1:]) < copying.tape_snr_db(17.0, N[1:])).all()


def test_rc_cutoff_against_a_root_finder():
    for n in (1, 2, 7, 64):
        root = optimize.brentq(lambda f, n=n: (1 + f * f) ** -n - 0.5, 1e-6, 2, xtol=1e-13)
        assert copying.rc_cutoff(3.0, n) == pytest.approx(3 * root, rel=1e-9)
    assert copying.rc_cutoff(1.0, 10**8) == pytest.approx(math.sqrt(math.log(2) / 1e8), rel=1e-6)


def test_gaussian_cutoff_against_a_root_finder():
    for n in (1, 4, 9):
        power = lambda f, n=n: math.exp(-n * f * f * math.log(2)) - 0.5  # noqa: E731
        assert copying.gaussian_cutoff(5.0, n) == pytest.approx(
            5 * optimize.brentq(power, 1e-6, 2, xtol=1e-13)
        )


def test_box_variance_against_the_uniform_law():
    for width in (3, 11, 101):
        assert copying.box_variance(width) == pytest.approx(stats.randint(0, width).var())
    assert copying.box_variance(11, 0) == copying.box_variance(1) == 0


@pytest.mark.parametrize("width", [3, 5, 11, 31])
def test_box_normal_error_is_the_leading_order(width):
    x = np.arange(-2000, 2001)
    box = (np.abs(x) <= width // 2) / width
    kernel, ratios = box, []
    for n in range(2, 65):
        kernel = np.convolve(kernel, box, "same")
        if n in (16, 64):
            sd = math.sqrt(copying.box_variance(width, n))
            gap = np.abs(kernel * sd - stats.norm.pdf(x / sd)).max()
            ratios.append(gap / copying.box_normal_error(width, n))
    assert abs(ratios[1] - 1) < 0.02
    assert abs(ratios[1] - 1) < abs(ratios[0] - 1)  # and it gets better
    wrong_law = copying.box_normal_error(width, 16) * math.sqrt(16 / 64)  # 1/sqrt(n)
    assert abs(ratios[1] * copying.box_normal_error(width, 64) / wrong_law - 1) > 0.4


def test_quantisation_mse_against_an_integral():
    for quality in (10, 75, 100):
        per_step = [
            integrate.quad(lambda e: e * e, -t / 2, t / 2)[0] / t
            for t in copiers.quantisation_table(quality).ravel().astype(float)
        ]
        assert copying.quantisation_mse(quality) == pytest.approx(np.mean(per_step))


def test_fresh_gain_against_the_loop():
    gain, fresh, left = np.array([1.0, 0.9, 0.3, -0.5]), 0.2, 1.0
    for _ in range(400):
        left = gain * (fresh + (1 - fresh) * left)
    np.testing.assert_allclose(copying.fresh_gain(gain, fresh), left, rtol=1e-12)
    assert copying.fresh_gain(0.7, 1.0) == 0.7


def test_fresh_gain_has_variance_h2_over_fresh():
    f, h, fresh = 1e-4, 2.0, 0.1
    limit = copying.fresh_gain(math.exp(-2 * (math.pi * h * f) ** 2), fresh)
    assert (1 - limit) / (2 * (math.pi * f) ** 2) == pytest.approx(h * h / fresh, rel=1e-3)


def test_resampling_error_against_an_exact_markov_chain():
    m, p = 7, 0.3
    states = np.arange(m + 1)
    step = stats.binom.pmf(states[None, :], m, states[:, None] / m)
    law = stats.binom.pmf(states, m, p)
    for n in range(1, 12):
        expected = 2 * np.sum(law * (states / m - p) ** 2)
        assert copying.resampling_error([p, 1 - p], m, n) == pytest.approx(expected, rel=1e-10)
        law = law @ step


def test_resampling_error_limits():
    p = np.full(4, 0.25)
    assert copying.resampling_error(p, 50, 0) == 0
    assert copying.resampling_error(p, 50, 100_000) == pytest.approx(0.75)
    assert copying.resampling_error(p, 1, 1) == pytest.approx(0.75)
    assert copying.resampling_error(p, 10**6, 10) == pytest.approx(10 * 0.75 / 10**6, rel=1e-4)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_resampling_error_by_simulation(seed):
    """False-alarm rate 1e-4 for each comparison."""
    rng, p, m = np.random.default_rng(seed), np.array([0.5, 0.3, 0.15, 0.05]), 40
    q = np.tile(p, (8000, 1))
    for n in range(1, 31):
        q = rng.multinomial(m, q) / m
        if n in (1, 8, 30):
            assert agree(((q - p) ** 2).sum(axis=1), copying.resampling_error(p, m, n))
    linear = 30 * copying.resampling_error(p, m, 1)
    assert abs(z_score(((q - p) ** 2).sum(axis=1), linear)) > Z_LIMIT


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: copying.tape_snr_db(3.0, 0), "n must be whole numbers, at least 1, got 0"),
        (lambda: copying.tape_snr_db(3.0, 1.5), "n must be whole numbers"),
        (lambda: copying.rc_cutoff(0.0, 1), "first must be greater than 0"),
        (lambda: copying.gaussian_cutoff(-1.0, 1), "first must be greater than 0"),
        (lambda: copying.box_variance(4), "width must be odd"),
        (lambda: copying.box_normal_error(1, 1), "width must be at least 3"),
        (lambda: copying.quantisation_mse(101), "quality must be at most 100"),
        (lambda: copying.fresh_gain(1.5, 0.5), "gain must lie between -1 and 1, got 1.5"),
        (lambda: copying.fresh_gain(0.5, 0.0), "fresh must be greater than 0"),
        (lambda: copying.resampling_error([0.5, 0.6], 10, 1), "sum to 1, got sum 1.1"),
        (lambda: copying.resampling_error([0.5, 0.5], 0, 1), "n_samples must be at least 1"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
