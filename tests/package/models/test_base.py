"""What all models share: quantities by name, and methods that are not there."""

import numpy as np
import pytest

from collapse_utils import Gaussian
from collapse_utils.models import Model


def test_an_unknown_quantity_lists_the_known_ones():
    with pytest.raises(KeyError, match="it has mean, log_variance, variance, std"):
        Gaussian().quantity("sigma", {})
    with pytest.raises(KeyError, match="needs 'log_variance'"):
        Gaussian().quantity("std", {"mean": np.zeros(1)})


def test_a_model_without_a_method_says_so():
    class Half(Model):
        parameters = ("mean",)

    with pytest.raises(NotImplementedError, match=r"Half does not define sample\(\)"):
        Half().sample({"mean": np.zeros(2)}, 3, np.random.default_rng(1))
    with pytest.raises(NotImplementedError, match=r"Half does not define fit\(\)"):
        Half().fit(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="Half has no default truth"):
        Half().truth()
    with pytest.raises(ValueError, match="truth lacks mean"):
        Half().truth({"variance": 1.0})
    with pytest.raises(KeyError, match="parameters lack 'mean', which was not recorded"):
        Half().quantity("mean", {})
