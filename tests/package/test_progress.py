"""Long runs: the bar, interruption, executors of other engines."""

import io
import warnings

import numpy as np
import pytest

from collapse_utils import Gaussian, MultivariateGaussian, accumulate, simulate
from collapse_utils import _progress as progress_module
from collapse_utils import simulation as module


def run(**changes):
    options = dict(n_generations=6, n_samples=10, n_chains=40, rng=np.random.default_rng(1))
    options |= changes
    workflow = options.pop("workflow", accumulate())
    return simulate(options.pop("model", Gaussian()), workflow, **options)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_short_runs_and_runs_without_a_terminal_are_silent(capsys, monkeypatch):
    run()
    assert capsys.readouterr().err == ""
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    run()
    assert screen.getvalue() == ""


def test_a_long_run_on_a_terminal_shows_how_far_it_is_and_cleans_up(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(progress_module, "_PATIENCE", 0.0)
    monkeypatch.setattr(module, "_VALUES_PER_BLOCK", 7 * 10)
    run()
    shown = screen.getvalue()
    assert "100%" in shown
    assert shown.endswith("\r" + " " * 54 + "\r")


def test_the_bar_can_be_asked_for_and_refused(monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    run(progress=True)
    assert "100%" in screen.getvalue()
    with pytest.raises(ValueError, match="progress must be one of 'auto', True, False"):
        run(progress="always")


def interrupting(after):
    """Return a workflow that behaves like a user who loses patience."""
    calls = []

    def impatient(turn):
        calls.append(1)
        if len(calls) > after:
            raise KeyboardInterrupt
        return accumulate()(turn)

    return impatient


def test_an_interrupted_run_returns_the_generations_that_are_done():
    whole = run()
    with pytest.warns(UserWarning, match="40 of 40 chains and 3 of 6 generations are returned"):
        part = run(workflow=interrupting(3))
    assert part.settings["interrupted"] is True
    assert part.n_generations == 3
    np.testing.assert_array_equal(part["mean"], whole["mean"][:4])


def test_an_interrupted_run_returns_the_chains_that_are_complete(monkeypatch):
    monkeypatch.setattr(module, "_VALUES_PER_BLOCK", 7 * 10)
    whole = run()
    with pytest.warns(UserWarning, match="20 of 40 chains and 6 of 6 generations"):
        part = run(workflow=interrupting(15))
    assert part.settings["n_chains"] == part.n_chains == 20
    np.testing.assert_array_equal(part["mean"], whole["mean"][:, :20])


def test_nothing_done_means_nothing_swallowed():
    class Stubborn(Gaussian):
        def estimate(self, statistics):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(model=Stubborn())


class Slipping:
    """An executor whose user presses Ctrl-C after some blocks."""

    def __init__(self, after):
        self.after = after

    def map(self, function, tasks):
        for k, task in enumerate(tasks):
            if k == self.after:
                raise KeyboardInterrupt
            yield function(task)


def test_interruption_with_an_executor(monkeypatch):
    monkeypatch.setattr(module, "_VALUES_PER_BLOCK", 7 * 10)
    with pytest.warns(UserWarning, match="10 of 40 chains"):
        part = run(executor=Slipping(1))
    np.testing.assert_array_equal(part["mean"], run()["mean"][:, :10])
    with pytest.raises(KeyboardInterrupt):
        run(executor=Slipping(0))


def test_dasks_executor_gives_the_same_numbers(monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(module, "_VALUES_PER_BLOCK", 7 * 10)
    alone = run(model=MultivariateGaussian(2))
    with (
        warnings.catch_warnings(),
        distributed.Client(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as client,
    ):
        warnings.simplefilter("ignore")
        together = run(model=MultivariateGaussian(2), executor=client.get_executor())
    for name in alone.arrays:
        np.testing.assert_array_equal(alone[name], together[name])
