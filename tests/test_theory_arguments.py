"""Every closed form: valid input warns of nothing, arrays are elementwise, bad input is named."""

import inspect
import warnings

import numpy as np
import pytest

from collapse_utils import theory

MODULES = (
    theory.accumulation,
    theory.curation,
    theory.gaussian_laws,
    theory.kernel_density,
    theory.language,
    theory.population,
    theory.real_data,
    theory.regression,
    theory.risk,
    theory.tails,
    theory.vocabulary,
    theory.wasserstein,
)
NAMES = [name for module in MODULES for name in module.__all__]
LAW = [0.5, 0.3, 0.2]

# one valid value for every argument; the second column holds values of which an array will do
VALUES = {
    "n_fits": (3, [1, 2, 5]),
    "n_generations": (3, [1, 2, 5]),
    "n_synthetic_fits": (3, [0, 2, 5]),
    "n_samples": (9, None),
    "dimension": (3, None),
    "mean": (0.5, None),
    "variance": (2.0, None),
    "std": (2.0, None),
    "threshold": (0.5, None),
    "distance": (2.0, [0.0, 1.0, 3.0]),
    "x": (0.7, [-1.0, 0.0, 2.0]),
    "t": (0.7, [-1.0, 0.0, 2.0]),
    "noise_variance": (0.5, None),
    "synthetic_noise_variance": (0.5, None),
    "shift": (0.5, None),
    "n_shifted": (4, [0, 4, 9]),
    "shifted_fraction": (0.2, [0.0, 0.2, 1.0]),
    "n_parameters": (2, None),
    "n_real": (6, None),
    "n_synthetic": (8, None),
    "n_human": (6, None),
    "n_model": (8, None),
    "amplification": (0.1, None),
    "bias": (0.1, None),
    "sampling_bias": (0.9, None),
    "synthetic_ratio": (0.4, [0.0, 0.3, 4.0]),
    "relative_error": (0.4, None),
    "heterozygosity": (0.6, None),
    "weight": (0.4, [0.1, 0.5, 1.0]),
    "real_fraction": (0.3, None),
    "detector": ((0.9, 0.1), None),
    "bandwidth": (0.3, None),
    "factor": (1.06, None),
    "frequency": (0.3, [0.1, 0.5, 0.9]),
    "frequencies": (LAW, None),
    "probabilities": (LAW, None),
    "reward": ([1.0, 0.0, -1.0], None),
    "probability": (0.3, None),
    "smoothing": (0.5, None),
    "n_types": (4, None),
    "advantage": (0.1, None),
    "count": (3, None),
    "inbreeding": (0.3, [0.0, 0.5, 1.0]),
    "replaced_fraction": (0.3, None),
    "counts": ([1.0, 4.0], None),
    "synthetic_fraction": (0.7, None),
    "exponent": (2.5, None),
    "test_exponent": (2.5, None),
    "train_exponent": (2.0, None),
    "cutoff": (5, None),
    "mass": (0.8, None),
    "temperature": (0.8, None),
    "keep_right": (0.8, [0.2, 0.5, 1.0]),
    "keep_wrong": (0.3, [0.2, 0.5, 1.0]),
    "wrong_fraction": (0.3, [0.0, 0.5, 1.0]),
    "radius": (0.7, [0.1, 1.0, 9.0]),
    "n_candidates": (3, None),
    "width": (0.7, None),
    "divisor": ("unbiased", None),
    "design": ("fresh", None),
    "kind": ("chernoff", None),
    "kept": ("random", None),
    "workflow": ("replace", None),
}
SINGLE = {  # arguments of which these functions take one value only
    ("kalman_weights", "n_fits"),
    ("composed_temperature", "n_generations"),
    ("curated_probabilities", "n_generations"),
    ("coexistence_probability", "frequency"),
    ("coexistence_bounds", "frequency"),
    ("surviving_vocabulary", "counts"),
    ("word_survival", "counts"),
}
SPECIAL = {("interpolated_regression_error", "n_samples"): 2}
OPTIONAL = {"detector", "cutoff"}
BAD = ["three", None, np.nan, np.inf, [], 1j, {}]


def valid(name):
    """Return the arguments of a function, each with a valid value."""
    return {
        argument: SPECIAL.get((name, argument), VALUES[argument][0])
        for argument in inspect.signature(getattr(theory, name)).parameters
    }


def test_names_are_unique_and_public():
    assert len(set(theory.__all__)) == len(theory.__all__)
    assert set(NAMES) <= set(theory.__all__)


@pytest.mark.parametrize("name", NAMES)
def test_valid_input_warns_of_nothing(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = getattr(theory, name)(**valid(name))
    assert not isinstance(value, np.generic)


@pytest.mark.parametrize("name", NAMES)
def test_arrays_are_elementwise(name):
    f, arguments = getattr(theory, name), valid(name)
    for argument in arguments:
        values = VALUES[argument][1]
        if values is None or (name, argument) in SINGLE:
            continue
        if "counts" in arguments:
            arguments["counts"] = 4.0 if name != "surviving_vocabulary" else [4.0]
        together = f(**{**arguments, argument: values})
        one_by_one = [f(**{**arguments, argument: value}) for value in values]
        if isinstance(together, tuple):
            together = np.transpose(together)
        np.testing.assert_allclose(together, one_by_one, rtol=1e-9, atol=1e-13)
        grid = f(**{**arguments, argument: np.array([values, values])})
        assert np.shape(grid)[-2:] == (2, 3)


@pytest.mark.parametrize("name", NAMES)
def test_bad_input_is_named(name):
    f, arguments = getattr(theory, name), valid(name)
    for argument in arguments:
        for bad in BAD:
            if bad is None and argument in OPTIONAL:
                continue
            if isinstance(VALUES[argument][0], str) and isinstance(bad, list | dict):
                continue
            with pytest.raises((TypeError, ValueError), match=argument):
                f(**{**arguments, argument: bad})
        if argument.startswith("n_"):
            with pytest.raises((TypeError, ValueError), match=f"{argument} must be"):
                f(**{**arguments, argument: 2.5})
            with pytest.raises(ValueError, match=f"{argument} must be at least"):
                f(**{**arguments, argument: -3})
