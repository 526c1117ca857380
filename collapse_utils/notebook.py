"""What a chapter shows besides figures: quoted numbers, players, steppers.

Everything here works without a server and without JavaScript, in the built book, in
Jupyter and in a browser kernel, and falls back to plain text where there is no notebook.
"""

from __future__ import annotations

import base64
import html
import io
import struct

import numpy as np

from . import _validate

__all__ = ["glue", "image_stepper", "players", "publish", "scientific"]

_RECORD = "application/papermill.record/text/plain"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Html:
    """A piece of HTML that a notebook shows as such and a terminal as its description."""

    def __init__(self, markup, description):
        self.markup = markup
        self.description = description

    def _repr_html_(self):
        return self.markup

    def __repr__(self):
        return self.description


def publish(name, text, extra=None):
    """Store `text` invisibly in the running cell's output, so that the prose can quote it.

    The book's text then quotes it with the role ``glue:text``. Outside a notebook nothing happens.

    Parameters
    ----------
    name : str
        Name under which the text is quoted.
    text : str
        What the sentence shows.
    extra : dict, optional
        More entries of the output's mime bundle.
    """
    _validate.text("name", name)
    _validate.text("text", text)
    if extra is not None:
        _validate.mapping("extra", extra)
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        return
    if get_ipython() is None:
        return
    display(
        {_RECORD: text, **(extra or {})},
        metadata={"scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"}},
        raw=True,
    )


def glue(**numbers):
    """Store numbers for the prose to quote: ``glue(share=f"{share:.1%}")``.

    Parameters
    ----------
    **numbers : str
        Each already formatted as the sentence should show it; underscores in a name become
        hyphens.

    Raises
    ------
    TypeError
        If a value is not a string: an unformatted float has too many digits for a sentence.
    """
    for name, text in numbers.items():
        if not isinstance(text, str):
            raise TypeError(f"{name} must be a formatted string such as f'{{x:.3f}}', got {text!r}")
        publish(name.replace("_", "-"), text)


def scientific(value, digits=1):
    """Return a number as a sentence writes it, such as ``4 × 10⁻⁹``.

    Parameters
    ----------
    value : float
        Any finite number.
    digits : int
        Significant digits, at least 1.

    Examples
    --------
    >>> scientific(3.94e-9), scientific(-12345, 3)
    ('4 × 10⁻⁹', '-1.23 × 10⁴')
    """
    value = _validate.real("value", value)
    digits = _validate.integer("digits", digits, at_least=1)
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa} × 10{str(int(power)).translate(_SUPERSCRIPTS)}"


def _wav(samples, rate):
    """Return PCM16 mono WAV bytes of `samples` in [-1, 1]."""
    pcm = np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    header = b"RIFF" + struct.pack("<I", 36 + len(pcm)) + b"WAVEfmt "
    header += struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
    return header + b"data" + struct.pack("<I", len(pcm)) + pcm


def players(sounds, rate, *, credit=""):
    """Return one audio player per sound, labelled, playable offline.

    Parameters
    ----------
    sounds : dict of str to array, shape (n,)
        Label and samples in [-1, 1]; what lies outside is clipped, as in any recorder.
    rate : int
        Samples per second.
    credit : str
        Attribution shown under the players.

    Returns
    -------
    Html
        Shows as players in a notebook.
    """
    rate = _validate.integer("rate", rate, at_least=1)
    _validate.text("credit", credit, empty=True)
    rows = []
    for label, samples in _validate.mapping("sounds", sounds).items():
        _validate.text("sounds", label)
        samples = _validate.array(f"sounds[{label!r}]", samples, ndim=1)
        data = base64.b64encode(_wav(samples, rate)).decode()
        text = html.escape(label)
        rows.append(
            f'<figure class="player"><figcaption>{text}</figcaption>'
            f'<audio controls preload="none" aria-label="{text}" '
            f'src="data:audio/wav;base64,{data}"></audio></figure>'
        )
    note = f"<p><small>{html.escape(credit)}</small></p>" if credit else ""
    return Html(
        f'<div class="players">{"".join(rows)}{note}</div>',
        "Audio players: " + ", ".join(sounds),
    )


def _png(pixels):
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(buffer, "png", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


def image_stepper(frames, *, name, legend, alt, width=512):
    """Return pictures to step through with the arrow keys, a mouse or a finger.

    The stepper is a group of radio buttons and a style sheet: it needs no JavaScript, a
    screen reader announces it as what it is, and on paper all pictures are printed.

    Parameters
    ----------
    frames : dict of str to array of uint8, shape (h, w) or (h, w, 3)
        Label of each button and the picture it shows.
    name : str
        Unique name of this stepper on its page: letters, digits and hyphens.
    legend : str
        What the buttons choose, such as ``"Generation"``.
    alt : str
        Alternative text; ``{}`` is replaced by the frame's label.
    width : int
        Width in CSS pixels at which the pictures are shown, at most the page's.

    Returns
    -------
    Html
        Shows as a stepper in a notebook.
    """
    if not _validate.mapping("frames", frames):
        raise ValueError("frames is empty; at least one picture is needed")
    for argument, value in (("name", name), ("legend", legend), ("alt", alt)):
        _validate.text(argument, value)
    width = _validate.integer("width", width, at_least=1)
    if not name.replace("-", "").isalnum():
        raise ValueError(f"name must consist of letters, digits and hyphens, got {name!r}")
    buttons, pictures, rules = [], [], []
    for k, (label, pixels) in enumerate(frames.items()):
        pixels = _validate.array(f"frames[{label!r}]", pixels, ndim=(2, 3))
        key, text = f"{name}-{k}", html.escape(str(label))
        checked = " checked" if k == 0 else ""
        buttons.append(
            f'<input type="radio" name="{name}" id="{key}"{checked}>'
            f'<label for="{key}">{text}</label>'
        )
        described = html.escape(alt.format(label), quote=True)
        pictures.append(
            f'<img class="{key}" width="{width}" alt="{described}" '
            f'src="data:image/png;base64,{_png(pixels)}">'
        )
        rules.append(f"#{key}:checked~div .{key}")
    style = (
        f".{name} img{{display:none;max-width:100%;height:auto;image-rendering:pixelated}}"
        f"{','.join(f'.{name} {rule}' for rule in rules)}{{display:block}}"
        f".{name} label{{padding:.1rem .6rem .1rem .2rem}}"
        f"@media print{{.{name} img{{display:inline-block;width:45%}}.{name} input,"
        f".{name} label{{display:none}}}}"
    )
    return Html(
        f'<style>{style}</style><fieldset class="stepper {name}"><legend>{html.escape(legend)}'
        f"</legend>{''.join(buttons)}<div>{''.join(pictures)}</div></fieldset>",
        f"{legend}: {', '.join(map(str, frames))}",
    )
