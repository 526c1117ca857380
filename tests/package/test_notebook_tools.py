"""What chapters show: quoted numbers, players, steppers, answers, quizzes, data, figures."""

import base64
import html.parser
import io
import re
from collections import Counter

import matplotlib
import numpy as np
import pytest
from PIL import Image
from scipy.io import wavfile

from collapse_utils import datasets, plotting
from collapse_utils.exercises import check_answer, quiz
from collapse_utils.notebook import glue, image_stepper, players
from collapse_utils.text import split_words

matplotlib.use("agg")


class Tags(html.parser.HTMLParser):
    """Collect the tags of a piece of HTML and prove that they are balanced."""

    VOID = ("input", "img")

    def __init__(self, markup):
        super().__init__()
        self.found, self.open = [], []
        self.feed(markup)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


def payload(attrs):
    return io.BytesIO(base64.b64decode(attrs["src"].partition(",")[2]))


def test_players_hold_the_sound_clipped_not_rescaled():
    sound = np.array([0.0, 0.5, -1.0, 2.0])
    tags = Tags(players({"copy <5>": sound}, 8000, credit="By A & B").markup)
    (audio,) = tags.all("audio")
    assert audio["aria-label"] == "copy <5>"
    assert "controls" in audio
    rate, pcm = wavfile.read(payload(audio))
    assert rate == 8000
    np.testing.assert_array_equal(pcm, [0, 16384, -32767, 32767])


def test_stepper_is_a_labelled_radio_group_with_described_pictures():
    frames = {"0": np.zeros((4, 4), np.uint8), "5": np.full((4, 4, 3), 200, np.uint8)}
    shown = image_stepper(frames, name="demo", legend="Generation", alt="A square, generation {}.")
    tags = Tags(shown.markup)
    buttons, labels, images = tags.all("input"), tags.all("label"), tags.all("img")
    assert [b["type"] for b in buttons] == ["radio", "radio"]
    assert {b["name"] for b in buttons} == {"demo"}
    assert ["checked" in b for b in buttons] == [True, False]
    assert [b["id"] for b in buttons] == [label["for"] for label in labels]
    assert images[1]["alt"] == "A square, generation 5."
    np.testing.assert_array_equal(np.asarray(Image.open(payload(images[1]))), frames["5"])
    for button, image in zip(buttons, images, strict=True):
        assert f"#{button['id']}:checked~div .{image['class']}" in shown.markup
    assert repr(shown) == "Generation: 0, 5"


def test_quoted_numbers_must_be_formatted():
    with pytest.raises(TypeError, match="share must be a formatted string"):
        glue(share=0.123456)


@pytest.mark.parametrize(
    "given, right, sentence",
    [
        (3.0, True, "Right."),
        (3.0000001, True, "Right."),
        (..., False, "No answer yet"),
        (None, False, "No answer yet"),
        (6.0, False, "Not yet. Doubled: which side?"),
        (2.0, False, "Not yet. Your number is too small."),
        (9, False, "Not yet. Your number is too large."),
        (np.nan, False, "NaN"),
        ("three", False, "should be a number"),
        ([3.0, 3.0], False, "has shape (2,); shape () is asked for"),
    ],
)
def test_answers_are_told_what_is_off(given, right, sentence, capsys):
    slips = [(6.0, "Doubled: which side?")]
    check_answer(given, 3.0, slips=slips)
    out = capsys.readouterr().out
    assert sentence in out
    assert (out == "Right.\n") is right
    assert right or "3" not in out.replace("shape (2,)", "").replace("three", "")


def test_wrong_arrays_name_the_first_wrong_place(capsys):
    check_answer([1.0, 2.0, 4.0, 5.0], [1.0, 2.0, 3.0, 4.0])
    assert "2 of 4 values are off; the first is at index 2." in capsys.readouterr().out


def test_quiz_options_say_why():
    shown = quiz("Two plus <two>?", {"4": "Count.", "5": "One & more."}, right=str(2 + 2))
    assert len(Tags(shown.markup).all("details")) == 2
    assert re.search(r"<summary>4</summary><p><strong>Right.</strong> Count.", shown.markup)
    assert re.search(r"<summary>5</summary><p><strong>No.</strong> One &amp; more.", shown.markup)


def test_a_condition_that_fails_is_said_to_fail(capsys):
    check_answer(np.float64(1) > 2, True)
    check_answer(True, True)
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "Not yet. False is not the answer: what is asked for does not hold.",
        "Right.",
    ]


def test_quiz_refuses_an_answer_that_is_not_offered():
    with pytest.raises(ValueError, match="right must be one of '4', '5', got '6'"):
        quiz("Two plus two?", {"4": "Count.", "5": "One too many."}, right="6")


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


def luminance(colors):
    return np.asarray(colors)[:, :3] @ [0.2126, 0.7152, 0.0722]


def test_generations_pale_with_age_in_even_steps():
    light = luminance(plotting.generation_colors(9))
    assert (np.diff(light) > 0.02).all()
    assert light[0] < 0.2
    assert 0.6 < light[-1] < 0.85
    assert len(plotting.generation_colors(1)) == 1


def test_workflows_differ_in_colour_and_in_marker():
    colors, markers = zip(*plotting.WORKFLOWS.values(), strict=True)
    assert len(set(colors)) == len(set(markers)) == len(plotting.WORKFLOWS)
    with pytest.raises(ValueError, match="name must be one of 'replace'"):
        plotting.workflow_style("repeat")


def test_plots_draw_what_they_are_given():
    x, values = np.arange(4), np.arange(20.0).reshape(4, 5)
    ax = plotting.fan(x, values, label="median")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [2, 7, 12, 17])
    assert plotting.paths(x, values, ax) is ax
    assert len(ax.lines) == 6
    plotting.theory_line(x, x, ax)
    assert ax.lines[-1].get_linestyle() == "--"
    plotting.label_line(ax, 1, 2, "here")
    assert ax.texts[0].get_text() == "here"
    axes = plotting.pictures([np.zeros((2, 2))] * 3, list("abc"), columns=2)
    assert [a.get_title() for a in axes.ravel()] == ["a", "b", "c", ""]


def test_importing_changes_no_style_and_use_style_does():
    with matplotlib.rc_context():
        before = matplotlib.rcParams["figure.facecolor"]
        plotting.use_style()
        assert matplotlib.rcParams["figure.facecolor"] == plotting.PAPER != before


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
