"""What chapters show: quoted numbers, players and steppers."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from scipy.io import wavfile

from collapse_utils.notebook import glue, image_stepper, players
from tests.support.tags import Tags


def payload(attrs):
    return io.BytesIO(base64.b64decode(attrs["src"].partition(",")[2]))


def test_players_hold_the_sound_clipped_not_rescaled():
    sound = np.array([0.0, 0.5, -1.0, 2.0])
    tags = Tags(players({"copy <5>": sound}, 8000, credit="By A & B").markup)
    (audio,) = tags.all("audio")
    assert audio["aria-label"] == "copy <5>"
    assert "controls" in audio
    rate, pcm = wavfile.read(payload(audio))
    assert rate == 8000
    np.testing.assert_array_equal(pcm, [0, 16384, -32767, 32767])


def test_stepper_is_a_labelled_radio_group_with_described_pictures():
    frames = {"0": np.zeros((4, 4), np.uint8), "5": np.full((4, 4, 3), 200, np.uint8)}
    shown = image_stepper(frames, name="demo", legend="Generation", alt="A square, generation {}.")
    tags = Tags(shown.markup)
    buttons, labels, images = tags.all("input"), tags.all("label"), tags.all("img")
    assert [b["type"] for b in buttons] == ["radio", "radio"]
    assert {b["name"] for b in buttons} == {"demo"}
    assert ["checked" in b for b in buttons] == [True, False]
    assert [b["id"] for b in buttons] == [label["for"] for label in labels]
    assert images[1]["alt"] == "A square, generation 5."
    np.testing.assert_array_equal(np.asarray(Image.open(payload(images[1]))), frames["5"])
    for button, image in zip(buttons, images, strict=True):
        assert f"#{button['id']}:checked~div .{image['class']}" in shown.markup
    assert repr(shown) == "Generation: 0, 5"


def test_quoted_numbers_must_be_formatted():
    with pytest.raises(TypeError, match="share must be a formatted string"):
        glue(share=0.123456)
