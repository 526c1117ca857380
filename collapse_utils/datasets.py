"""The real data that the book ships, by name, each verified by its checksum.

Sources and licences are in ``collapse_utils/data/README.md``.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from importlib import resources

import numpy as np

from . import _validate

__all__ = [
    "AUDIO_CREDIT",
    "load_audio",
    "load_digits",
    "load_engel",
    "load_heavy_tailed",
    "load_name_diversity",
    "load_names",
    "load_novel",
    "load_penguins",
    "load_photograph",
    "load_transformer_loop",
    "load_word_counts",
]

AUDIO_CREDIT = (
    "Manolo Camp, Morning Coffee (2009), seconds 20 to 32, licensed CC BY-SA 3.0; "
    "the degraded copies are under the same licence."
)

SHA256 = {
    "astronaut_256.png": "6920df7795cecc620fde643c0caa984e5f36cc657d580c50185f298e65c4332b",
    "austen_word_counts.csv.gz": "a48cdfc9a924723be6ffab56eab30a22137468053dcabd7d2329afd59283fadc",
    "csn_cities.txt.gz": "553190c6adca0ea5d52537c888c7a42ef250a462cfbfa175eb2189d67e6e9393",
    "csn_surnames.txt.gz": "bcae4c870b3723a8094febeb986c93bf3a390b8d2d07f20e1fd29addb5c9cee8",
    "csn_words.txt.gz": "40c1d00d915828342fe6f3a93cee97e8453299e09b57117307f3379b70d976c4",
    "digits8x8.npz": "b2dab7b501728c22e9119ad76740b2e17c77a231e42d1e592380d90886f1a05e",
    "engel.csv": "796c3da0406291dd324c51901b51386be12b5f52e330afaf69584f57c06ad45c",
    "morning_coffee_12s_8k.wav": "8bb8a2072859d2c2d7eb85efa8a479a513a92bbadf362f3e4594a60b18f8db10",
    "penguins.csv": "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93",
    "pride_and_prejudice.txt.gz": (
        "0fe631d9e87a292ec0813f886b2437a04f9ce6f17aa0a89f299481b76fde026b"
    ),
    "transformer_loop.json": "7f3bbc89554632e6c940ef06fd1bd50132452eada0a625fbe1c8e74542eb26ce",
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


def _text(name):
    """Return a shipped text, unpacked if it is packed."""
    data = _read(name)
    return (gzip.decompress(data) if name.endswith(".gz") else data).decode()


def _rows(name, **only):
    """Return the rows of a shipped table; with ``column=value``, those that have this value.

    A value of None keeps every row; any other has to occur.
    """
    rows = list(csv.DictReader(io.StringIO(_text(name))))
    for column, value in only.items():
        if value is not None:
            _validate.choice(column, value, sorted({row[column] for row in rows}))
            rows = [row for row in rows if row[column] == value]
    return rows


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
    rows = _rows("penguins.csv", species=species)
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
    rows = _rows("us_baby_names_full_1950.csv.gz", sex=sex)
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
    rows = _rows("us_baby_names_diversity.csv", sex=sex)
    kinds = {"sex": str, "year": int, "n_names": int, "births": int}
    return {key: np.array([kinds.get(key, float)(row[key]) for row in rows]) for key in rows[0]}


def load_novel():
    """Load the text of Jane Austen's *Pride and Prejudice* (1813).

    Returns
    -------
    str
        One paragraph a line, chapter headings included. Public domain.

    Examples
    --------
    >>> novel = load_novel()
    >>> len(novel), novel[10:62]
    (681460, 'It is a truth universally acknowledged, that a singl')
    """
    return _text("pride_and_prejudice.txt.gz")


def load_word_counts():
    """Load how often each word occurs in Jane Austen's six novels.

    Returns
    -------
    dict of str to ndarray
        ``word`` (lower case; letters, and an apostrophe inside) and ``count``, the most
        frequent first. Counted from texts in the public domain.

    Examples
    --------
    >>> counts = load_word_counts()
    >>> len(counts["word"]), int(counts["count"].sum()), counts["word"][:3].tolist()
    (14072, 724859, ['the', 'to', 'and'])
    """
    rows = _rows("austen_word_counts.csv.gz")
    return {
        "word": np.array([row["word"] for row in rows]),
        "count": np.array([int(row["count"]) for row in rows]),
    }


def load_heavy_tailed(name):
    """Load a heavy-tailed data set on which the estimation of power laws was tried out.

    Parameters
    ----------
    name : {"words", "cities", "surnames"}
        How often each word occurs in *Moby Dick*; how many people live in each place of the
        United States (census of 2000); how many people bear each of its most frequent
        surnames (1990).

    Returns
    -------
    ndarray, shape (n,)
        The largest first. The words are whole numbers, the cities too; the surnames are
        estimates of the source, not whole.

    Raises
    ------
    ValueError
        If the name is not one of the three.

    Notes
    -----
    Source: the reference data of the Python package ``powerlaw``, after Clauset, Shalizi and
    Newman (2009), doi 10.1137/070710111. Chapter: *power_law_tails*.

    Examples
    --------
    >>> words = load_heavy_tailed("words")
    >>> len(words), int(words[0])
    (18855, 14086)
    """
    _validate.choice("name", name, ("words", "cities", "surnames"))
    kind = float if name == "surnames" else int
    return np.array([kind(line) for line in _text(f"csn_{name}.txt.gz").split()])


def load_engel():
    """Load what 235 Belgian working-class households earned and spent on food (Engel, 1857).

    Returns
    -------
    dict of str to ndarray
        ``income`` and ``food``, in Belgian francs a year. Public domain.

    Examples
    --------
    >>> engel = load_engel()
    >>> engel["income"].shape, round(float(engel["food"].mean()))
    ((235,), 624)
    """
    rows = _rows("engel.csv")
    return {
        "income": np.array([float(row["income"]) for row in rows]),
        "food": np.array([float(row["foodexp"]) for row in rows]),
    }


def load_digits():
    """Load 1797 handwritten digits, 8 by 8 pixels each.

    Returns
    -------
    images : ndarray of uint8, shape (1797, 8, 8)
        Ink, from 0 (none) to 16.
    labels : ndarray of int, shape (1797,)
        Which digit it is, 0 to 9. Alpaydin and Kaynak (1998), CC BY 4.0.

    Examples
    --------
    >>> images, labels = load_digits()
    >>> images.shape, labels[:5].tolist()
    ((1797, 8, 8), [0, 1, 2, 3, 4])
    """
    with np.load(io.BytesIO(_read("digits8x8.npz"))) as data:
        return data["images"], data["labels"].astype(int)


def load_transformer_loop():
    """Load what a small transformer did when it was trained on its own text.

    Returns
    -------
    dict
        ``settings``, ``versions``, ``device``, ``parameters``, ``novel``, ``total_cpu_seconds``
        and ``script_sha256`` say what was run; ``seeds`` and ``chains`` list the runs; ``rows``
        is a list of one dictionary per chain, seed and generation, with perplexities, counts of
        words, and a sample. Recorded by ``experiments/transformer.py``, which describes it.

    Notes
    -----
    Chapter: *language_models*.

    Examples
    --------
    >>> loop = load_transformer_loop()
    >>> loop["complete"], len(loop["seeds"]) >= 3, sorted(loop["rows"][0])[:2]
    (True, True, ['distinct_2', 'distinct_3'])
    """
    return json.loads(_read("transformer_loop.json"))
