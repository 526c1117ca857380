"""The ledger of claims: what other rooms use of it."""

from bookmaker.ledger.extension import confidences

__all__ = ["confidences"]
