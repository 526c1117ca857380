"""Colours that can be read: mixing, contrast, and how far a colour has to move."""

from __future__ import annotations

READABLE = 5.5


def channels(color: str) -> tuple[float, float, float]:
    """Return red, green and blue of ``#rrggbb``, each from 0 to 1."""
    return tuple(int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))


def mix(color: str, other: str, share: float) -> str:
    """Return `color` with `share` of `other` in it."""
    pairs = zip(channels(color), channels(other), strict=True)
    return "#" + "".join(f"{round(255 * ((1 - share) * a + share * b)):02x}" for a, b in pairs)


def luminance(color: str) -> float:
    """Return the relative luminance that the accessibility guidelines (WCAG 2) define."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: str, ground: str) -> float:
    """Return the contrast ratio of the same guidelines, from 1 to 21."""
    high, low = sorted((luminance(color), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(color: str, ground: str, toward: str) -> str:
    """Return `color`, moved `toward` another just as far as reading it on `ground` takes."""
    return next(
        mixed
        for step in range(101)
        if contrast(mixed := mix(color, toward, step / 100), ground) >= READABLE or step == 100
    )
