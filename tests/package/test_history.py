"""Histories: axes, derived quantities, tables, files."""

import json
import warnings

import numpy as np
import pytest

from collapse_utils import Gaussian, History, MultivariateGaussian, accumulate, replace, simulate


@pytest.fixture(scope="module")
def history():
    return simulate(
        Gaussian(),
        replace(),
        n_generations=6,
        n_samples=10,
        n_chains=30,
        rng=np.random.default_rng(1),
    )


def test_axes_count_generations_and_fits(history):
    assert history.generations.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert (history.n_fits == history.generations + 1).all()
    assert (history.n_generations, history.n_chains) == (6, 30)


def test_derived_quantities_follow_the_recorded_ones(history):
    np.testing.assert_array_equal(history["variance"], np.exp(history["log_variance"]))
    np.testing.assert_allclose(history["std"] ** 2, history["variance"])


def test_quantiles_are_over_chains(history):
    np.testing.assert_array_equal(
        history.quantiles("mean", [0.5])[0], np.median(history["mean"], axis=1)
    )
    with pytest.raises(ValueError, match="q must lie between 0 and 1"):
        history.quantiles("mean", [5, 50])


def test_the_table_has_one_row_per_generation_and_chain(history):
    table = history.frame("mean", "variance")
    assert list(table.columns) == ["generation", "chain", "workflow", "mean", "variance"]
    assert len(table) == 7 * 30
    row = table[(table.generation == 4) & (table.chain == 11)]
    assert row["mean"].item() == history["mean"][4, 11]
    assert set(table["workflow"]) == {"replace"}
    assert "log_variance" in history.frame().columns


def test_the_table_refuses_what_has_no_single_number_per_chain():
    cloud = simulate(
        MultivariateGaussian(2),
        replace(),
        n_generations=1,
        n_samples=5,
        rng=np.random.default_rng(1),
    )
    with pytest.raises(ValueError, match="not one number per chain"):
        cloud.frame("mean")


def test_what_is_saved_comes_back(history, tmp_path):
    history.save(tmp_path / "h.npz")
    back = History.load(tmp_path / "h.npz", Gaussian())
    assert back.settings == history.settings
    for name in ("mean", "log_variance", "variance"):
        np.testing.assert_array_equal(back[name], history[name])
    np.testing.assert_array_equal(back.truth["std"], history.truth["std"])
    assert [p.name for p in tmp_path.iterdir()] == ["h.npz"]


def test_without_the_model_only_recorded_quantities_come_back(history, tmp_path):
    history.save(tmp_path / "h.npz")
    with pytest.raises(KeyError, match="there are mean, log_variance"):
        History.load(tmp_path / "h.npz")["variance"]


def test_an_interrupted_save_leaves_the_old_file_whole(history, tmp_path, monkeypatch):
    path = tmp_path / "h.npz"
    history.save(path)
    before = path.read_bytes()

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez_compressed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        history.save(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["h.npz"]


@pytest.mark.parametrize("damage", ["cut", "text", "foreign", "empty", "newer"])
def test_damaged_and_foreign_files_are_named(history, tmp_path, damage):
    path = tmp_path / "h.npz"
    history.save(path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "text":
        path.write_text("generation,mean\n0,1\n")
    elif damage == "foreign":
        np.savez(path, mean=np.zeros(3))
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        np.savez(path, header=np.array('{"format": "collapse_utils.History/9"}'))
    with pytest.raises(ValueError, match=r"h\.npz (is|has)"):
        History.load(path)


def test_a_missing_file_is_just_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        History.load(tmp_path / "none.npz")


def test_accumulate_is_recorded_under_its_name():
    history = simulate(
        Gaussian(), accumulate(), n_generations=1, n_samples=5, rng=np.random.default_rng(1)
    )
    assert history.settings["workflow"] == "accumulate"


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ({}, {"settings": {}}),
        ({"array/mean": np.zeros(3)}, {"settings": {}}),
        ({"other/mean": np.zeros((3, 2))}, {"settings": {}}),
        ({"array/mean": np.zeros((3, 2))}, {}),
    ],
)
def test_a_file_that_lacks_a_part_is_named(tmp_path, content, header):
    """The format is right, what follows is not: no arrays, too flat ones, unknown kinds."""
    path = tmp_path / "h.npz"
    header = {"format": "collapse_utils.History/1", **header}
    np.savez(path, header=np.array(json.dumps(header)), **content)
    with pytest.raises(ValueError, match=r"h\.npz is not a whole history"):
        History.load(path)


def test_quantiles_of_infinite_values_are_infinite_and_silent():
    """Chains that died have a log variance of minus infinity, and it is no NaN between two."""
    values = np.array([[-np.inf, -np.inf, -np.inf, 1.0], [0.0, 1.0, 2.0, np.inf]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = History({"x": values}, {}, {}).quantiles("x", [0.1, 0.5, 1.0])
    np.testing.assert_array_equal(found[:, 0], [-np.inf, -np.inf, 1.0])
    np.testing.assert_allclose(found[:2, 1], [0.3, 1.5])
    assert found[2, 1] == np.inf
