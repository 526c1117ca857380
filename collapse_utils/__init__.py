"""Model collapse, exact and fast: the package behind the book *Copies of Copies*.

A generation is: fit a model to a training set, draw a new data set from it, decide what
the next training set is. `simulate` runs that loop for any model and any workflow.
"""

from . import theory
from .claims import check, collecting, estimate
from .history import History
from .models import Gaussian, MultivariateGaussian
from .simulation import simulate
from .workflows import accumulate, replace

__all__ = [
    "Gaussian",
    "History",
    "MultivariateGaussian",
    "accumulate",
    "check",
    "collecting",
    "estimate",
    "replace",
    "simulate",
    "theory",
]

__version__ = "0.1.0"
