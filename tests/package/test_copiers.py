"""The copying machines: known answers, independent oracles, invariances, bad input.

Statistical tests: the limit is |z| < 4.5, a false alarm in 150 000 per comparison for a normal
error. Seeds are fixed, and twenty others are swept.
"""

import io
import math

import numpy as np
import pytest
from scipy import ndimage, signal

from collapse_utils import copiers
from collapse_utils.datasets import load_photograph
from collapse_utils.metrics import psnr_db
from collapse_utils.theory import copying

LIMIT = 4.5


@pytest.fixture(scope="module")
def photo():
    return load_photograph()


@pytest.fixture(scope="module")
def grey(photo):
    return np.round(photo @ [0.299, 0.587, 0.114]).astype(np.uint8)


# ---------------------------------------------------------------- tape


def noise_power_z(copies, original, unit, generations):
    power = ((copies - original) ** 2).mean(axis=1) / unit
    n = np.array(generations)
    return (power - n) / (n * math.sqrt(2 / original.size))


@pytest.mark.parametrize("seed", [1, *range(100, 120)])
def test_tape_follows_its_law(seed):
    rng = np.random.default_rng(seed)
    x = np.sin(np.arange(20_000))
    generations = [1, 2, 5, 20]
    copies = copiers.tape(x, 20.0, generations, rng)
    unit = np.mean(x**2) / 100
    assert np.abs(noise_power_z(copies, x, unit, generations)).max() < LIMIT
    # joint law: the noise of copy 1 is inside the noise of copy 20
    e = copies - x
    r = np.corrcoef(e[0], e[3])[0, 1]
    assert abs(r - math.sqrt(1 / 20)) * math.sqrt(x.size) < LIMIT


@pytest.mark.parametrize("seed", [1, *range(100, 120)])
def test_tape_agrees_with_the_literal_loop(seed):
    rng = np.random.default_rng(seed)
    x = np.ones(20_000)
    floor = math.sqrt(0.01)
    literal = x
    for _ in range(20):
        literal = copiers.tape_copy(literal, floor, rng)
    quick = copiers.tape(x, 20.0, [20], rng)[0]
    ratio = np.var(literal) / np.var(quick)
    assert abs(math.log(ratio)) / math.sqrt(4 / x.size) < LIMIT


def test_a_tape_that_loses_3_db_per_copy_is_rejected():
    x = np.ones(20_000)
    copies = copiers.tape(x, 20.0, [1, 2, 3, 4], np.random.default_rng(0))
    power = (copies - x).var(axis=1) / 0.01
    wrong = 2.0 ** np.arange(4)
    assert np.abs((power - wrong) / (wrong * math.sqrt(2 / x.size))).max() > LIMIT


def test_tape_is_reproducible_and_keeps_the_original():
    x = np.arange(1.0, 9.0).reshape(2, 4)
    first = copiers.tape(x, 10.0, [0, 3], np.random.default_rng(5))
    again = copiers.tape(x, 10.0, [0, 3], np.random.default_rng(5))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first[0], x)
    assert first.shape == (2, 2, 4)


# ---------------------------------------------------------------- photocopier and cable


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_box_photocopy_against_scipy(grey, n):
    slow = grey.astype(float)
    for _ in range(n):
        slow = ndimage.uniform_filter(slow, 5, mode="wrap")
    np.testing.assert_allclose(copiers.photocopy(grey, n, width=5), slow, atol=1e-9)


def test_gaussian_photocopy_against_scipy(photo):
    once = ndimage.gaussian_filter(photo.astype(float), (4, 4, 0), mode="wrap", truncate=8)
    np.testing.assert_allclose(copiers.photocopy(photo, 4, sigma=2.0), once, atol=1e-4)


def test_photocopies_compose_and_keep_the_mean(grey):
    twice = copiers.photocopy(copiers.photocopy(grey, 3, sigma=1.3), 2, sigma=1.3)
    np.testing.assert_allclose(twice, copiers.photocopy(grey, 5, sigma=1.3), atol=1e-9)
    assert twice.mean() == pytest.approx(grey.mean())
    last = copiers.photocopy(grey, 10**6, width=3)
    np.testing.assert_allclose(last, grey.mean(), atol=1e-3)


def test_photocopy_does_not_mix_channels(photo):
    blurred = copiers.photocopy(photo, 3, width=7)
    np.testing.assert_allclose(
        blurred[..., 1], copiers.photocopy(photo[..., 1], 3, width=7), atol=1e-9
    )


@pytest.mark.parametrize("n", [1, 3])
def test_low_pass_against_a_simulated_circuit(n):
    rate, cutoff = 200_000.0, 500.0
    t = np.arange(20_000) / rate
    sound = np.sin(2 * np.pi * 200 * t) + np.sin(2 * np.pi * 700 * t)  # whole periods: it is cyclic
    circuit = np.tile(sound, 3)
    for _ in range(n):
        b, a = signal.bilinear([1.0], [1 / (2 * np.pi * cutoff), 1.0], rate)
        circuit = signal.lfilter(b, a, circuit)
    np.testing.assert_allclose(
        copiers.low_pass(sound, cutoff, rate, n), circuit[-sound.size :], atol=1e-3
    )


@pytest.mark.parametrize("n", [1, 2, 4, 16])
def test_low_pass_halves_the_power_at_the_predicted_frequency(n):
    click = np.zeros(20_000)
    click[0] = 1
    f = np.fft.rfftfreq(click.size, 1 / 20_000.0)
    power = np.abs(np.fft.rfft(copiers.low_pass(click, 1000.0, 20_000.0, n))) ** 2
    assert np.interp(-0.5, -power, f) == pytest.approx(copying.rc_cutoff(1000.0, n), rel=1e-4)


# ---------------------------------------------------------------- JPEG-style quantiser


def test_quantisation_table_against_pillow(grey):
    image = pytest.importorskip("PIL.Image")
    for quality in (1, 10, 49, 50, 75, 95, 100):
        file = io.BytesIO()
        image.fromarray(grey).save(file, "jpeg", quality=quality)
        table = np.array(image.open(file).quantization[0]).reshape(8, 8)
        np.testing.assert_array_equal(copiers.quantisation_table(quality), table)


def literal_jpeg(pixels, quality):
    """Block by block, with the cosines written out."""
    u = np.arange(8)
    cosines = np.cos(np.pi * np.outer(u, 2 * u + 1) / 16) / 2
    cosines[0] /= math.sqrt(2)
    table = copiers.quantisation_table(quality)
    out = np.empty(pixels.shape)
    for top in range(0, pixels.shape[0], 8):
        for left in range(0, pixels.shape[1], 8):
            block = pixels[top : top + 8, left : left + 8] - 128.0
            kept = np.round(np.round(cosines @ block @ cosines.T / table, 9)) * table
            out[top : top + 8, left : left + 8] = cosines.T @ kept @ cosines + 128
    return out


@pytest.mark.parametrize("quality", [5, 50, 92])
def test_jpeg_against_the_literal_loop(grey, quality):
    np.testing.assert_allclose(
        copiers.jpeg(grey, quality, to_bytes=False), literal_jpeg(grey, quality), atol=1e-9
    )


def test_jpeg_against_pillow(grey):
    """A real encoder, with integer arithmetic: ties aside, the same picture."""
    image = pytest.importorskip("PIL.Image")
    for quality in (30, 75, 90):
        file = io.BytesIO()
        image.fromarray(grey).save(file, "jpeg", quality=quality)
        real = np.asarray(image.open(file)).astype(float)
        ours = copiers.jpeg(grey, quality)
        assert np.mean(real == ours) > 0.8
        assert np.mean((real - ours) ** 2) < 1
        assert abs(psnr_db(real, grey) - psnr_db(ours, grey)) < 0.1


@pytest.mark.parametrize("shift", [(0, 0), (3, 5), (-1, 8), (0, 7)])
@pytest.mark.parametrize("quality", [10, 75, 98])
def test_jpeg_without_bytes_is_a_projection(photo, quality, shift):
    once = copiers.jpeg(photo, quality, shift=shift, to_bytes=False)
    twice = copiers.jpeg(once, quality, shift=shift, to_bytes=False)
    np.testing.assert_allclose(twice, once, atol=1e-9)
    assert np.abs(once - photo).max() > 1  # and it does something


def test_jpeg_finds_the_nearest_lattice_point():
    rng = np.random.default_rng(3)
    block = rng.integers(0, 256, (8, 8)).astype(float)
    saved = copiers.jpeg(block, 60, to_bytes=False)
    table = copiers.quantisation_table(60)
    for _ in range(200):
        u, v = rng.integers(0, 8, 2)
        wave = np.zeros((8, 8))
        wave[u, v] = rng.choice([-1, 1]) * table[u, v]
        other = saved + literal_inverse(wave)
        assert np.linalg.norm(other - block) >= np.linalg.norm(saved - block) - 1e-9


def literal_inverse(coefficients):
    u = np.arange(8)
    cosines = np.cos(np.pi * np.outer(u, 2 * u + 1) / 16) / 2
    cosines[0] /= math.sqrt(2)
    return cosines.T @ coefficients @ cosines


def test_moving_the_grid_is_moving_the_picture(photo):
    moved = np.roll(copiers.jpeg(np.roll(photo, (-2, -5), (0, 1)), 75), (2, 5), (0, 1))
    np.testing.assert_array_equal(copiers.jpeg(photo, 75, shift=(2, 5)), moved)
    np.testing.assert_array_equal(copiers.jpeg(photo, 75, shift=(8, -16)), copiers.jpeg(photo, 75))


def test_channels_are_independent(photo):
    np.testing.assert_array_equal(copiers.jpeg(photo, 40)[..., 2], copiers.jpeg(photo[..., 2], 40))


def test_ties_do_not_depend_on_floating_point_dust(grey):
    dust = 1e-12 * np.random.default_rng(0).standard_normal(grey.shape)
    np.testing.assert_array_equal(copiers.jpeg(grey + dust, 50), copiers.jpeg(grey, 50))
    half = np.full((8, 8), 129.0)  # coefficient 8, step 16: an exact tie, to the even side
    np.testing.assert_array_equal(copiers.jpeg(half, 50), np.full((8, 8), 128.0))


def test_resaving_freezes_and_the_gap_never_grows(photo):
    for quality in (20, 75, 95):
        chain = copiers.resave(photo, quality, 60)
        stop = copiers.frozen_at(chain)
        assert stop is not None and 0 < stop < 60
        np.testing.assert_array_equal(copiers.jpeg(chain[-1], quality), chain[-1])
    pixels, last = photo.astype(float), math.inf
    for _ in range(12):
        lattice = copiers.jpeg(pixels, 95, to_bytes=False)
        for new in (lattice, np.clip(np.round(np.round(lattice, 9)), 0, 255)):
            gap = np.linalg.norm(new - pixels)
            if new is not lattice:
                gap = np.linalg.norm(new - lattice)
            assert gap <= last + 1e-9
            last = gap
        pixels = new


def test_early_stop_is_only_a_shortcut(grey):
    literal = [grey.astype(float)]
    for _ in range(20):
        literal.append(copiers.jpeg(literal[-1], 75))
    np.testing.assert_array_equal(copiers.resave(grey, 75, 20), np.array(literal))


def test_a_moving_grid_does_not_freeze(grey):
    """The negative control of the theorem: take away its premise and it fails."""
    chain = copiers.resave(grey, 75, 60, shifts=[(k, k) for k in range(8)])
    assert all(copiers.frozen_at(chain, period=p) is None for p in range(1, 17))


def test_resave_uses_qualities_and_shifts_in_turn(grey):
    chain = copiers.resave(grey, [75, 60], 3, shifts=[(0, 0), (1, 0), (2, 0)])
    step = copiers.jpeg(copiers.jpeg(grey, 75), 60, shift=(1, 0))
    np.testing.assert_array_equal(chain[2], step)
    np.testing.assert_array_equal(chain[3], copiers.jpeg(step, 75, shift=(2, 0)))
    assert chain.dtype == np.uint8
    assert copiers.resave(grey + 0.5, 75, 1).dtype == float
    assert copiers.resave(grey, 75, 1, to_bytes=False).dtype == float


def test_frozen_at():
    assert copiers.frozen_at(np.array([[1], [2], [2]])) == 1
    assert copiers.frozen_at(np.array([5, 5, 5])) == 0
    assert copiers.frozen_at(np.array([1, 2, 1, 2])) is None
    assert copiers.frozen_at(np.array([1, 2, 1, 2]), period=2) == 0
    assert copiers.frozen_at(np.array([1])) is None
    assert copiers.frozen_at(np.array([2, 2, 3])) is None  # stood still once, then moved


@pytest.mark.parametrize("seed", [1, *range(100, 120)])
def test_a_busy_picture_pays_the_full_price(seed):
    rng = np.random.default_rng(seed)
    picture = 128 + 60 * rng.standard_normal((128, 128))
    error = (copiers.jpeg(picture, 90, to_bytes=False) - picture) ** 2
    blocks = error.reshape(16, 8, 16, 8).mean(axis=(1, 3))
    z = (blocks.mean() - copying.quantisation_mse(90)) / (blocks.std(ddof=1) / 16)
    assert abs(z) < LIMIT


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: copiers.tape_copy([1.0], -1.0, np.random.default_rng()),
            ValueError,
            "noise_rms must be at least 0",
        ),
        (lambda: copiers.tape_copy([1.0], 1.0, 3), TypeError, "default_rng"),
        (lambda: copiers.tape([0.0], 3.0, [1], np.random.default_rng()), ValueError, "silent"),
        (
            lambda: copiers.tape([1.0], 3.0, [2, 2], np.random.default_rng()),
            ValueError,
            "generations must increase",
        ),
        (
            lambda: copiers.tape([1.0], 3.0, [], np.random.default_rng()),
            ValueError,
            "generations is empty",
        ),
        (
            lambda: copiers.tape([1.0], 3.0, [1.5], np.random.default_rng()),
            TypeError,
            "generations must be an integer",
        ),
        (lambda: copiers.photocopy([1.0, 2.0]), ValueError, "give exactly one of width"),
        (lambda: copiers.photocopy([1.0], width=3, sigma=1.0), ValueError, "exactly one"),
        (lambda: copiers.photocopy([1.0], width=4), ValueError, "take 3 or 5"),
        (lambda: copiers.photocopy([1.0], -1, width=3), ValueError, "n_copies must be at least 0"),
        (lambda: copiers.photocopy([1.0], sigma=-1.0), ValueError, "sigma must be at least 0"),
        (lambda: copiers.low_pass([1.0], 0.0, 8.0), ValueError, "cutoff must be greater than 0"),
        (lambda: copiers.quantisation_table(0), ValueError, "quality must be at least 1, got 0"),
        (lambda: copiers.quantisation_table(101), ValueError, "at most 100, got 101"),
        (lambda: copiers.quantisation_table(7.5), TypeError, "quality must be an integer"),
        (lambda: copiers.jpeg(np.ones((9, 17)), 75), ValueError, "crop to 8 by 16"),
        (lambda: copiers.jpeg(np.ones(8), 75), ValueError, "2 or 3 dimension"),
        (lambda: copiers.jpeg(np.ones((8, 8)), 75, shift=1), ValueError, "pair"),
        (lambda: copiers.jpeg(np.ones((8, 8)), 75, shift=(0.5, 0)), ValueError, "pair"),
        (lambda: copiers.resave(np.ones((8, 8)), [], 1), ValueError, "must not be empty"),
        (lambda: copiers.frozen_at([1, 1], period=0), ValueError, "period must be at least 1"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_the_standard_table_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        copiers.LUMINANCE[0, 0] = 1
