"""Arguments that several metrics share: what passes unchanged, and what is named."""

import numpy as np
import pytest

from collapse_utils.metrics import _arguments as check

TURN = np.array([[0.6, -0.8], [0.8, 0.6]])


def test_what_is_right_passes():
    assert check.non_negative("x", [0, 2]).tolist() == [0, 2]
    nearly = np.array([[0.5, 0.5 + 0.9 * check.SUM_TOLERANCE], [1, 0]])
    np.testing.assert_array_equal(check.probabilities("p", nearly), nearly)
    assert check.counts("c", [[3, 0], [0, 1]]).shape == (2, 2)
    first, second = check.broadcast("a and b", np.zeros((3, 1)), np.ones(2))
    assert first.shape == second.shape == (3, 2)


def test_eigenvalues_rebuild_the_matrix_and_are_never_negative():
    matrix = TURN @ np.diag([4.0, 0.0]) @ TURN.T
    values, vectors = check.symmetric_eigen("s", np.stack([matrix, matrix - 1e-12 * np.eye(2)]))
    assert (values >= 0).all()
    np.testing.assert_allclose((vectors * values[:, None]) @ vectors.mT, [matrix] * 2, atol=1e-11)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: check.non_negative("x", [1, -2]), "x must not be negative, got a minimum of -2"),
        (lambda: check.probabilities("p", 1.0), "p must have at least 1 dimension"),
        (lambda: check.probabilities("p", [0.5, 0.5 + 2e-8]), "sum that is 2e-08 off"),
        (lambda: check.probabilities("p", [[1, 0], [0.7, 0.2]]), "p must sum to 1"),
        (lambda: check.counts("c", 3), "c must have at least 1 dimension"),
        (lambda: check.counts("c", [1, 2.5]), "c must be counts, whole numbers, got 2.5"),
        (lambda: check.counts("c", [[1, 2], [0, 0]]), "c must have a positive sum"),
        (lambda: check.broadcast("a and b", np.ones(2), np.ones(3)), "a and b must have shapes"),
        (lambda: check.symmetric_eigen("s", [1.0]), r"s must have shape \(..., d, d\)"),
        (lambda: check.symmetric_eigen("s", np.ones((2, 3))), r"s must have shape \(..., d, d\)"),
        (lambda: check.symmetric_eigen("s", [[1, 2], [0, 1]]), "s must be symmetric"),
        (lambda: check.symmetric_eigen("s", [[1, 2], [2, 1]]), "smallest eigenvalue is -1"),
    ],
)
def test_what_is_wrong_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
