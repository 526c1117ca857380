"""Closed forms, one function each, named after what they predict."""

from . import gaussian
from .gaussian import *  # noqa: F403

__all__ = [*gaussian.__all__]
