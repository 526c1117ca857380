"""The data: what their tables say, checksums and known numbers."""

from collections import Counter

import numpy as np
import pytest

from collapse_utils import datasets
from collapse_utils.text import split_words


def test_data_are_what_the_table_says():
    assert datasets.load_photograph().dtype == np.uint8
    samples, rate = datasets.load_audio()
    assert (samples.shape, rate) == ((96_000,), 8000)
    assert 0.05 < np.abs(samples).max() <= 1
    penguins = datasets.load_penguins()
    counts = dict(zip(*np.unique(penguins["species"], return_counts=True), strict=True))
    assert counts == {"Adelie": 152, "Chinstrap": 68, "Gentoo": 124}
    assert np.isnan(penguins["body_mass_g"]).sum() == 2
    assert set(penguins["sex"]) == {"", "female", "male"}
    with pytest.raises(ValueError, match="species must be one of 'Adelie'"):
        datasets.load_penguins("Emperor")


def test_every_data_file_is_checksummed_and_described():
    folder = datasets.resources.files("collapse_utils") / "data"
    files = {p.name for p in folder.iterdir() if p.name != "README.md"}
    assert files == set(datasets.SHA256)
    table = (folder / "README.md").read_text()
    for name, digest in datasets.SHA256.items():
        assert f"`{name}`" in table
        assert digest in table


def test_an_altered_file_is_refused(monkeypatch):
    monkeypatch.setitem(datasets.SHA256, "penguins.csv", "0" * 64)
    with pytest.raises(ValueError, match=r"penguins\.csv has been altered"):
        datasets.load_penguins()
    monkeypatch.setitem(datasets.SHA256, "none.csv", "0" * 64)
    with pytest.raises(FileNotFoundError, match=r"none\.csv is missing from the installed"):
        datasets._read("none.csv")


def test_names_are_those_of_1950():
    names = datasets.load_names()
    assert names["count"].sum() == 3_503_700
    assert names["count"].min() == 5
    for sex, first, n_names in [("F", "Linda", 6111), ("M", "James", 4191)]:
        part = datasets.load_names(sex)
        assert set(part["sex"]) == {sex}
        assert part["name"][0] == first
        assert len(part["name"]) == len(set(part["name"])) == n_names
        assert (np.diff(part["count"]) <= 0).all()
    with pytest.raises(ValueError, match="sex must be one of 'F', 'M', got 'f'"):
        datasets.load_names("f")


def test_the_diversity_of_names_agrees_with_the_names():
    table = datasets.load_name_diversity()
    assert table["year"].dtype.kind == "i"
    assert len(table["year"]) == 2 * len(np.arange(1880, 2018))
    for sex in "FM":
        part = datasets.load_name_diversity(sex)
        assert part["year"].tolist() == list(range(1880, 2018))
        row = {name: column[part["year"] == 1950][0] for name, column in part.items()}
        count = datasets.load_names(sex)["count"]
        share = count / count.sum()
        assert (row["n_names"], row["births"]) == (len(count), count.sum())
        for top in (1, 10, 100):
            assert row[f"top{top}"] == pytest.approx(share[:top].sum(), rel=1e-5)
        assert row["simpson_1_over_sum_p2"] == pytest.approx(1 / (share**2).sum(), rel=1e-5)
        entropy = -(share * np.log2(share)).sum()
        assert row["entropy_bits"] == pytest.approx(entropy, rel=1e-5)
    with pytest.raises(ValueError, match="sex must be one of 'F', 'M', got 'X'"):
        datasets.load_name_diversity("X")


def test_the_novel_is_pride_and_prejudice():
    novel = datasets.load_novel()
    assert novel.startswith("Chapter 1\nIt is a truth universally acknowledged")
    assert novel.count("Chapter ") == 61
    assert novel.count("Pemberley") > 40
    assert "_" not in novel


def test_the_word_counts_are_of_six_novels():
    counts = datasets.load_word_counts()
    assert counts["count"].sum() == 724_859
    assert len(set(counts["word"])) == len(counts["word"]) == 14_072
    assert (np.diff(counts["count"]) <= 0).all()
    assert counts["count"].min() == 1
    table = dict(zip(counts["word"], counts["count"], strict=True))
    one = Counter(split_words(datasets.load_novel()))
    assert all(table.get(word, 0) >= n for word, n in one.items() if "'" not in word)


@pytest.mark.parametrize(
    ("name", "size", "largest"),
    [("words", 18_855, 14_086), ("cities", 19_447, 8_008_654), ("surnames", 2_753, 2_502_020)],
)
def test_heavy_tailed_data_are_sorted(name, size, largest):
    values = datasets.load_heavy_tailed(name)
    assert (len(values), values[0]) == (size, largest)
    assert (np.diff(values) <= 0).all()
    assert values.min() > 0


def test_heavy_tailed_data_are_three():
    with pytest.raises(ValueError, match="name must be one of 'words', 'cities', 'surnames'"):
        datasets.load_heavy_tailed("earthquakes")


def test_the_poor_spend_the_larger_share_on_food():
    engel = datasets.load_engel()
    assert engel["income"].shape == engel["food"].shape == (235,)
    slope = np.polyfit(np.log(engel["income"]), np.log(engel["food"]), 1)[0]
    assert 0.8 < slope < 0.9


def test_digits_look_like_their_labels():
    images, labels = datasets.load_digits()
    assert images.shape == (1797, 8, 8)
    assert (images.min(), images.max()) == (0, 16)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    means = np.array([images[::2][labels[::2] == k].mean(axis=0) for k in range(10)])
    gaps = ((images[1::2, None] - means) ** 2).sum(axis=(2, 3))
    assert (gaps.argmin(axis=1) == labels[1::2]).mean() > 0.85
