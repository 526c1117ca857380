"""The models of the book: what can be sampled and fitted again.

A model is known by its methods alone. `sample` and `fit` are enough; a model that also
has `statistics`, `draw_statistics`, `merge` and `estimate` closes the loop on its
sufficient statistics, exactly in law and at a cost that does not depend on the number of
samples. See `ExponentialFamily`.
"""

from .base import ExponentialFamily, Model
from .categorical import Categorical
from .gaussian import DIVISORS, Gaussian
from .kernel_density import KernelDensity
from .mixture import GaussianMixture
from .multivariate_gaussian import MultivariateGaussian
from .ngram import NGram
from .poisson import Poisson
from .regression import LinearRegression
from .softmax import SoftmaxRegression

__all__ = [
    "DIVISORS",
    "Categorical",
    "ExponentialFamily",
    "Gaussian",
    "GaussianMixture",
    "KernelDensity",
    "LinearRegression",
    "Model",
    "MultivariateGaussian",
    "NGram",
    "Poisson",
    "SoftmaxRegression",
]
