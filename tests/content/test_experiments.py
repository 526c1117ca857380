"""The recorded experiment: its results are of its script, and its script does what it says.

The second half runs the script, tiny, and needs PyTorch (experiments/requirements.txt).
"""

import ast
import hashlib
import json
import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from bookmaker.paths import ROOT
from collapse_utils.datasets import load_novel
from collapse_utils.metrics import distinct_n
from collapse_utils.text import encode, split_words
from tests.support.scripts import load

SCRIPT = ROOT / "experiments" / "transformer.py"
RESULT = ROOT / "collapse_utils" / "data" / "transformer_loop.json"
PERPLEXITIES = [
    f"perplexity_{name}" for name in ("real", "tail", "mid", "head", "own", "by_generation_0")
]
REGIMES = ("replace", "accumulate", "mix")


def hash_of(script):
    return hashlib.sha256(script.replace(b"\r\n", b"\n")).hexdigest()


def defaults(script):
    """Return the defaults of the script's settings, without running it (it needs torch)."""
    (settings,) = (
        node
        for node in ast.parse(script).body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
    )
    fields = (node for node in settings.body if isinstance(node, ast.AnnAssign))
    return {field.target.id: ast.literal_eval(field.value) for field in fields}


def problems(result):
    """Return what is wrong with a result, whatever its settings."""
    found = []
    rows = {}
    for row in result["rows"]:
        key = row["regime"], row["temperature"], row["seed"], row["generation"]
        if key in rows:
            found.append(f"{key} is there twice")
        rows[key] = row
    generations = range(result["settings"]["generations"] + 1)
    chains = [(regime, 1.0) for regime in REGIMES]
    chains.append(("replace", result["settings"]["sharp"]))
    expected = {(*c, s, g) for c in chains for s in result["seeds"] for g in generations}
    if set(rows) != expected or not result["complete"]:
        return [*found, f"rows missing or too many: {sorted(set(rows) ^ expected)[:3]}"]
    for key, row in rows.items():
        regime, temperature, seed, generation = key
        if not all(math.isfinite(row[name]) and row[name] > 1 for name in PERPLEXITIES):
            found.append(f"{key}: a perplexity is not above 1")
        by_class = sum(
            n * math.log(row[f"perplexity_{name}"])
            for name, n in result["novel"]["test_words"].items()
            if name != "all"
        )
        whole = by_class / result["novel"]["test_words"]["all"]
        if abs(whole - math.log(row["perplexity_real"])) > 0.03:
            found.append(f"{key}: the classes do not make up the whole")
        if not 0 < row["distinct_2"] <= row["distinct_3"] <= 1:
            found.append(f"{key}: distinct-n out of range")
        if not 0 <= row["entropy_bits"] <= math.log2(row["types"]) + 1e-4:
            found.append(f"{key}: more entropy than types allow")
        if not row["types"] <= result["settings"]["vocabulary"] or not 0 <= row["tail_share"] < 1:
            found.append(f"{key}: vocabulary out of range")
        if len(row["sample"].split()) != min(60, result["novel"]["words"]):
            found.append(f"{key}: the sample is not sixty words")
        novel_types = result["novel"]["types"]
        if generation == 0 or regime == "accumulate":
            if row["types_trained_on"] != novel_types:
                found.append(f"{key}: it did not train on the novel")
        elif regime == "replace":
            before = rows[regime, temperature, seed, generation - 1]
            if row["types_trained_on"] != before["types"]:
                found.append(f"{key}: it did not train on the text before")
        if generation == 0:
            first = {**rows["replace", 1.0, seed, 0], "regime": regime}
            names = row if temperature == 1 else PERPLEXITIES[:4]
            if any(row[name] != first[name] for name in names):
                found.append(f"{key}: generation 0 differs from another regime's")
            if row["perplexity_own"] != row["perplexity_by_generation_0"]:
                found.append(f"{key}: generation 0 disagrees with itself")
    seconds = {}  # a model that several chains share, and a text, count once
    for (regime, temperature, seed, generation), row in rows.items():
        chain = (regime, temperature) if generation else None
        seconds["train", chain, seed, generation] = row["train_seconds"]
        text = regime if generation else None
        seconds["write", text, temperature, seed, generation] = row["write_seconds"]
    if abs(sum(seconds.values()) - result["total_cpu_seconds"]) > 1:
        found.append("the times do not add up")
    return found


# The recorded results


@pytest.fixture(scope="module")
def recorded():
    return json.loads(RESULT.read_text(encoding="utf-8"))


def test_recorded_results_are_whole_and_consistent(recorded):
    assert problems(recorded) == []
    assert len(recorded["seeds"]) >= 3
    assert recorded["settings"]["generations"] >= 5
    assert recorded["parameters"] < 500_000
    assert recorded["total_cpu_seconds"] < 2 * 2 * 3600
    assert set(recorded["versions"]) == {"python", "torch", "numpy"}
    assert RESULT.stat().st_size < 150_000


def test_recorded_results_are_of_this_script(recorded):
    script = SCRIPT.read_bytes()
    assert recorded["script_sha256"] == hash_of(script), (
        "run the study again: experiments/README.md"
    )
    assert recorded["script_sha256"] != hash_of(script.replace(b"4e-3", b"5e-3"))
    assert recorded["settings"] == defaults(script)
    assert recorded["settings"] != defaults(script.replace(b"4e-3", b"5e-3"))


def test_recorded_description_of_the_novel_is_right(recorded):
    settings, novel = recorded["settings"], recorded["novel"]
    words = split_words(load_novel(), punctuation=True)
    cut = int(settings["train_share"] * len(words))
    kept = set(encode(words[:cut])[1][: settings["vocabulary"]])
    train = [w for w in words[:cut] if w in kept]
    test = [w for w in words[cut:] if w in kept]
    assert novel["left_out"]["train"] == pytest.approx(1 - len(train) / cut, rel=1e-5)
    assert novel["left_out"]["test"] == pytest.approx(1 - len(test) / (len(words) - cut), rel=1e-5)
    train = train[: len(train) // settings["streams"] * settings["streams"]]
    count = Counter(train)
    assert novel["words"] == len(train)
    assert novel["types"] == len(count) == settings["vocabulary"]
    assert novel["test_words"] == {
        "all": len(test),
        "tail": sum(count[w] <= 5 for w in test),
        "mid": sum(5 < count[w] <= 100 for w in test),
        "head": sum(count[w] > 100 for w in test),
    }
    assert novel["tail_share"] == pytest.approx(
        sum(n for n in count.values() if n <= 5) / len(train), rel=1e-5
    )
    assert novel["entropy_bits"] == pytest.approx(
        stats.entropy(list(count.values()), base=2), rel=1e-5
    )
    tokens = encode(train[:20_000])[0]
    assert novel["distinct_2"] == pytest.approx(distinct_n(tokens, 2), rel=1e-5)


def test_samples_are_words_of_the_novel(recorded):
    known = set(split_words(load_novel(), punctuation=True))
    assert all(set(row["sample"].split()) <= known for row in recorded["rows"])


def test_faithful_copies_get_worse_and_real_text_slows_it(recorded):
    """What the chapter reads off the curves, in every seed."""
    last = recorded["settings"]["generations"]
    for seed in recorded["seeds"]:
        curve = {
            regime: sorted(
                (row["generation"], row["perplexity_real"], row["types"])
                for row in recorded["rows"]
                if (row["regime"], row["temperature"], row["seed"]) == (regime, 1.0, seed)
            )
            for regime in REGIMES
        }
        for regime in REGIMES:
            assert all(real > curve[regime][0][1] for _, real, _ in curve[regime][1:])
        reals, types = np.array(curve["replace"])[:, 1:].T
        assert (np.diff(reals) > 0).all() and (np.diff(types) < 0).all()
        assert curve["accumulate"][last][1] < curve["mix"][last][1] < curve["replace"][last][1]


def change_perplexity(result):
    result["rows"][-1]["perplexity_head"] *= 2


def change_first_generation(result):
    first = next(r for r in result["rows"] if r["regime"] == "mix" and r["generation"] == 0)
    first["distinct_2"] *= 0.999


def change_text(result):
    row = next(r for r in result["rows"] if r["regime"] == "replace" and r["generation"] == 2)
    row["types_trained_on"] += 1


def change_time(result):
    result["total_cpu_seconds"] -= 60


def infinite(result):
    result["rows"][7]["perplexity_own"] = math.inf


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda result: result["rows"].pop(3), "rows missing"),
        (lambda result: result["rows"].append(result["rows"][3]), "twice"),
        (change_perplexity, "do not make up the whole"),
        (change_first_generation, "differs from another regime's"),
        (change_text, "did not train on the text before"),
        (change_time, "do not add up"),
        (infinite, "not above 1"),
    ],
)
def test_damage_to_the_results_is_noticed(recorded, damage, message):
    result = json.loads(json.dumps(recorded))
    damage(result)
    assert any(message in problem for problem in problems(result))


# The script, where PyTorch is installed

TINY = {
    "words": 4000,
    "vocabulary": 120,
    "width": 16,
    "steps": 4,
    "streams": 32,
    "context": 8,
    "generations": 2,
    "batch": 4,
}


@pytest.fixture(scope="module")
def transformer():
    pytest.importorskip("torch", reason="PyTorch is optional: experiments/requirements.txt")
    return load(SCRIPT)


def run(transformer, work, *seeds, **settings):
    options = [f"--{k.replace('_', '-')}={v}" for k, v in (TINY | settings).items()]
    seeds = [str(seed) for seed in seeds]
    transformer.main(["run", "--device", "cpu", "--work", str(work), "--seeds", *seeds, *options])


def rows(transformer, work):
    """Return the rows of a work folder without the times, which differ from run to run."""
    result = transformer.collect(work, work / "result.json")
    times = {"train_seconds", "write_seconds"}
    return [{k: v for k, v in row.items() if k not in times} for row in result["rows"]]


@pytest.fixture(scope="module")
def finished(transformer, tmp_path_factory):
    work = tmp_path_factory.mktemp("finished")
    run(transformer, work, 1, 2)
    return work


def test_tiny_study_from_end_to_end(transformer, finished, tmp_path, capsys):
    output = tmp_path / "result.json"
    transformer.main(["collect", "--work", str(finished), "--output", str(output)])
    assert "24 rows, complete" in capsys.readouterr().out
    result = json.loads(output.read_text(encoding="utf-8"))
    assert problems(result) == []
    assert result["seeds"] == [1, 2]
    assert result["settings"] == defaults(SCRIPT.read_bytes()) | TINY
    assert not list(finished.glob("*.part"))


def test_same_seed_same_rows_and_another_seed_others(transformer, finished, tmp_path):
    run(transformer, tmp_path, 2)
    both = rows(transformer, finished)
    assert rows(transformer, tmp_path) == [row for row in both if row["seed"] == 2]
    assert rows(transformer, tmp_path) != [{**row, "seed": 2} for row in both if row["seed"] == 1]


@pytest.mark.parametrize("stop_after", [0, 1, 4])
def test_interrupted_study_goes_on_to_the_same_rows(
    transformer, finished, tmp_path, monkeypatch, stop_after
):
    calls = []
    train = transformer.train

    def interrupted(*arguments):
        if len(calls) == stop_after:
            raise KeyboardInterrupt
        calls.append(1)
        train(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(transformer, "train", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(transformer, tmp_path, 2)
    assert len(list(tmp_path.glob("seed2-*.npz"))) == (stop_after + 1 if stop_after else 0)
    run(transformer, tmp_path, 2)
    both = rows(transformer, finished)
    assert rows(transformer, tmp_path) == [row for row in both if row["seed"] == 2]


def test_finished_generations_are_not_computed_again(transformer, finished, monkeypatch):
    monkeypatch.setattr(transformer, "train", None)
    run(transformer, finished, 1, 2)
    with pytest.raises(TypeError):
        run(transformer, finished, 3)


def test_unfinished_study_is_collected_as_such(transformer, finished, tmp_path):
    for path in finished.glob("seed1-*.npz"):
        if "mix" not in path.name:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    result = transformer.collect(tmp_path, tmp_path / "result.json")
    assert not result["complete"]
    assert problems(result) != []


def test_results_of_other_settings_or_another_script_are_refused(
    transformer, finished, tmp_path, monkeypatch, capsys
):
    with pytest.raises(SystemExit):
        run(transformer, finished, 1, steps=5)
    assert "give another work folder" in capsys.readouterr().err
    other = tmp_path / "transformer.py"
    other.write_bytes(SCRIPT.read_bytes() + b"# changed\n")
    monkeypatch.setattr(transformer, "__file__", str(other))
    with pytest.raises(SystemExit):
        run(transformer, finished, 1)
    assert "another script" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options, message",
    [
        (["--steps", "0"], "steps must be positive, got 0"),
        (["--context", "7"], "context must be even, got 7"),
        (["--heads", "3"], "width must be a multiple of heads, got 64, 3"),
        (["--real-share", "1"], "real_share must be below 1, got 1.0"),
        (["--sharp", "1"], "sharp must differ from 1"),
        (["--sharp", "nan"], "sharp must be positive, got nan"),
        (["--seeds", "1", "1"], "seeds must be different and not negative, got [1, 1]"),
        (["--seeds", "-1"], "seeds must be different and not negative, got [-1]"),
        (["--words", "900"], "must exceed the context, 64"),
        (["--device", "abacus"], "invalid choice: 'abacus'"),
    ],
)
def test_bad_arguments_are_named(transformer, options, message, tmp_path, capsys):
    with pytest.raises(SystemExit):
        transformer.main(["run", "--work", str(tmp_path), *options])
    assert message in capsys.readouterr().err


def test_collecting_nothing_is_an_error(transformer, tmp_path, capsys):
    with pytest.raises(SystemExit):
        transformer.main(["collect", "--work", str(tmp_path), "--output", str(tmp_path / "x")])
    assert "no finished generation" in capsys.readouterr().err


# Its parts


@pytest.fixture
def model(transformer):
    import torch

    settings = transformer.Settings(**TINY)
    model = transformer.Transformer(12, settings, torch.Generator().manual_seed(1))
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():  # larger weights, places too: chances far from equal
        for p in model.parameters():
            if p.ndim == 2:
                p.normal_(0, 0.4, generator=generator)
    return model


def test_cached_logits_are_those_of_the_whole_text_and_ignore_what_follows(model):
    import torch

    tokens = torch.randint(12, (5, 8), generator=torch.Generator().manual_seed(2))
    whole, _ = model(tokens)
    part, caches = model(tokens[:, :4])
    parts = [part]
    for i in range(4, 8):
        part, caches = model(tokens[:, i : i + 1], caches)
        parts.append(part)
    torch.testing.assert_close(torch.cat(parts, dim=1), whole, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(model(tokens, last=2)[0], whole[:, -2:])
    tokens[:, -1] = (tokens[:, -1] + 1) % 12
    changed, _ = model(tokens)
    torch.testing.assert_close(changed[:, :-1], whole[:, :-1])
    assert not torch.allclose(changed[:, -1], whole[:, -1])


@pytest.mark.parametrize("temperature", [1.0, 0.8])
def test_written_words_have_the_chances_of_the_model(transformer, model, temperature):
    """Chi-squared; a right sampler fails with probability 1e-4, at this seed never."""
    import torch

    settings = transformer.Settings(**TINY)
    prompts = torch.tensor([[3, 1, 4, 1]]).expand(20_000, 4)
    generator = torch.Generator().manual_seed(3)
    written = transformer.write(model, prompts, 1, temperature, settings, generator)
    count = np.bincount(written[:, 0], minlength=12)

    def p_value(temperature):
        logits = model(prompts[:1])[0][0, -1].detach().double()
        chances = torch.softmax(logits / temperature, dim=0).numpy()
        return stats.chisquare(count, len(written) * chances).pvalue

    assert p_value(temperature) > 1e-4
    assert p_value(temperature * 1.2) < 1e-4


def test_a_text_is_scored_as_it_was_written(transformer, model):
    import torch

    settings = transformer.Settings(**TINY)
    text = np.random.default_rng(4).integers(12, size=(2, 21))
    words, logs = transformer.log_probabilities(model, text, settings, "cpu")
    assert words.shape == logs.shape == (2 * 4, 4)
    for i, start in enumerate(range(0, 16, 4)):  # four words known, four to score
        for j in range(4):
            place = start + 4 + j
            logits = model(torch.as_tensor(text[:, start:place]))[0][:, -1]
            expected = torch.log_softmax(logits, dim=-1)[[0, 1], text[:, place]].detach()
            np.testing.assert_allclose(logs[[i, 4 + i], j], expected, rtol=1e-4)
            np.testing.assert_array_equal(words[[i, 4 + i], j], text[:, place])


def test_training_learns_what_there_is_to_learn(transformer):
    import torch

    settings = transformer.Settings(**TINY | {"steps": 150, "batch": 16})
    text = np.tile([0, 1, 2, 3, 4], 100)
    model = transformer.Transformer(5, settings, torch.Generator().manual_seed(5))
    for train, least, most in ((False, 4.0, 6.5), (True, 1.0, 1.1)):
        if train:
            transformer.train(model, text, settings, np.random.default_rng(5), "cpu")
        _, logs = transformer.log_probabilities(model, text[None], settings, "cpu")
        assert least < np.exp(-logs.mean()) < most


def test_each_regime_trains_on_its_own_mixture(transformer):
    settings = transformer.Settings()
    real, texts = np.arange(100), [np.full(100, -1), np.full(100, -2)]

    def mixture(regime, seed=1):
        rng = np.random.default_rng(seed)
        return transformer.text_to_train_on(regime, real, texts, rng, settings)

    assert (mixture("replace") == -2).all()
    np.testing.assert_array_equal(mixture("accumulate"), np.concatenate([real, *texts]))
    mix = mixture("mix")
    assert len(mix) == 100 and (mix[10:] == -2).all()
    assert (np.diff(mix[:10]) == 1).all()
    starts = {int(mixture("mix", seed)[0]) for seed in range(500)}
    assert starts == set(range(91))
