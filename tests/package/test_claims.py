"""Claims: the line, the verdict, the loud failure, the record for the ledger."""

import json

import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from collapse_utils.claims import (
    CLAIM_MIME,
    Claim,
    ClaimError,
    check,
    collecting,
    estimate,
    plus_minus,
)


def claim(measured=1.0, error=0.1, predicted=1.0, **more):
    return Claim("a-claim", "It is one.", measured, error, predicted, **more)


@pytest.mark.parametrize(
    "made, z",
    [
        (claim(1.2), 2),
        (claim(0.8), -2),
        (claim(1.2, tolerance=0.1), 1),
        (claim(1.05, tolerance=0.1), 0),
        (claim(1.2, kind="at most"), 2),
        (claim(0.2, kind="at most"), 0),
        (claim(0.8, kind="at least"), -2),
        (claim(9.0, kind="at least"), 0),
        (claim(1.0, 0.0), 0),
        (claim(1.1, 0.0), np.inf),
        (claim(0.9, 0.0), -np.inf),
    ],
)
def test_z_counts_standard_errors_on_the_forbidden_side(made, z):
    assert made.z == pytest.approx(z)
    assert made.holds == (abs(z) < 4)


def test_a_true_claim_prints_one_line(capsys):
    check("two-words", 0.508, 0.005, 0.5, statement="Half of them.")
    line = "two-words: 0.5080 ± 0.0050 (predicted 0.5000, z = +1.6) ok\n"
    assert capsys.readouterr().out == line


def test_a_false_claim_prints_its_line_and_raises(capsys):
    with pytest.raises(ClaimError, match=r"Half of them\.\nThe difference is 8\.0 standard"):
        check("two-words", 0.54, 0.005, 0.5, statement="Half of them.")
    assert "DIFFERS" in capsys.readouterr().out


def test_collecting_goes_on_and_is_left_again():
    with collecting() as found:
        check("a", 2.0, 0.1, 1.0, statement="One.")
        check("b", 1.0, 0.1, 1.0, statement="One.")
    assert [c.holds for c in found] == [False, True]
    with pytest.raises(ClaimError):
        check("a", 2.0, 0.1, 1.0, statement="One.")


@pytest.mark.parametrize(
    "value, error, text",
    [
        (0.31642, 0.0041, "0.3164 ± 0.0041"),
        (1.0, 0.0996, "1.000 ± 0.100"),
        (-10.7051, 0.015, "-10.705 ± 0.015"),
        (2753.2, 14.0, "2753 ± 14"),
        (2.27e-5, 3e-7, "(2.270 ± 0.030)e-05"),
        (3.4e8, 2e6, "(3.400 ± 0.020)e+08"),
        (0.25, 0, "0.25"),
        (0.0008, 0.012, "0.001 ± 0.012"),
        (0.0, 0.02, "0.000 ± 0.020"),
    ],
)
def test_digits_stop_where_the_error_begins(value, error, text):
    assert plus_minus(value, error) == text


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"slug": "Two words"}, "slug must be lower-case"),
        ({"statement": " "}, "statement is empty"),
        ({"measured": np.nan}, "measured must be finite"),
        ({"standard_error": -1.0}, "standard_error must be at least 0"),
        ({"kind": "about"}, "kind must be one of 'equals'"),
        ({"verdict": "fine"}, "verdict must be one of 'reproduced'"),
    ],
)
def test_bad_input_names_the_argument(changes, message):
    options = dict(slug="a", measured=1.0, standard_error=0.1, predicted=1.0, statement="One.")
    with pytest.raises(ValueError, match=message):
        check(**(options | changes))


def test_the_record_travels_in_the_notebook():
    """The ledger and the prose both read the executed notebook, not a second computation."""
    source = (
        "from collapse_utils import check\n"
        "check('half', 0.508, 0.005, 0.5, statement='Half.', source='me2024')"
    )
    nb = new_notebook(cells=[new_code_cell(source)])
    NotebookClient(nb, kernel_name="python3").execute()
    line, record = nb.cells[0].outputs
    assert line["text"].startswith("half: 0.5080")
    stored = record["data"][CLAIM_MIME]
    assert (stored["slug"], stored["source"], stored["z"]) == ("half", "me2024", 1.6)
    assert record["data"]["application/papermill.record/text/plain"] == "0.5080 ± 0.0050"
    assert record["metadata"]["scrapbook"]["name"] == "half"
    json.dumps(stored, allow_nan=False)


def test_estimate_is_the_mean_with_the_error_of_independent_values():
    values = np.random.default_rng(1).normal(5, 2, 400)
    mean, error = estimate(values)
    assert (mean, error) == pytest.approx((values.mean(), values.std(ddof=1) / 20))
    assert estimate([True, False, True, True])[0] == 0.75
    with pytest.raises(ValueError, match="at least 2 numbers"):
        estimate([1.0])
    with pytest.raises(ValueError, match="values must have 1 dimension"):
        estimate([[1.0, 2.0]])
