"""Things to play with, in the chapters. What other rooms use of this one is named here."""

from bookmaker.play.extension import play_figure

__all__ = ["play_figure"]
