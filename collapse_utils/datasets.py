"""The real data that the book ships, by name, each verified by its checksum.

Sources and licences are in ``collapse_utils/data/README.md``.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from importlib import resources

import numpy as np

from . import _validate

__all__ = [
    "AUDIO_CREDIT",
    "load_audio",
    "load_name_diversity",
    "load_names",
    "load_penguins",
    "load_photograph",
]

AUDIO_CREDIT = (
    "Manolo Camp, Morning Coffee (2009), seconds 20 to 32, licensed CC BY-SA 3.0; "
    "the degraded copies are under the same licence."
)

SHA256 = {
    "astronaut_256.png": "6920df7795cecc620fde643c0caa984e5f36cc657d580c50185f298e65c4332b",
    "morning_coffee_12s_8k.wav": "8bb8a2072859d2c2d7eb85efa8a479a513a92bbadf362f3e4594a60b18f8db10",
    "penguins.csv": "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93",
    "us_baby_names_diversity.csv": (
        "dd4fcb5273530b989fb572ee29ef1c6d36fe2d1e74e25e13263b3455f1a148f2"
    ),
    "us_baby_names_full_1950.csv.gz": (
        "fd6b7e599a9532b637fd7a7baa18c1535ac19ddd4d9c5168dc1763ff488c02e2"
    ),
}


def _read(name):
    """Return the bytes of a shipped file, or raise an error if it is missing or altered."""
    path = resources.files("collapse_utils") / "data" / name
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"the data file {name} is missing from the installed package; install it again"
        ) from None
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256[name]:
        raise ValueError(
            f"the data file {name} has been altered (sha256 {found[:12]}..., expected "
            f"{SHA256[name][:12]}...); install the package again"
        )
    return data


def load_photograph():
    """Load the photograph: NASA's portrait of Eileen Collins, 256 by 256 pixels.

    Returns
    -------
    ndarray of uint8, shape (256, 256, 3)
        Red, green, blue, each 0 to 255. Public domain.

    Raises
    ------
    ImportError
        If Pillow, which reads the PNG format, is not installed.

    Examples
    --------
    >>> load_photograph().shape
    (256, 256, 3)
    """
    try:
        from PIL import Image
    except ImportError:
        raise ImportError("reading the photograph needs Pillow: pip install pillow") from None
    with Image.open(io.BytesIO(_read("astronaut_256.png"))) as picture:
        return np.asarray(picture.convert("RGB"))


def load_audio():
    """Load twelve seconds of piano music, mono, 8000 samples a second.

    Returns
    -------
    samples : ndarray of float, shape (96000,)
        In [-1, 1].
    rate : int
        Samples per second.

    Notes
    -----
    Manolo Camp, *Morning Coffee* (2009), CC BY-SA 3.0: name the author, and give what you
    make from it the same licence. `AUDIO_CREDIT` is a ready line.

    Examples
    --------
    >>> samples, rate = load_audio()
    >>> len(samples) / rate
    12.0
    """
    from scipy.io import wavfile

    rate, pcm = wavfile.read(io.BytesIO(_read("morning_coffee_12s_8k.wav")))
    return pcm / 32768.0, int(rate)


def load_penguins(species=None):
    """Load the Palmer penguins: body measurements of 344 penguins of three species.

    Parameters
    ----------
    species : {"Adelie", "Chinstrap", "Gentoo"}, optional
        Keep this species only.

    Returns
    -------
    dict of str to ndarray
        One entry per column: ``species``, ``island``, ``sex`` (text, ``""`` if unknown),
        ``bill_length_mm``, ``bill_depth_mm``, ``flipper_length_mm``, ``body_mass_g``,
        ``year`` (numbers, NaN if unknown). Horst, Hill and Gorman (2020), CC0.

    Raises
    ------
    ValueError
        If the species is not one of the three.

    Examples
    --------
    >>> load_penguins("Gentoo")["body_mass_g"].shape
    (124,)
    """
    rows = list(csv.DictReader(io.StringIO(_read("penguins.csv").decode())))
    if species is not None:
        _validate.choice("species", species, sorted({row["species"] for row in rows}))
        rows = [row for row in rows if row["species"] == species]
    out = {}
    for key in rows[0]:
        values = ["" if row[key] == "NA" else row[key] for row in rows]
        if key in ("species", "island", "sex"):
            out[key] = np.array(values)
        else:
            out[key] = np.array([float(v) if v else np.nan for v in values])
    return out


def load_names(sex=None):
    """Load the given names of the children born in the United States in 1950.

    Parameters
    ----------
    sex : {"F", "M"}, optional
        Keep this sex only.

    Returns
    -------
    dict of str to ndarray
        ``sex`` and ``name`` (text) and ``count`` (whole numbers): one entry per name and sex,
        the most frequent first. US Social Security Administration, public domain.

    Raises
    ------
    ValueError
        If the sex is not one of the two.

    Notes
    -----
    The source leaves out names given to fewer than five children of a sex, so the rarest part
    of the tail is missing.

    Examples
    --------
    >>> girls = load_names("F")
    >>> len(girls["name"]), girls["name"][0], int(girls["count"][0])
    (6111, np.str_('Linda'), 80432)
    """
    text = gzip.decompress(_read("us_baby_names_full_1950.csv.gz")).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    if sex is not None:
        _validate.choice("sex", sex, ("F", "M"))
        rows = [row for row in rows if row["sex"] == sex]
    return {
        "sex": np.array([row["sex"] for row in rows]),
        "name": np.array([row["name"] for row in rows]),
        "count": np.array([int(row["n"]) for row in rows]),
    }


def load_name_diversity(sex=None):
    """Load how diverse given names were in the United States, year by year, 1880 to 2017.

    Parameters
    ----------
    sex : {"F", "M"}, optional
        Keep this sex only.

    Returns
    -------
    dict of str to ndarray
        One entry per column, over years and sexes: ``year``, ``sex`` (text), ``n_names``
        (names given at least five times), ``births`` (children with such a name), ``top1``,
        ``top10``, ``top100`` (their share of births, from 0 to 1), ``simpson_1_over_sum_p2``
        (effective number of names) and ``entropy_bits``. Computed from the data of the US
        Social Security Administration, public domain.

    Raises
    ------
    ValueError
        If the sex is not one of the two.

    Examples
    --------
    >>> girls = load_name_diversity("F")
    >>> girls["year"][-1], girls["n_names"][-1]
    (np.int64(2017), np.int64(18309))
    """
    rows = list(csv.DictReader(io.StringIO(_read("us_baby_names_diversity.csv").decode())))
    if sex is not None:
        _validate.choice("sex", sex, ("F", "M"))
        rows = [row for row in rows if row["sex"] == sex]
    kinds = {"sex": str, "year": int, "n_names": int, "births": int}
    return {key: np.array([kinds.get(key, float)(row[key]) for row in rows]) for key in rows[0]}
