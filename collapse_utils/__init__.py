"""Model collapse, exact and fast: the package behind the book *Copies of Copies*.

A generation is: fit a model to a training set, draw a new data set from it, decide what
the next training set is. `simulate` runs that loop for any model and any workflow.
"""

from . import metrics, models, theory, workflows
from .claims import check, collecting, estimate
from .history import History
from .models import *  # noqa: F403
from .simulation import simulate
from .workflows import *  # noqa: F403

__all__ = [
    "History",
    "check",
    "collecting",
    "estimate",
    "metrics",
    "simulate",
    "theory",
    *models.__all__,
    *workflows.__all__,
]

__version__ = "0.3.0"
