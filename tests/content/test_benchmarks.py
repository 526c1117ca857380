"""The timing script: what it reports is what it ran, and its page is current. Nothing is timed."""

import numpy as np
import pytest

from bookmaker.paths import ROOT
from tests.support.scripts import load


@pytest.fixture(scope="module")
def speed():
    pytest.importorskip("sklearn")
    return load(ROOT / "benchmarks" / "speed.py")


def test_the_page_has_every_row_and_reaches_every_target(speed):
    page = (ROOT / "reference/speed.md").read_text(encoding="utf-8")
    rows = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        rows[cells[0]] = cells
    for task in speed.tasks():
        ratio = float(rows[task.name][3])
        assert ratio >= task.target, "run: make bench"
    assert speed.page(["| x |"]).splitlines()[0] == page.splitlines()[0]


def test_ratios_are_of_the_whole_task_and_medians_of_pairs(speed, monkeypatch):
    clock = {"now": 0.0}
    monkeypatch.setattr(speed.time, "perf_counter", lambda: clock["now"])
    lasts = {"literal": iter([2.0, 2.0, 90.0]), "package": iter([9.0, 0.1, 0.1, 0.1])}

    def work(name):
        def run(rng):
            assert isinstance(rng, np.random.Generator)
            clock["now"] += next(lasts[name])

        return run

    task = speed.Task("t", work("literal"), work("package"), target=0.0, scale=5.0)
    literal, package, ratio, floor = speed.measure(task, rounds=3)
    assert (literal, package, ratio) == pytest.approx((10.0, 0.1, 100.0))
    assert floor is None


@pytest.mark.parametrize(
    "seconds, text", [(1470.0, "1500 s"), (0.0076, "7.6 ms"), (2.3e-5, "23 µs"), (3.0, "3 s")]
)
def test_times_are_written_in_a_fitting_unit(speed, seconds, text):
    assert speed.amount(seconds) == text
