"""The models of the book: what can be sampled and fitted again.

A model is a class that inherits from `Model` and defines `sample` and `fit`. One that also
has `statistics`, `draw_statistics`, `merge` and `estimate` closes the loop on its
sufficient statistics, exactly in law and at a cost that does not depend on the number of
samples. See `ExponentialFamily`.
"""

# The registry: each model is one line here. What the package exports, what the reference lists
# and what the tests try follows from these lines.
# ruff: noqa: F401
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
    *sorted(name for name, value in globals().items() if isinstance(value, type)),
]
