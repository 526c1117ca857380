"""One valid call of every public function and method: what tests of bad input start from."""

import functools
import inspect
import tempfile
from pathlib import Path

import matplotlib as mpl
import matplotlib.figure
import numpy as np

from collapse_utils import (
    History,
    claims,
    models,
    replace,
    tails,
    theory,
)
from tests.support.model_example import PLANE, example, registered

mpl.use("Agg")


def fresh():
    """Return a new generator; in a table of arguments it stands for one made at each call."""
    return np.random.default_rng(1)


@functools.cache
def axes():
    """Return the axes on which all tests of this table draw."""
    return mpl.figure.Figure().subplots()


MADE_AT_CALL = (fresh, axes)

# ---------------------------------------------------------------- theory

LAW = [0.5, 0.3, 0.2]
# one valid value for every argument; the second column holds values of which an array will do
THEORY_VALUES = {
    "n_fits": (3, [1, 2, 5]),
    "n_generations": (3, [1, 2, 5]),
    "n_synthetic_fits": (3, [0, 2, 5]),
    "n_samples": (9, None),
    "dimension": (3, None),
    "mean": (0.5, None),
    "variance": (2.0, None),
    "std": (2.0, None),
    "threshold": (0.5, None),
    "distance": (2.0, [0.0, 1.0, 3.0]),
    "x": (0.7, [-1.0, 0.0, 2.0]),
    "t": (0.7, [-1.0, 0.0, 2.0]),
    "noise_variance": (0.5, None),
    "synthetic_noise_variance": (0.5, None),
    "shift": (0.5, None),
    "n_shifted": (4, [0, 4, 9]),
    "shifted_fraction": (0.2, [0.0, 0.2, 1.0]),
    "n_parameters": (2, None),
    "n_real": (6, None),
    "n_synthetic": (8, None),
    "n_human": (6, None),
    "n_model": (8, None),
    "amplification": (0.1, None),
    "bias": (0.1, None),
    "sampling_bias": (0.9, None),
    "synthetic_ratio": (0.4, [0.0, 0.3, 4.0]),
    "relative_error": (0.4, None),
    "heterozygosity": (0.6, None),
    "weight": (0.4, [0.1, 0.5, 1.0]),
    "real_fraction": (0.3, None),
    "detector": ((0.9, 0.1), None),
    "bandwidth": (0.3, None),
    "factor": (1.06, None),
    "frequency": (0.3, [0.1, 0.5, 0.9]),
    "frequencies": (LAW, None),
    "probabilities": (LAW, None),
    "reward": ([1.0, 0.0, -1.0], None),
    "probability": (0.3, None),
    "smoothing": (0.5, None),
    "n_types": (4, None),
    "advantage": (0.1, None),
    "count": (3, None),
    "inbreeding": (0.3, [0.0, 0.5, 1.0]),
    "replaced_fraction": (0.3, None),
    "counts": ([1.0, 4.0], None),
    "synthetic_fraction": (0.7, None),
    "exponent": (2.5, None),
    "test_exponent": (2.5, None),
    "train_exponent": (2.0, None),
    "cutoff": (5, None),
    "mass": (0.8, None),
    "temperature": (0.8, None),
    "keep_right": (0.8, [0.2, 0.5, 1.0]),
    "keep_wrong": (0.3, [0.2, 0.5, 1.0]),
    "wrong_fraction": (0.3, [0.0, 0.5, 1.0]),
    "radius": (0.7, [0.1, 1.0, 9.0]),
    "n_candidates": (3, None),
    "width": (0.7, None),
    "divisor": ("unbiased", None),
    "design": ("fresh", None),
    "kind": ("chernoff", None),
    "kept": ("random", None),
    "workflow": ("replace", None),
    "n": (4, [1, 2, 9]),
    "first": (1.5, None),
    "first_db": (30.0, None),
    "gain": (0.5, [-0.5, 0.0, 1.0]),
    "fresh": (0.1, None),
    "quality": (50, None),
}
SINGLE = {  # arguments of which these functions take one value only
    ("kalman_weights", "n_fits"),
    ("composed_temperature", "n_generations"),
    ("curated_probabilities", "n_generations"),
    ("coexistence_probability", "frequency"),
    ("coexistence_bounds", "frequency"),
    ("surviving_vocabulary", "counts"),
    ("word_survival", "counts"),
}
_SPECIAL = {
    ("interpolated_regression_error", "n_samples"): 2,
    ("box_variance", "width"): 11,
    ("box_normal_error", "width"): 11,
}
THEORY_MODULES = (
    theory.accumulation,
    theory.copying,
    theory.curation,
    theory.gaussian,
    theory.gaussian_laws,
    theory.kernel_density,
    theory.language,
    theory.population,
    theory.real_data,
    theory.regression,
    theory.risk,
    theory.tails,
    theory.vocabulary,
    theory.wasserstein,
)


def theory_call(name):
    """Return the arguments of a closed form, each with a valid value."""
    return {
        argument: _SPECIAL.get((name, argument), THEORY_VALUES[argument][0])
        for argument in inspect.signature(getattr(theory, name)).parameters
    }


# ---------------------------------------------------------------- models


def methods(value):
    """Return the public methods of a class or an instance, by name."""
    return {
        name: getattr(value, name)
        for name in dir(value)
        if not name.startswith("_")
        and (inspect.isfunction(getattr(value, name)) or inspect.ismethod(getattr(value, name)))
    }


def model_calls(example):
    """Yield the name and the arguments of each public method of a model."""
    model, data = example.model, example.data
    parameters = model.fit(data)
    pool = {
        "parameters": parameters,
        "start": parameters,
        "data": data,
        "given": example.truth,
        "name": model.parameters[0],
        "n_samples": 6,
        "rng": fresh,
        "temperature": 0.8,
        "factor": 2.0,
        "sizes": [5, 6],
        **example.others,
    }
    if model.statistics is not None:
        statistics = model.statistics(data)
        pool |= {"statistics": statistics, "first": statistics, "second": statistics}
    for name, method in methods(model).items():
        arguments = inspect.signature(method).parameters
        if unknown := set(arguments) - set(pool):
            raise LookupError(
                f"the EXAMPLE of {type(model).__name__} must have a valid value of "
                f"{', '.join(sorted(unknown))}, which {name}() takes, among its others"
            )
        yield name, {argument: pool[argument] for argument in arguments}


# ---------------------------------------------------------------- all

_HISTORY = History({"mean": np.zeros((3, 2)), "variance": np.ones((3, 2))}, {}, {})
_KEPT = tempfile.TemporaryDirectory()
_FOLDER = Path(_KEPT.name)
_HISTORY.save(_FOLDER / "saved.npz")
_CLAIM = {
    "slug": "two-and-two",
    "statement": "Two and two are four.",
    "measured": 4.0,
    "standard_error": 0.1,
    "predicted": 4.0,
    "kind": "at most",
    "tolerance": 0.5,
    "source": "derived here",
    "verdict": "reproduced",
}
_SIGNAL = np.sin(np.arange(16.0))
_PIXELS = np.add.outer(np.arange(8), 10 * np.arange(8)).astype(float)
_TAIL = tails.sample_power_law(2.5, 1.0, 60, fresh())
_FIT = tails.fit_tail(_TAIL, xmin=1.0)
_NORMALS = {"first_mean": 0.5, "first_std": 1.5, "second_mean": 0.2, "second_std": 0.5}
_LAWS = {"p": LAW, "q": [0.2, 0.3, 0.5]}
_SQUARE = [[2.0, 0.5], [0.5, 1.0]]
_MASK = np.array([False, True, True])

VALID = {
    "claims.Claim": _CLAIM,
    "claims.Claim.quote": {},
    "claims.Claim.record": {},
    "claims.check": _CLAIM,
    "claims.collecting": {},
    "claims.estimate": {"values": [1.0, 2.0, 4.0]},
    "claims.recorded": {"notebook": {"cells": []}},
    "copiers.frozen_at": {"history": [3.0, 2.0, 2.0], "period": 1},
    "copiers.jpeg": {"pixels": _PIXELS, "quality": 50, "shift": (1, 2), "to_bytes": True},
    "copiers.low_pass": {"signal": _SIGNAL, "cutoff": 2.0, "rate": 16.0, "n_copies": 2},
    "copiers.photocopy": {"signal": _SIGNAL, "n_copies": 2, "width": 3, "sigma": None},
    "copiers.quantisation_table": {"quality": 50},
    "copiers.resave": {
        "pixels": _PIXELS,
        "quality": 50,
        "n_copies": 2,
        "shifts": [[0, 0], [1, 2]],
        "to_bytes": True,
    },
    "copiers.tape": {"signal": _SIGNAL, "snr_db": 20.0, "generations": [0, 1, 4], "rng": fresh},
    "copiers.tape_copy": {"signal": _SIGNAL, "noise_rms": 0.5, "rng": fresh},
    "datasets.load_audio": {},
    "datasets.load_digits": {},
    "datasets.load_engel": {},
    "datasets.load_heavy_tailed": {"name": "cities"},
    "datasets.load_name_diversity": {"sex": "F"},
    "datasets.load_names": {"sex": "M"},
    "datasets.load_novel": {},
    "datasets.load_penguins": {"species": "Gentoo"},
    "datasets.load_photograph": {},
    "datasets.load_transformer_loop": {},
    "datasets.load_word_counts": {},
    "text.encode": {"words": ["a", "b", "a"], "vocabulary": ["b", "a"]},
    "text.split_words": {"text": "It is a truth.", "punctuation": True},
    "exercises.check_answer": {
        "given": 3.0,
        "expected": 3.0,
        "rtol": 1e-6,
        "atol": 0.5,
        "slips": [(6.0, "Twice too large.")],
    },
    "exercises.quiz": {"question": "2 + 2?", "options": {"4": "Yes.", "5": "No."}, "right": "4"},
    "history.History": {
        "arrays": {"mean": np.zeros((3, 2))},
        "truth": {"mean": np.array(0.0)},
        "settings": {"workflow": "replace"},
        "model": None,
    },
    "history.History.quantiles": {"name": "mean", "q": [0.1, 0.5]},
    "history.History.frame": {},
    "history.History.save": {"path": _FOLDER / "new.npz"},
    "history.History.load": {"path": _FOLDER / "saved.npz", "model": None},
    "metrics.divergence.gaussian_kl": {
        "p_mean": 0.5,
        "p_variance": 1.5,
        "q_mean": 0.2,
        "q_variance": 0.5,
    },
    "metrics.divergence.kl_divergence": _LAWS,
    "metrics.divergence.multivariate_gaussian_kl": {
        "p_mean": [0.0, 1.0],
        "p_covariance": _SQUARE,
        "q_mean": [0.5, 0.5],
        "q_covariance": np.eye(2),
    },
    "metrics.divergence.total_variation": _LAWS,
    "metrics.diversity.effective_types": {"probabilities": LAW, "order": 1.5},
    "metrics.diversity.entropy": {"probabilities": LAW},
    "metrics.diversity.heterozygosity": {"probabilities": LAW},
    "metrics.diversity.missing_mass": {"counts": [5, 1, 0]},
    "metrics.diversity.support": {"probabilities": LAW},
    "metrics.signal.psnr_db": {"copy": [1.0, 2.5], "original": [1.0, 2.0], "peak": 255.0},
    "metrics.signal.snr_db": {"copy": [1.0, 2.5], "original": [1.0, 2.0]},
    "metrics.tail.gaussian_tail_mass": {"mean": 0.5, "std": 1.5, "threshold": 2.5},
    "metrics.tail.rare_types": {"real_counts": [5, 1, 0], "at_most": 2},
    "metrics.tail.tail_mass": {"probabilities": LAW, "tail": _MASK},
    "metrics.tail.tail_recall": {"probabilities": LAW, "tail": _MASK},
    "metrics.tail.tail_share": {"samples": [1.0, 2.0, 3.0], "threshold": 1.5},
    "metrics.text.distinct_n": {"tokens": [0, 1, 0, 2], "n": 2},
    "metrics.text.perplexity": {"log_probabilities": [-1.0, -2.0], "axis": -1},
    "metrics.wasserstein.bures_w2_squared": {
        "first_mean": [0.0, 1.0],
        "first_covariance": _SQUARE,
        "second_mean": [0.5, 0.5],
        "second_covariance": np.eye(2),
    },
    "metrics.wasserstein.gaussian_w1": _NORMALS,
    "metrics.wasserstein.gaussian_w2_squared": _NORMALS,
    "metrics.wasserstein.sliced_wasserstein": {
        "first": PLANE,
        "second": PLANE[:, :5],
        "p": 1.5,
        "n_directions": 5,
        "rng": fresh,
    },
    "metrics.wasserstein.wasserstein_distance": {
        "first": [0.0, 1.0, 2.0],
        "second": [0.5, 3.0],
        "p": 1.5,
        "first_weights": [1.0, 2.0, 3.0],
        "second_weights": [1.0, 2.0],
    },
    "models.base.ExponentialFamily": {},
    "models.base.Model": {},
    "notebook.glue": {},
    "notebook.image_stepper": {
        "frames": {"0": np.zeros((8, 8), np.uint8)},
        "name": "pictures",
        "legend": "Generation",
        "alt": "Copy {}",
        "width": 64,
    },
    "notebook.players": {"sounds": {"original": _SIGNAL}, "rate": 8000, "credit": "Nobody."},
    "notebook.publish": {"name": "a-name", "text": "a text", "extra": {"text/plain": "more"}},
    "notebook.scientific": {"value": 3.94e-9, "digits": 2},
    "plotting.fan": {
        "ax": axes,
        "x": [0, 1],
        "values": [[1.0, 2.0], [3.0, 4.0]],
        "band": (0.1, 0.9),
    },
    "plotting.generation_colors": {"count": 3},
    "plotting.label_line": {"ax": axes, "x": 0.5, "y": 0.5, "text": "here"},
    "plotting.paths": {"ax": axes, "x": [0, 1], "values": [[1.0, 2.0], [3.0, 4.0]]},
    "plotting.pictures": {"images": [_PIXELS], "titles": ["one"], "columns": 2},
    "plotting.theory_line": {"ax": axes, "x": [0.0, 1.0], "y": [1.0, 2.0]},
    "plotting.use_style": {},
    "plotting.workflow_style": {"name": "replace"},
    "simulation.simulate": {
        "model": models.Gaussian(),
        "workflow": replace(),
        "n_generations": 2,
        "n_samples": 5,
        "n_chains": 3,
        "rng": fresh,
        "truth": {"variance": 2.0},
        "data": None,
        "temperature": 0.8,
        "exact": True,
        "record": ["mean"],
        "executor": None,
        "progress": False,
    },
    "tails.compare": {"samples": _TAIL, "fit": _FIT, "alternative": "exponential"},
    "tails.continuous_exponent": {"samples": _TAIL, "xmin": 1.0, "correct_bias": True},
    "tails.discrete_exponent": {"samples": [1, 1, 2, 5], "xmin": 1},
    "tails.expected_exponent": {"exponent": 2.5, "n_tail": 50},
    "tails.exponent_spread": {"exponent": 2.5, "n_tail": 50},
    "tails.fit_tail": {
        "samples": _TAIL,
        "discrete": False,
        "xmin": 1.0,
        "min_tail": 20,
        "n_candidates": 5,
    },
    "tails.goodness_of_fit": {
        "samples": _TAIL,
        "fit": _FIT,
        "n_bootstrap": 2,
        "min_tail": 20,
        "n_candidates": 5,
        "rng": fresh,
    },
    "tails.hill": {"samples": _TAIL, "k": [3, 5]},
    "tails.sample_power_law": {
        "exponent": 2.5,
        "xmin": 1.0,
        "size": 4,
        "rng": fresh,
        "discrete": False,
    },
    "workflows.Workflow": {},
    "workflows.accumulate": {},
    "workflows.accumulate_subsample": {},
    "workflows.anchor": {"ratio": 1.5},
    "workflows.curated": {"workflow": replace(), "reward": np.abs, "n_candidates": 2},
    "workflows.mix": {"real_fraction": 0.5},
    "workflows.replace": {},
    "workflows.verified": {"workflow": replace(), "accept": np.isfinite},
    "workflows.weighted": {"weight": 0.5, "ratio": 1.5},
}
# the same functions, called in another way
VALID |= {
    "copiers.photocopy (sigma)": {"signal": _PIXELS, "n_copies": 2, "width": None, "sigma": 1.5},
    "copiers.resave (in turn)": {"pixels": _PIXELS, "quality": [50, 75], "n_copies": 2},
    "simulation.simulate (data)": {
        "model": models.KernelDensity(),
        "workflow": replace(),
        "n_generations": 2,
        "n_samples": [5, 6, 7],
        "rng": fresh,
        "data": [1.0, 2.0, 3.0],
        "record": ["variance"],
        "exact": "auto",
        "progress": "auto",
    },
    "tails.fit_tail (discrete)": {"samples": [1, 1, 2, 3, 4], "discrete": True, "xmin": 1},
    "tails.hill (one)": {"samples": _TAIL, "k": 3},
    "tails.sample_power_law (discrete)": {
        "exponent": 2.5,
        "xmin": 1,
        "size": (2, 3),
        "rng": fresh,
        "discrete": True,
    },
    "workflows.weighted (rule)": {"weight": "stationary"},
}
for _module in THEORY_MODULES:
    for _name in _module.__all__:
        VALID[f"{_module.__name__.removeprefix('collapse_utils.')}.{_name}"] = theory_call(_name)

SELF = {"history.History": _HISTORY, "claims.Claim": claims.Claim(**_CLAIM)}
MODELS = [example(model_class) for model_class in registered()]
for _example in MODELS:
    _class = type(_example.model)
    _module = _class.__module__.removeprefix("collapse_utils.")
    _key = f"{_module}.{_class.__name__}"
    VALID[_key] = _example.arguments
    SELF[_key] = _example.model
    VALID |= {f"{_module}.{_name}": _call for _name, _call in _example.calls.items()}
    for _name, _arguments in model_calls(_example):
        VALID[f"{_key}.{_name}"] = _arguments

# arguments that any value suits, or that go straight to matplotlib
UNCHECKED = {
    ("exercises.check_answer", "given"),
    ("history.History", "model"),
    ("history.History.load", "model"),
    *(("plotting.fan", name) for name in ("color", "label")),
    *(("plotting.label_line", name) for name in ("x", "y", "color", "dx", "dy", "ha", "va")),
    *(("plotting.paths", name) for name in ("color", "alpha", "linewidth")),
    *(("plotting.pictures", name) for name in ("axes",)),
    *(("plotting.theory_line", name) for name in ("color", "label")),
}
