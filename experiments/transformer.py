"""Train a small transformer on Pride and Prejudice, and then on its own text, again and again.

A decoder-only transformer of a quarter of a million parameters reads the first nine tenths of the
novel, writes a text of the same length, and a new one, from fresh random numbers, reads that:

    replace      only the text that the last generation wrote
    accumulate   the novel and everything that was written since
    mix          one tenth of the novel (a random passage) and nine tenths of the last text

All write by sampling from their chances as they are; a fourth chain, replace once more, sharpens
them first, at a temperature of 0.8.

Words that are not among the most frequent are left out of the novel first, so that every
generation can say every word. Each generation trains for the same number of steps, however much
text it has: the study is limited by compute, not by convergence.

    python experiments/transformer.py run                the whole study, one core
    python experiments/transformer.py run --seeds 1 2    a part of it: one process per part
    python experiments/transformer.py collect            write the results as one JSON file

The whole study takes about forty minutes of one CPU core (the JSON file says how long it took).
Every finished generation is kept in the work folder; started again, `run` goes on from there and
ends in the same numbers. A GPU is used if there is one; its numbers differ in the last digits,
and with them the text.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import platform
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from collapse_utils.datasets import load_novel
from collapse_utils.metrics import distinct_n, perplexity
from collapse_utils.text import encode, split_words

HERE = Path(__file__).resolve().parent
RESULT = HERE.parent / "collapse_utils" / "data" / "transformer_loop.json"
REGIMES = ("replace", "accumulate", "mix")
CLASSES = {"tail": (-1, 5), "mid": (5, 100), "head": (100, math.inf)}  # counts: above, up to
MEASURED = 64  # streams of its own text that a model is judged on


@dataclass(frozen=True)
class Settings:
    """What the study is; the defaults are the recorded one."""

    vocabulary: int = 2500  # most frequent words of the novel
    train_share: float = 0.9  # of the novel; the rest is the real test text
    generations: int = 5  # after generation 0
    width: int = 64
    heads: int = 4
    layers: int = 2
    context: int = 64  # words that the model sees
    steps: int = 600
    batch: int = 8  # windows a step
    learning_rate: float = 4e-3
    weight_decay: float = 0.1
    streams: int = 256  # pieces that a text is written in, side by side
    real_share: float = 0.1  # of the text that mix trains on
    sharp: float = 0.8  # temperature of the sharpened chain; all others write at 1
    words: int = 0  # use this many words of the novel only; 0 for all

    def __post_init__(self):
        for field in fields(self):
            least = 0 if field.name in ("words", "weight_decay") else 1e-9
            if not getattr(self, field.name) >= least:
                raise ValueError(f"{field.name} must be positive, got {getattr(self, field.name)}")
        for name in ("train_share", "real_share"):
            if getattr(self, name) >= 1:
                raise ValueError(f"{name} must be below 1, got {getattr(self, name)}")
        if self.sharp == 1:
            raise ValueError("sharp must differ from 1, the temperature of the other chains")
        if self.width % self.heads:
            raise ValueError(f"width must be a multiple of heads, got {self.width}, {self.heads}")
        if self.context % 2:
            raise ValueError(f"context must be even, got {self.context}")


# The text


def read_novel(settings):
    """Return the novel as numbers, its words, and the class of each word."""
    words = split_words(load_novel(), punctuation=True)
    words = words[: settings.words or None]
    cut = int(settings.train_share * len(words))
    _, vocabulary = encode(words[:cut])
    vocabulary = vocabulary[: settings.vocabulary]
    real, test = (encode(part, vocabulary)[0] for part in (words[:cut], words[cut:]))
    left_out = float(np.mean(real < 0)), float(np.mean(test < 0))
    real, test = real[real >= 0], test[test >= 0]
    length = len(real) // settings.streams
    if min(length, len(test)) <= settings.context:
        raise ValueError(
            f"{settings.streams} streams of a text of {len(real)} words are {length} words long, "
            f"and its test text is {len(test)}: both must exceed the context, {settings.context}"
        )
    real = real[: length * settings.streams]
    count = np.bincount(real, minlength=len(vocabulary))
    classes = {k: (low < count) & (count <= high) for k, (low, high) in CLASSES.items()}
    return real, test, vocabulary, classes, left_out


def text_to_train_on(regime, real, texts, rng, settings):
    """Return what the next generation trains on, given everything written so far."""
    if regime == "replace":
        return texts[-1]
    if regime == "accumulate":
        return np.concatenate([real, *texts])
    n_real = round(settings.real_share * len(real))
    start = rng.integers(len(real) - n_real + 1)
    return np.concatenate([real[start : start + n_real], texts[-1][: len(real) - n_real]])


# The model


class Block(nn.Module):
    """Attention to the words before, and then a layer of neurons, each added to its input."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, cache=None):
        batch, length, width = x.shape
        qkv = self.qkv(self.norm1(x)).view(batch, length, 3, self.heads, -1)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (batch, heads, length, width of a head)
        if cache is not None:  # keys and values of the words before
            k, v = (torch.cat(pair, dim=2) for pair in zip(cache, (k, v), strict=True))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=cache is None)
        x = x + self.out(y.transpose(1, 2).reshape(batch, length, width))
        return x + self.down(F.gelu(self.up(self.norm2(x)))), (k, v)


class Transformer(nn.Module):
    """A decoder-only transformer; the table of words is its first and its last layer."""

    def __init__(self, n_words, settings, generator):
        super().__init__()
        self.words = nn.Embedding(n_words, settings.width)
        self.places = nn.Embedding(settings.context, settings.width)
        blocks = [Block(settings.width, settings.heads) for _ in range(settings.layers)]
        self.blocks, self.norm = nn.ModuleList(blocks), nn.LayerNorm(settings.width)
        with torch.no_grad():
            for name, p in self.named_parameters():
                if name == "places.weight" or name.endswith("bias"):
                    p.zero_()  # places that mean nothing yet: training starts far sooner
                elif p.ndim == 2:
                    closing = name.endswith(("out.weight", "down.weight"))
                    small = math.sqrt(2 * settings.layers) if closing else 1
                    p.normal_(0, 0.05 / small, generator=generator)

    def forward(self, tokens, caches=None, last=0):
        """Return a logit for each next word, at the last places or all, and caches to go on."""
        start = caches[0][0].shape[2] if caches else 0
        place = torch.arange(start, start + tokens.shape[1], device=tokens.device)
        x, new = self.words(tokens) + self.places(place), []
        for i, block in enumerate(self.blocks):
            x, cache = block(x, caches[i] if caches else None)
            new.append(cache)
        return F.linear(self.norm(x[:, -last:]), self.words.weight), new


def train(model, text, settings, rng, device):
    """Train on random windows of the text, for a fixed number of steps."""
    text = torch.as_tensor(text)
    decayed = [p for p in model.parameters() if p.ndim == 2]
    others = [p for p in model.parameters() if p.ndim != 2]
    optimizer = torch.optim.AdamW(
        [{"params": decayed}, {"params": others, "weight_decay": 0.0}],
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
        betas=(0.9, 0.98),
        fused=True,
    )
    warm = max(1, settings.steps // 20)
    for step in range(settings.steps):
        done = step / settings.steps
        rate = min(1.0, (step + 1) / warm) * 0.5 * (1 + math.cos(math.pi * done))
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * rate
        start = rng.integers(len(text) - settings.context, size=settings.batch)
        window = text[start[:, None] + np.arange(settings.context + 1)].to(device)
        logits, _ = model(window[:, :-1])
        loss = F.cross_entropy(logits.flatten(0, 1), window[:, 1:].flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


@torch.no_grad()
def write(model, prompts, length, temperature, settings, generator):
    """Write a text: each word given the half to whole context before it."""
    half = settings.context // 2
    recent = prompts
    for i in range(length):
        if i % half == 0:  # the context is full: keep its later half
            logits, caches = model(recent[:, -half:], last=1)
        else:
            logits, caches = model(recent[:, -1:], caches)
        below = F.softmax(logits[:, -1] / temperature, dim=-1).cumsum(dim=-1)
        u = torch.rand(len(prompts), 1, generator=generator, device=below.device) * below[:, -1:]
        word = torch.searchsorted(below, u, right=True).clamp_(max=below.shape[1] - 1)
        recent = torch.cat([recent, word], dim=1)
    return recent[:, prompts.shape[1] :].cpu().numpy()


@torch.no_grad()
def log_probabilities(model, texts, settings, device):
    """Return words and their log-probabilities, each given the context that `write` gives it."""
    half = settings.context // 2
    n_blocks = (texts.shape[1] - half) // half
    starts = half * np.arange(n_blocks)
    windows = texts[:, starts[:, None] + np.arange(settings.context)].reshape(-1, settings.context)
    words, logs = [], []
    for part in torch.as_tensor(windows).split(64):
        logits, _ = model(part[:, :-1].to(device), last=half)
        log_p = F.log_softmax(logits, dim=-1)
        words.append(part[:, half:])
        logs.append(log_p.gather(2, part[:, half:, None].to(device))[..., 0].cpu())
    return torch.cat(words).numpy(), torch.cat(logs).numpy()


# The study


def chains(settings):
    """Return the chains of a seed: a regime, and the temperature of writing."""
    return [(regime, 1.0) for regime in REGIMES] + [("replace", settings.sharp)]


def sources_of_chance(device, seed, regime, temperature, generation):
    """Return a numpy and two torch generators: for data, for first weights, for writing."""
    key = (REGIMES.index(regime) + 1, round(1000 * temperature)) if generation else (0, 0)
    data, weights, writing = np.random.SeedSequence(seed, spawn_key=(*key, generation)).spawn(3)
    weights, writing = (int(s.generate_state(1, np.uint64)[0] >> 1) for s in (weights, writing))
    return (
        np.random.default_rng(data),
        torch.Generator().manual_seed(weights),
        torch.Generator(device).manual_seed(writing),
    )


class Study:
    """One work folder: what is finished is read, what is not is computed and kept."""

    def __init__(self, settings, work, device):
        self.settings, self.work, self.device = settings, Path(work), torch.device(device)
        self.stamp = stamp_of(settings, self.device)
        self.real, self.test, self.vocabulary, self.classes, _ = read_novel(settings)

    def path(self, seed, name):
        return self.work / f"seed{seed}-{name}.npz"

    def trained(self, text, rng, generator):
        """Return a new model, trained on a text, and the seconds that took."""
        start = time.process_time()
        model = Transformer(len(self.vocabulary), self.settings, generator).to(self.device)
        train(model, text, self.settings, rng, self.device)
        return model, time.process_time() - start

    def first_model(self, seed):
        """Return generation 0 of a seed, which all its chains share, and its seconds."""
        path = self.path(seed, "model")
        rng, generator, _ = sources_of_chance(self.device, seed, None, None, 0)
        if not path.exists():
            model, seconds = self.trained(self.real, rng, generator)
            weights = {name: p.cpu().numpy() for name, p in model.state_dict().items()}
            save(path, {"stamp": self.stamp, "seconds": seconds}, weights)
        info, weights = load(path, self.stamp)
        model = Transformer(len(self.vocabulary), self.settings, generator)
        model.load_state_dict({name: torch.as_tensor(w) for name, w in weights.items()})
        return model.to(self.device), info["seconds"]

    def run(self, seed, regime, temperature):
        """Run one chain, generation by generation."""
        first, first_seconds = self.first_model(seed)
        texts = []
        for generation in range(self.settings.generations + 1):
            name = f"{regime}-{temperature:g}" if generation else f"start-{temperature:g}"
            path = self.path(seed, f"{name}-{generation}")
            if not path.exists():
                rng, weights, writing = sources_of_chance(
                    self.device, seed, regime, temperature, generation
                )
                if generation:
                    text = text_to_train_on(regime, self.real, texts, rng, self.settings)
                    model, train_seconds = self.trained(text, rng, weights)
                else:
                    text, model, train_seconds = self.real, first, first_seconds
                start = time.process_time()
                written = self.written(model, text, temperature, rng, writing)
                row = {
                    "regime": regime,
                    "temperature": temperature,
                    "seed": seed,
                    "generation": generation,
                    "types_trained_on": len(np.unique(text)),
                    **self.measure(model, first, written),
                    "train_seconds": round(train_seconds, 2),
                    "write_seconds": round(time.process_time() - start, 2),
                }
                save(path, {"stamp": self.stamp, "row": row}, {"written": written})
                print(f"seed {seed}, {name}-{generation}: {row['perplexity_real']:.1f}", flush=True)
            texts.append(load(path, self.stamp)[1]["written"].astype(np.int64).ravel())

    def written(self, model, text, temperature, rng, generator):
        """Write as much as the novel holds; each stream starts from a passage of the text."""
        half, n = self.settings.context // 2, self.settings.streams
        start = rng.integers(len(text) - half, size=n)
        prompts = torch.as_tensor(text[start[:, None] + np.arange(half)]).to(self.device)
        length = len(self.real) // n
        text = write(model, prompts, length, temperature, self.settings, generator)
        return text.astype(np.uint16)

    def measure(self, model, first, written):
        """Return what the JSON file says about a model and the text that it wrote."""
        words, logs = log_probabilities(model, self.test[None], self.settings, self.device)
        row = {"perplexity_real": figure(perplexity(logs, axis=None))}
        for name, members in self.classes.items():
            here = logs[members[words]]
            row[f"perplexity_{name}"] = figure(perplexity(here)) if len(here) else None
        written = written.astype(np.int64)
        for name, judge in (("own", model), ("by_generation_0", first)):
            _, logs = log_probabilities(judge, written[:MEASURED], self.settings, self.device)
            row[f"perplexity_{name}"] = figure(perplexity(logs, axis=None))
        sample = " ".join(self.vocabulary[k] for k in written[0, :60])
        return {**row, **describe(written.ravel(), self.classes), "sample": sample}


def describe(text, classes):
    """Return the vocabulary and the repetition of a text."""
    count = np.bincount(text, minlength=len(classes["tail"]))
    share = count[count > 0] / len(text)
    return {
        "types": len(share),
        "tail_share": figure(count[classes["tail"]].sum() / len(text)),
        "distinct_2": figure(distinct_n(text[:20_000], 2)),
        "distinct_3": figure(distinct_n(text[:20_000], 3)),
        "entropy_bits": figure(-(share * np.log2(share)).sum()),
    }


def figure(value):
    """Return a number to six digits."""
    return float(f"{value:.6g}")


# What is kept, and what is collected


def stamp_of(settings, device):
    """Return what results must share to belong together."""
    script = Path(__file__).read_bytes()
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }
    return {
        "settings": asdict(settings),
        "versions": versions,
        "device": torch.device(device).type,
        "script_sha256": hashlib.sha256(script.replace(b"\r\n", b"\n")).hexdigest(),
    }


def save(path, info, arrays):
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with open(part, "wb") as file:
        np.savez_compressed(file, info=json.dumps(info), **arrays)
    os.replace(part, path)


def load(path, stamp):
    """Return what `save` wrote, if it belongs to this study."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    info = json.loads(arrays.pop("info").item())
    if info["stamp"] != stamp:
        raise ValueError(
            f"{path} comes from other settings, another version or another script; "
            "give another work folder"
        )
    return info, arrays


def collect(work, output):
    """Write the finished generations of a work folder as one JSON file, and return it."""
    paths = sorted(path for path in Path(work).glob("seed*.npz") if "model" not in path.name)
    if not paths:
        raise ValueError(f"{work} holds no finished generation; run the study first")
    with np.load(paths[0]) as file:
        stamp = json.loads(file["info"].item())["stamp"]
    rows = [load(path, stamp)[0]["row"] for path in paths]
    settings = Settings(**stamp["settings"])
    real, test, _, classes, left_out = read_novel(settings)
    seconds = {}  # each model counts once
    for row in rows:
        chain = (row["regime"], row["temperature"]) if row["generation"] else None
        seconds[row["seed"], chain, row["generation"]] = row["train_seconds"]
    total = sum(seconds.values()) + sum(row["write_seconds"] for row in rows)
    order, every = chains(settings), []  # generation 0 is a row of each chain that starts from it
    for row in rows:
        for regime, temperature in order:
            if temperature == row["temperature"] and row["generation"] == 0:
                every.append({**row, "regime": regime})
        if row["generation"]:
            every.append(row)
    every.sort(
        key=lambda row: (
            order.index((row["regime"], row["temperature"])),
            row["seed"],
            row["generation"],
        )
    )
    seeds = sorted({row["seed"] for row in rows})
    expected = len(seeds) * len(order) * (settings.generations + 1)
    model = Transformer(len(classes["tail"]), settings, torch.Generator())
    result = {
        **stamp,
        "complete": len(every) == expected,
        "seeds": seeds,
        "chains": order,
        "parameters": sum(p.numel() for p in model.parameters()),
        "total_cpu_seconds": round(total),
        "novel": {
            "words": len(real),
            "test_words": {"all": len(test)}
            | {name: int(members[test].sum()) for name, members in classes.items()},
            "left_out": {"train": figure(left_out[0]), "test": figure(left_out[1])},
            **describe(real, classes),
        },
    }
    head = json.dumps(result, indent=1)[:-2]
    lines = ",\n".join("  " + json.dumps(row) for row in every)
    text = f'{head},\n "rows": [\n{lines}\n ]\n}}\n'
    Path(output).write_text(text, encoding="utf-8")
    return json.loads(text)


def main(arguments=None):
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="train, write, measure; go on where it was stopped")
    run.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    run.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    for field in fields(Settings):
        name = "--" + field.name.replace("_", "-")
        run.add_argument(name, type=type(field.default), default=field.default)
    gather = commands.add_parser("collect", help="write the results as one JSON file")
    gather.add_argument("--output", type=Path, default=RESULT)
    for command in (run, gather):
        command.add_argument("--work", type=Path, default=HERE / "work")
    given = parser.parse_args(arguments)
    try:
        if given.command == "collect":
            result = collect(given.work, given.output)
            state = "complete" if result["complete"] else "not complete"
            print(f"{given.output}: {len(result['rows'])} rows, {state}")
            return
        if min(given.seeds) < 0 or len(set(given.seeds)) < len(given.seeds):
            raise ValueError(f"seeds must be different and not negative, got {given.seeds}")
        if given.device == "cuda" and not torch.cuda.is_available():
            raise ValueError("device cuda was asked for, but torch finds none; take cpu")
        device = given.device
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(device == "cpu")
        names = [field.name for field in fields(Settings)]
        settings = Settings(**{name: getattr(given, name) for name in names})
        study = Study(settings, given.work, device)
        for regime, temperature in chains(settings):
            for seed in given.seeds:
                study.run(seed, regime, temperature)
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
