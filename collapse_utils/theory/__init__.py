"""Closed forms, one function each, named after what they predict."""

from . import (
    accumulation,
    copying,
    curation,
    gaussian,
    gaussian_laws,
    kernel_density,
    language,
    population,
    real_data,
    regression,
    risk,
    tails,
    vocabulary,
    wasserstein,
)
from .accumulation import *  # noqa: F403
from .copying import *  # noqa: F403
from .curation import *  # noqa: F403
from .gaussian import *  # noqa: F403
from .gaussian_laws import *  # noqa: F403
from .kernel_density import *  # noqa: F403
from .language import *  # noqa: F403
from .population import *  # noqa: F403
from .real_data import *  # noqa: F403
from .regression import *  # noqa: F403
from .risk import *  # noqa: F403
from .tails import *  # noqa: F403
from .vocabulary import *  # noqa: F403
from .wasserstein import *  # noqa: F403

__all__ = [
    *accumulation.__all__,
    *copying.__all__,
    *curation.__all__,
    *gaussian.__all__,
    *gaussian_laws.__all__,
    *kernel_density.__all__,
    *language.__all__,
    *population.__all__,
    *real_data.__all__,
    *regression.__all__,
    *risk.__all__,
    *tails.__all__,
    *vocabulary.__all__,
    *wasserstein.__all__,
]
