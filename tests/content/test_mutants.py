"""The mutation script changes what it says it changes, and tells a caught mutant from another."""

import ast
from pathlib import Path

import pytest

from tests.support import mutants

PACKAGE = Path(mutants.ROOT) / mutants.PACKAGE


def made(source):
    """Return (kind, mutated source) for every mutant of a source."""
    return [(mutant.kind, mutant.source().strip()) for mutant in mutants.mutants(source)]


@pytest.mark.parametrize(
    "source, expected",
    [
        ("x = a + b", [("sign", "x = a - b")]),
        ("x -= a", [("sign", "x += a")]),
        ("x = a * b", [("product", "x = a / b")]),
        ("x = a / b", [("product", "x = a * b")]),
        ("x = a < b", [("comparison", "x = a <= b")]),
        ("x = a >= b", [("comparison", "x = a > b")]),
        ("x = a[3]", [("whole number", "x = a[4]")]),
        ("x = 0.5", [("factor", "x = 0.75")]),
        ("x = 0.0", [("factor", "x = 1.0")]),
        ("x = a ** b", [("exponent", "x = a ** (b + 1)")]),
        ("x = -a", [("minus", "x = a")]),
        (
            "x = n - 1",
            [("one less or more", "x = n"), ("sign", "x = n + 1"), ("whole number", "x = n - 2")],
        ),
        (
            "x = a <= b < c",
            [("comparison", "x = a < b < c"), ("comparison", "x = a <= b <= c")],
        ),
    ],
)
def test_each_kind_changes_the_source(source, expected):
    assert made(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""Return n - 1."""',
        "raise ValueError(n - 1)",
        "x = f'{n - 1}'",
        "x: Literal[1]",
        "x = True",
        "x = 1e-12",
        "x = a == b",
        "x = a @ b",
    ],
)
def test_texts_errors_and_tolerances_are_left_alone(source):
    assert made(source) == []


def test_every_mutant_of_the_package_is_another_valid_program():
    source = (PACKAGE / "theory" / "risk.py").read_text(encoding="utf-8")
    original = ast.unparse(ast.parse(source)) + "\n"
    found = mutants.mutants(source)
    texts = [mutant.source() for mutant in found]
    assert len(found) > 10 and original not in texts
    assert len(set(texts)) == len(texts)
    for text in texts:
        compile(text, "mutant", "exec")
    # no change outlives its mutant
    assert ast.unparse(found[0].tree) + "\n" == original


def test_every_module_has_its_tests():
    assert {"models/base", "theory/_moments"} < set(mutants.MODULES)
    own, common = mutants.tests_of("theory/_moments")
    assert own.name == "test_moments.py" and own.parent == common.parent
    for module in mutants.MODULES:
        assert all(path.exists() for path in mutants.tests_of(module)), module


def test_sample_is_fixed_by_its_seed(tmp_path):
    bench = mutants.Bench(mutants.ROOT, tmp_path, {})

    def lines(seed, size=12):
        chosen = bench.sample(["theory/risk", "models/poisson"], size, seed)
        return [(module, mutant.line, mutant.kind, str(mutant)) for module, mutant in chosen]

    assert lines(1) == lines(1) != lines(2)
    assert len(lines(1)) == 12 < len(lines(1, size=0)) == len(lines(1, size=10**6))


@pytest.fixture
def bench(tmp_path):
    """A package of one module, whose test knows one of its two functions."""
    package = tmp_path / "root" / mutants.PACKAGE
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "tiny.py").write_text(
        "def half(x):\n    return x / 2\n\n\ndef unknown(x):\n    return x + 7\n"
    )
    test = tmp_path / "root" / "test_tiny.py"
    test.write_text(
        f"from {mutants.PACKAGE} import tiny\n\n\ndef test_half():\n    assert tiny.half(4) == 2\n"
    )
    (tmp_path / "copy").mkdir()
    return mutants.Bench(tmp_path / "root", tmp_path / "copy", {"tiny": [test]})


def test_survivors_are_those_that_no_test_notices(bench, capsys):
    chosen = bench.sample(["tiny"], 0, 1)
    chosen = [(m, x) for m, x in chosen if x.kind in ("product", "sign")]
    assert [x.kind for _, x in chosen] == ["product", "sign"]
    missed = bench.survivors(chosen)
    assert missed == [f"{mutants.PACKAGE}/tiny.py:6: sign: x + 7  ->  x - 7"]
    assert capsys.readouterr().out.splitlines() == missed
    # the copy is whole again, and the package was never touched
    for root in (bench.root, bench.folder):
        assert "x / 2" in (root / mutants.PACKAGE / "tiny.py").read_text()


def test_a_module_that_hangs_or_cannot_be_imported_is_caught(bench):
    assert not bench.caught("tiny", "def half(x):\n    return 2\n", limit=60)
    assert bench.caught("tiny", "import time\ntime.sleep(60)\n", limit=0.5)
    assert bench.caught("tiny", "half = 1 / 0\n")


def test_tests_that_fail_without_a_mutant_are_refused(bench):
    (test,) = bench.tests["tiny"]
    test.write_text("def test_nothing():\n    assert False\n")
    with pytest.raises(
        RuntimeError, match=r"tests of tiny fail without any mutant:\n[\s\S]*test_nothing"
    ):
        bench.limit("tiny")


def test_tests_that_are_not_there_are_no_catch(bench):
    bench.tests["tiny"] = [bench.root / "test_missing.py"]
    with pytest.raises(RuntimeError, match="pytest did not run the tests of tiny"):
        bench.limit("tiny")


@pytest.mark.parametrize("threshold, status", [("50", 0), ("50.1", 1)])
def test_exit_status_is_the_threshold(monkeypatch, capsys, threshold, status):
    monkeypatch.setattr(mutants.Bench, "limit", lambda self, module: 1.0)
    monkeypatch.setattr(mutants.Bench, "caught", lambda self, *_: next(answers))
    answers = iter([True, False, False, True])
    options = ["--sample", "4", "--threshold", threshold, "theory/risk"]
    assert mutants.main(options) == status
    assert "2 of 4 mutants caught: 50.0 %" in capsys.readouterr().out


def test_unknown_module_is_named(capsys):
    with pytest.raises(SystemExit):
        mutants.main(["theory/nothing"])
    assert "no such module: theory/nothing" in capsys.readouterr().err
