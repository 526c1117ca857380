"""All closed forms: plain numbers, arrays element by element, and no values beyond their range.

Each takes the first and the last values that its mathematics allows.
"""

import numpy as np
import pytest

from collapse_utils import theory
from tests.support.valid_calls import SINGLE, THEORY_MODULES, THEORY_VALUES, theory_call

NAMES = [name for module in THEORY_MODULES for name in module.__all__]


def test_names_are_unique_and_public():
    assert len(set(theory.__all__)) == len(theory.__all__)
    assert set(NAMES) == set(theory.__all__)


@pytest.mark.parametrize("name", NAMES)
def test_one_value_gives_plain_numbers(name):
    assert not isinstance(getattr(theory, name)(**theory_call(name)), np.generic)


@pytest.mark.parametrize("name", NAMES)
def test_arrays_are_elementwise(name):
    f, arguments = getattr(theory, name), theory_call(name)
    for argument in arguments:
        values = THEORY_VALUES[argument][1]
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


STEP = 1e-9

# The smallest whole number that an argument takes: for every function, or but for those listed.
FIRST = {
    "n_fits": (0, {
        1: "subsampled_heterozygosity subsampled_pool_variance subsampled_variance "
        "subsampled_variance_of_mean accumulated_kernel_variance kernel_cloud_variance "
        "kernel_variance plugin_kernel_cloud_variance anchored_error kalman_weights "
        "zipf_error_law zipf_types forgetting_bounds good_turing_reading lost_mass "
        "poisson_survival",
    }),
    "n_samples": (2, {
        0: "expected_types memoriser_error zipf_error",
        1: "accumulated_exponential_error accumulated_exponential_error_limit "
        "replaced_exponential_error resampling_error critical_bandwidth bootstrap_identity "
        "diffusion_absorption_time diffusion_fixation_time diffusion_loss_time effective_size "
        "first_extinction_survival first_extinction_time fixation_probability heterozygosity "
        "migration_heterozygosity migration_heterozygosity_limit overlap_effective_size "
        "smoothed_identity smoothed_probability smoothing_mutation_rate surviving_lineages "
        "total_collapse_time biased_variance_of_mean effective_sample_size "
        "interpolated_regression_error strong_collapse_error_leading excess_risk "
        "second_generation_collapse good_turing_bias seen_rank zipf_error_law zipf_types "
        "forgetting_bounds good_turing_reading lost_mass poisson_survival "
        "sampled_wasserstein_risk",
        # one more than the dimension, 3, for a determinant; two more for an inverse moment
        4: "expected_log_determinant lyapunov_exponents",
        5: "accumulated_regression_error mixed_regression_error replaced_regression_error "
        "strong_collapse_error",
    }),
    "n": (1, {0: "box_variance resampling_error"}),
    "n_generations": (0, {1: "surviving_lineages survival_exponent"}),
    "dimension": (1, {2: "interpolated_regression_error"}),
    "n_synthetic": (0, {
        1: "anchored_error kalman_weights optimal_weight weighted_error",
        5: "mixed_regression_error",
    }),
    "n_candidates": (1, {}),
    "n_types": (1, {}),
    "count": (1, {}),
    "n_real": (1, {}),
    "n_human": (1, {}),
    "n_model": (0, {}),
    "n_synthetic_fits": (0, {}),
    "n_shifted": (0, {}),
    "n_parameters": (1, {}),
    "cutoff": (1, {}),
    "quality": (1, {}),
}  # fmt: skip
FRACTIONS = [  # from 0 to 1, both included, or but for the 0
    "heterozygosity",
    "inbreeding",
    "keep_right",
    "keep_wrong",
    "mass",
    "probability",
    "real_fraction",
    "replaced_fraction",
    "shifted_fraction",
    "synthetic_fraction",
    "weight",
    "wrong_fraction",
]
NOT_NEGATIVE = [
    "amplification",
    "bandwidth",
    "distance",
    "factor",
    "noise_variance",
    "relative_error",
    "shift",
    "smoothing",
    "synthetic_noise_variance",
    "synthetic_ratio",
]
POSITIVE = ["radius", "sampling_bias", "std", "temperature", "threshold", "variance"]
OVER_ONE = ["exponent", "test_exponent", "train_exponent"]


def cases(arguments):
    """Return every (function, argument) of the theory with one of these arguments."""
    return [(n, a) for n in NAMES for a in theory_call(n) if a in arguments]


def refused(name, argument, value):
    """Return whether a closed form names the argument in an error about this value."""
    try:
        getattr(theory, name)(**{**theory_call(name), argument: value})
    except ValueError as error:
        assert argument in str(error)
        return True
    return False


@pytest.mark.parametrize("name, argument", cases(FIRST))
def test_whole_numbers_begin_where_they_should(name, argument):
    usual, others = FIRST[argument]
    first = next((k for k, names in others.items() if name in names.split()), usual)
    assert refused(name, argument, first - 1)
    assert not refused(name, argument, first)


def test_every_listed_function_exists():
    for argument, (_, others) in FIRST.items():
        listed = [name for names in others.values() for name in names.split()]
        assert len(set(listed)) == len(listed)
        assert {(name, argument) for name in listed} <= set(cases([argument]))


@pytest.mark.parametrize("name, argument", cases(FRACTIONS))
def test_fractions_end_at_one(name, argument):
    value = theory_call(name)[argument]
    assert isinstance(value, float)
    assert refused(name, argument, 1 + STEP)
    assert refused(name, argument, -STEP)
    assert not refused(name, argument, STEP)


@pytest.mark.parametrize("name, argument", cases(NOT_NEGATIVE))
def test_what_cannot_be_negative_may_be_zero(name, argument):
    assert refused(name, argument, -STEP)
    assert not refused(name, argument, 0.0)


@pytest.mark.parametrize("name, argument", cases(POSITIVE))
def test_what_must_be_positive_may_be_small(name, argument):
    assert refused(name, argument, 0.0)
    assert not refused(name, argument, 0.5)


@pytest.mark.parametrize("name, argument", cases(OVER_ONE))
def test_exponents_begin_above_one(name, argument):
    assert refused(name, argument, 1.0)
    assert not refused(name, argument, 1.1)
