"""Sounds are set apart, and nothing else is."""

from __future__ import annotations

import base64

from bookmaker.site import sounds as apart


def test_sounds_are_set_apart_and_nothing_else():
    sound = base64.b64encode(b"RIFF sound").decode()
    player = f'<audio src="data:audio/wav;base64,{sound}"></audio>'
    picture = f'<img src="data:image/png;base64,{sound}">'
    body, sounds = apart.sounds_apart(player + picture + player)
    ((name, content),) = sounds.items()
    assert content == b"RIFF sound"
    assert body == f'<audio src="{{sounds}}/{name}"></audio>'.join(["", picture, ""])
    assert apart.sounds_apart(picture) == (picture, {})
