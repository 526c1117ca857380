"""Copying machines as pure functions: tape, photocopier, narrow cable, JPEG-style quantiser.

Two of them add something at random each time (tape), two take something away each time
(photocopier, cable), and one takes away only what it has not taken yet (quantiser). Chapter:
*generation_loss* builds them in view and asks what a copy of a copy loses.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy.fft import dctn, idctn

from . import _validate

__all__ = [
    "LUMINANCE",
    "frozen_at",
    "jpeg",
    "low_pass",
    "photocopy",
    "quantisation_table",
    "resave",
    "tape",
    "tape_copy",
]

LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)
"""Example luminance table of the JPEG standard (ITU-T T.81, table K.1)."""
LUMINANCE.flags.writeable = False

_TIE_DIGITS = 9


# ---------------------------------------------------------------- tape


def tape_copy(signal, noise_rms, rng):
    r"""Copy a signal once on a tape whose noise floor is fixed.

    .. math:: y = x + \sqrt{N}\,\varepsilon, \qquad \varepsilon \sim N(0, 1)
       \text{ independent for every sample}

    Parameters
    ----------
    signal : array
        What is copied; any shape.
    noise_rms : float
        Root mean square :math:`\sqrt N` of the added noise, in the unit of the signal,
        at least 0.
    rng : numpy.random.Generator
        Draws one normal per sample, so the same state gives the same noise.

    Returns
    -------
    ndarray of float
        Same shape as `signal`.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or `noise_rms` is negative.

    Notes
    -----
    Built in view in chapter *generation_loss*.

    Examples
    --------
    >>> tape_copy([1.0, 2.0], 0.0, np.random.default_rng(0))
    array([1., 2.])
    """
    signal = _validate.array("signal", signal)
    noise_rms = _validate.real("noise_rms", noise_rms, at_least=0)
    return signal + noise_rms * _validate.generator(rng).standard_normal(signal.shape)


def tape(signal, snr_db, generations, rng):
    r"""Return chosen generations of one chain of tape copies, exactly in law.

    Generation :math:`n` is :math:`x + \sqrt N(\varepsilon_1 + \dots + \varepsilon_n)` with
    :math:`N = \overline{x^2}\,10^{-\mathrm{SNR}_1/10}`. The noise between two kept
    generations :math:`m < n` is one normal of variance :math:`(n - m)N`, so generations that
    nobody asks for cost nothing, and the kept ones have the joint law of a copy of a copy.

    Parameters
    ----------
    signal : array
        The original; any shape, not silent.
    snr_db : float
        Signal-to-noise ratio of the first copy, in decibels.
    generations : sequence of int
        Which generations to return, increasing, each at least 0 (0 is the original).
    rng : numpy.random.Generator
        Draws one normal per sample and kept generation (generation 0 draws none).

    Returns
    -------
    ndarray of float, shape (len(generations), *signal.shape)

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, the signal is silent, or the generations do not
        increase.

    Notes
    -----
    Independent noise adds in power; see `collapse_utils.theory.copying.tape_snr_db`.
    Chapter: *generation_loss*.

    Examples
    --------
    >>> copies = tape(np.ones(100_000), 20.0, [0, 1, 4], np.random.default_rng(0))
    >>> np.round(((copies - 1) ** 2).mean(axis=1), 3).tolist()
    [0.0, 0.01, 0.04]
    """
    signal = _validate.array("signal", signal)
    snr_db = _validate.real("snr_db", snr_db)
    rng = _validate.generator(rng)
    kept = _validate.sequence("generations", generations)
    kept = [_validate.integer("generations", g) for g in kept]
    if any(b <= a for a, b in itertools.pairwise(kept)):
        raise ValueError(f"generations must increase, got {kept!r}")
    power = np.mean(signal**2)
    if power == 0:
        raise ValueError("signal is silent (all zeros), so it has no signal-to-noise ratio")
    floor = np.sqrt(power * 10 ** (-snr_db / 10))
    steps = np.diff(kept, prepend=0)
    copies = np.empty((len(kept), *signal.shape))
    current = signal
    for row, step in enumerate(steps):
        current = tape_copy(current, floor * np.sqrt(step), rng) if step else current
        copies[row] = current
    return copies


# ---------------------------------------------------------------- photocopier and cable


def photocopy(signal, n_copies=1, *, width=None, sigma=None):
    r"""Blur a signal or picture `n_copies` times, exactly, at the cost of one blur.

    A blur is a convolution, so `n_copies` of them multiply the spectrum by the
    :math:`n`-th power of one transfer function:

    .. math:: G_\text{box}(f) = \frac{\sin \pi f w}{w \sin \pi f}, \qquad
              G_\text{Gauss}(f) = e^{-2\pi^2\sigma^2 f^2}, \qquad f \text{ in cycles per sample}

    Parameters
    ----------
    signal : array, shape (n,), (h, w) or (h, w, channels)
        Blurred along its first axis, or its first two. The edges wrap round, so that nothing
        leaks out of the picture.
    n_copies : int
        How often, at least 0.
    width : int, optional
        Width :math:`w` of the box kernel in samples: odd, at least 1. Give this or `sigma`.
    sigma : float, optional
        Standard deviation :math:`\sigma` of the Gaussian kernel in samples, at least 0.

    Returns
    -------
    ndarray of float
        Same shape as `signal`.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range, or not exactly one kernel is given.

    Notes
    -----
    Kernel variance after `n_copies`: `collapse_utils.theory.copying.box_variance`.
    Chapter: *generation_loss*.

    Examples
    --------
    >>> photocopy([0, 0, 9, 0, 0], width=3).round(9).tolist()
    [0.0, 3.0, 3.0, 3.0, 0.0]
    """
    signal = _validate.array("signal", signal, ndim=(1, 2, 3))
    n_copies = _validate.integer("n_copies", n_copies)
    if (width is None) == (sigma is None):
        raise ValueError("give exactly one of width (box kernel) and sigma (Gaussian kernel)")
    if width is not None:
        width = _validate.integer("width", width, at_least=1)
        if width % 2 == 0:
            raise ValueError(
                f"width must be odd, so that the box has a middle, got {width}; "
                f"take {width - 1} or {width + 1}"
            )
    else:
        sigma = _validate.real("sigma", sigma, at_least=0)
    axes = (0,) if signal.ndim == 1 else (0, 1)
    spectrum = np.fft.fftn(signal, axes=axes)
    for axis in axes:
        f = np.fft.fftfreq(signal.shape[axis])
        if width is not None:
            m = np.arange(-(width // 2), width // 2 + 1)
            gain = np.cos(2 * np.pi * np.outer(f, m)).mean(axis=1)
        else:
            gain = np.exp(-2 * (np.pi * sigma * f) ** 2)
        shape = [1] * signal.ndim
        shape[axis] = -1
        spectrum = spectrum * (gain**n_copies).reshape(shape)
    return np.fft.ifftn(spectrum, axes=axes).real


def low_pass(signal, cutoff, rate, n_copies=1):
    r"""Pass a signal `n_copies` times through a first-order (RC) low-pass filter.

    .. math:: H(f)^n = \Bigl(1 + i f/f_1\Bigr)^{-n}

    Parameters
    ----------
    signal : array, shape (n,)
        Its two ends are joined: the filter is applied to the spectrum.
    cutoff : float
        Frequency :math:`f_1`, in hertz, at which one pass halves the power; positive.
    rate : float
        Samples per second, positive.
    n_copies : int
        How often, at least 0.

    Returns
    -------
    ndarray of float, shape (n,)

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Notes
    -----
    Cut-off after `n_copies`: `collapse_utils.theory.copying.rc_cutoff`. Chapter:
    *generation_loss*.

    Examples
    --------
    >>> t = np.arange(1000) / 1000
    >>> tone = np.sqrt(2) * np.sin(2 * np.pi * 50 * t)          # power 1, at 50 Hz
    >>> round(float(np.mean(low_pass(tone, 50.0, 1000.0) ** 2)), 9)
    0.5
    """
    signal = _validate.array("signal", signal, ndim=1)
    cutoff = _validate.real("cutoff", cutoff, above=0)
    rate = _validate.real("rate", rate, above=0)
    n_copies = _validate.integer("n_copies", n_copies)
    f = np.fft.rfftfreq(signal.size, 1 / rate)
    return np.fft.irfft(np.fft.rfft(signal) * (1 + 1j * f / cutoff) ** -n_copies, signal.size)


# ---------------------------------------------------------------- JPEG-style quantiser


def quantisation_table(quality):
    r"""Return the 64 quantiser steps for a quality, as the Independent JPEG Group scales them.

    .. math:: T_{uv} = \operatorname{clip}\Bigl(\Bigl\lfloor\frac{s\,K_{uv} + 50}{100}
              \Bigr\rfloor, 1, 255\Bigr), \qquad
              s = \begin{cases} \lfloor 5000/q \rfloor & q < 50 \\ 200 - 2q & q \ge 50\end{cases}

    Parameters
    ----------
    quality : int
        Quality :math:`q`, from 1 (coarse) to 100 (every step 1).

    Returns
    -------
    ndarray of int, shape (8, 8)
        Row and column are vertical and horizontal frequency; the entry at (0, 0) belongs to
        the block's mean.

    Raises
    ------
    TypeError, ValueError
        If the quality is not an integer from 1 to 100.

    Notes
    -----
    :math:`K` is `LUMINANCE`. Wallace (1992), section 4, explains the table's role. Chapter:
    *generation_loss*.

    Examples
    --------
    >>> quantisation_table(75)[0].tolist()
    [8, 6, 5, 8, 12, 20, 26, 31]
    """
    quality = _validate.integer("quality", quality, at_least=1, at_most=100)
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return np.clip((LUMINANCE * scale + 50) // 100, 1, 255)


def _pixels(pixels):
    pixels = _validate.array("pixels", pixels, ndim=(2, 3))
    if pixels.shape[0] % 8 or pixels.shape[1] % 8:
        h, w = pixels.shape[:2]
        raise ValueError(
            f"pixels must have sides divisible by 8, got {h} by {w}; "
            f"crop to {h - h % 8} by {w - w % 8}"
        )
    return pixels


def _shift(shift):
    pair = _validate.array("shift", shift)
    if pair.shape != (2,) or (pair != np.round(pair)).any():
        raise ValueError(f"shift must be a pair (dy, dx) of integers, got {shift!r}")
    return int(pair[0]), int(pair[1])


def jpeg(pixels, quality, *, shift=(0, 0), to_bytes=True):
    r"""Save and reopen a picture once: the lossy half of JPEG.

    Each 8 by 8 block, less 128, goes through an orthonormal discrete cosine transform
    :math:`D`; each coefficient is rounded to a multiple of its step :math:`T_{uv}`:

    .. math:: Q(x) = D^{\mathsf T}\, T \operatorname{round}\!\bigl(T^{-1} D (x - 128)\bigr) + 128

    Without bytes, :math:`Q` is a projection: :math:`Q(Q(x)) = Q(x)`. With bytes the result is
    rounded and clipped to 0, ..., 255, which is a second projection.

    Parameters
    ----------
    pixels : array, shape (h, w) or (h, w, channels)
        Grey or colour, 0 to 255; `h` and `w` divisible by 8.
    quality : int
        1 to 100; see `quantisation_table`.
    shift : pair of int
        Rows and columns by which the grid of blocks is moved. The picture wraps round its
        edges.
    to_bytes : bool
        Whether to round and clip to whole numbers from 0 to 255, as a file must.

    Returns
    -------
    ndarray of float
        Same shape as `pixels`.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Notes
    -----
    Real JPEG also turns colour into luma and chroma, keeps chroma at half resolution, uses an
    integer approximation of the cosine transform, and packs the coefficients without further
    loss. Here each channel is treated as a grey picture, the transform is exact, and nothing
    is packed.

    Exact ties (half a step, half a grey level) are common, because the mean of a block of
    integers is a multiple of 1/64. Coefficients and pixels are therefore first rounded to
    nine decimals, so that floating-point dust never decides a tie, and ties then go to the
    even neighbour: the result is the same on every platform.

    Wallace (1992) describes the standard. Chapter: *generation_loss*.

    Examples
    --------
    >>> ramp = np.add.outer(np.arange(8), 10 * np.arange(8)).astype(float)
    >>> once = jpeg(ramp, 75)
    >>> bool((jpeg(once, 75) == once).all())
    True
    """
    pixels = _pixels(pixels)
    dy, dx = _shift(shift)
    _validate.flag("to_bytes", to_bytes)
    table = quantisation_table(quality).astype(float)
    h, w = pixels.shape[:2]
    moved = np.roll(pixels, (-dy, -dx), axis=(0, 1)) if dy or dx else pixels
    blocks = moved.reshape(h // 8, 8, w // 8, 8, -1).transpose(0, 2, 4, 1, 3) - 128
    steps = np.round(dctn(blocks, axes=(-2, -1), norm="ortho") / table, _TIE_DIGITS)
    blocks = idctn(np.round(steps) * table, axes=(-2, -1), norm="ortho") + 128
    if to_bytes:
        blocks = np.clip(np.round(np.round(blocks, _TIE_DIGITS)), 0, 255)
    out = blocks.transpose(0, 3, 1, 4, 2).reshape(pixels.shape)
    return np.roll(out, (dy, dx), axis=(0, 1)) if dy or dx else out


def resave(pixels, quality, n_copies, *, shifts=None, to_bytes=True):
    """Save and reopen a picture again and again.

    Parameters
    ----------
    pixels : array, shape (h, w) or (h, w, channels)
        The original; see `jpeg`.
    quality : int or sequence of int
        One quality, or several to be used in turn.
    n_copies : int
        How many copies of copies, at least 0.
    shifts : array of int, shape (n, 2), optional
        Shift of the block grid for each copy; used in turn if there are fewer than `n_copies`.
        None leaves the grid where it is.
    to_bytes : bool
        As in `jpeg`.

    Returns
    -------
    ndarray, shape (n_copies + 1, *pixels.shape)
        Index 0 is the original. Type uint8 if `to_bytes` and the original is made of bytes,
        otherwise float.

    Raises
    ------
    TypeError, ValueError
        As in `jpeg`.

    Notes
    -----
    Deterministic: equal arguments give equal pictures. Chapter: *generation_loss*.

    Examples
    --------
    >>> ramp = np.add.outer(np.arange(8), 10 * np.arange(8)).astype(np.uint8)
    >>> resave(ramp, 75, 3).shape
    (4, 8, 8)
    """
    n_copies = _validate.integer("n_copies", n_copies)
    original = _pixels(pixels)
    _validate.flag("to_bytes", to_bytes)
    whole = to_bytes and bool(np.all((original == np.round(original)) & (original >= 0)))
    whole = whole and original.max() <= 255
    single = not isinstance(quality, list | tuple | np.ndarray)
    qualities = [quality] if single else list(quality)
    moves = [(0, 0)] if shifts is None else list(_validate.array("shifts", shifts, ndim=2))
    if not qualities or not moves:
        raise ValueError("quality and shifts must not be empty; leave shifts out for a still grid")
    history = np.empty((n_copies + 1, *original.shape), np.uint8 if whole else float)
    current = history[0] = original
    same_step = len(qualities) == len(moves) == 1  # then what stands still, stands for ever
    for k in range(n_copies):
        current = jpeg(
            current,
            qualities[k % len(qualities)],
            shift=tuple(moves[k % len(moves)]),
            to_bytes=to_bytes,
        )
        history[k + 1] = current
        if same_step and np.array_equal(history[k + 1], history[k]):
            history[k + 2 :] = current
            break
    return history


def frozen_at(history, period=1):
    """Return the first generation after which a history repeats itself exactly.

    Parameters
    ----------
    history : array, shape (n + 1, ...)
        One entry per generation, index 0 the original.
    period : int
        1 for a picture that stays, 2 for two that alternate, and so on.

    Returns
    -------
    int or None
        The smallest `g` with ``history[k] == history[k + period]`` for every `k` from `g` on,
        or None if the history is too short to show one.

    Raises
    ------
    TypeError, ValueError
        If `history` is empty or holds NaN, or `period` is not a positive integer.

    Notes
    -----
    Chapter: *generation_loss*.

    Examples
    --------
    >>> frozen_at(np.array([9, 7, 6, 6, 6]))
    2
    >>> frozen_at(np.array([9, 7, 6, 7, 6]), period=2)
    1
    >>> frozen_at(np.array([3, 2, 1])) is None
    True
    """
    history = _validate.numbers("history", history)
    period = _validate.integer("period", period, at_least=1)
    if history.ndim == 0 or history.size == 0:
        raise ValueError(
            "history must have at least 1 dimension, its first over generations, and not be "
            f"empty, got shape {history.shape}"
        )
    if history.dtype.kind == "f" and not np.isfinite(history).all():
        raise ValueError("history holds values that are NaN or infinite; remove them")
    if len(history) <= period:
        return None
    pairs = zip(history[:-period], history[period:], strict=True)
    same = np.array([np.array_equal(a, b) for a, b in pairs])
    if not same[-1]:
        return None
    moving = np.flatnonzero(~same)
    return int(moving[-1] + 1) if moving.size else 0
