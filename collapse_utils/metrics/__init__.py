"""How far a model has drifted, and what it has lost.

Every function works along the last axis (or the last two, where it says so) and keeps all
others, so that the arrays of a `History` go in as they are. Logarithms are natural.
"""

from .divergence import (
    gaussian_kl,
    kl_divergence,
    multivariate_gaussian_kl,
    total_variation,
)
from .diversity import (
    effective_types,
    entropy,
    heterozygosity,
    missing_mass,
    support,
)
from .signal import psnr_db, snr_db
from .tail import gaussian_tail_mass, rare_types, tail_mass, tail_recall, tail_share
from .text import distinct_n, perplexity
from .wasserstein import (
    bures_w2_squared,
    gaussian_w1,
    gaussian_w2_squared,
    sliced_wasserstein,
    wasserstein_distance,
)

__all__ = [
    "bures_w2_squared",
    "distinct_n",
    "effective_types",
    "entropy",
    "gaussian_kl",
    "gaussian_tail_mass",
    "gaussian_w1",
    "gaussian_w2_squared",
    "heterozygosity",
    "kl_divergence",
    "missing_mass",
    "multivariate_gaussian_kl",
    "perplexity",
    "psnr_db",
    "rare_types",
    "sliced_wasserstein",
    "snr_db",
    "support",
    "tail_mass",
    "tail_recall",
    "tail_share",
    "total_variation",
    "wasserstein_distance",
]
