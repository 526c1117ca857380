"""What teachers need: what other rooms use of it."""

from bookmaker.teach.routes import ROUTES
from bookmaker.teach.routes import load as load_routes

__all__ = ["ROUTES", "load_routes"]
