"""The loop: fit, sample, decide what the next training set is, fit again."""

from __future__ import annotations

import dataclasses
import math
import warnings

import numpy as np

from . import _validate
from ._progress import Progress
from .history import History
from .models.base import Model
from .workflows import Turn, Workflow, as_workflow

__all__ = ["simulate"]

_VALUES_PER_BLOCK = 4_000_000


def simulate(
    model,
    workflow,
    *,
    n_generations,
    n_samples=None,
    n_chains=1,
    rng,
    truth=None,
    data=None,
    temperature=1.0,
    exact="auto",
    record=None,
    executor=None,
    progress="auto",
):
    """Train a model on its own output, generation after generation, in many chains at once.

    Generation 0 is fitted to real data: `n_samples` draws from `truth`, or `data` as given.
    Each later generation is fitted to what `workflow` makes of the samples of the last one.

    Parameters
    ----------
    model : Model
        What is fitted and sampled: see `collapse_utils.models`.
    workflow : callable
        What the next generation is trained on: see `collapse_utils.workflows`.
    n_generations : int
        Generations after the fit to real data, at least 0.
    n_samples : int or sequence of int, shape (n_generations + 1,)
        Samples a generation is written with; a sequence gives the real sample first and then
        one size per generation. The size of `data` if that is given and this is not.
    n_chains : int
        Independent repetitions, at least 1.
    rng : numpy.random.Generator
        Source of all randomness. Equal generators and arguments give equal histories,
        whatever the executor and its number of workers.
    truth : dict, optional
        True parameters, as the model's ``truth`` takes them; the model's default if neither
        this nor `data` is given.
    data : array, shape (n, ...), optional
        Real data. All chains start from the same fit.
    temperature : float
        Temperature at which the models, but not the truth, are sampled: the density is raised to
        the power one over it. Below 1 sharpens, above 1 flattens.
    exact : {"auto", True, False}
        True closes the loop on sufficient statistics (same law, cost independent of
        `n_samples`), False samples literally; "auto" takes the first where model and workflow
        allow it.
    record : sequence of str, optional
        Parameters or derived quantities to keep; all parameters by default.
    executor : concurrent.futures.Executor, optional
        Runs blocks of chains; anything with a compatible ``map`` will do.
    progress : {"auto", True, False}
        Whether to draw a progress bar on the terminal; "auto" draws one once a run on a
        terminal has taken a few seconds.

    Returns
    -------
    History
        Arrays of shape ``(n_generations + 1, n_chains, ...)``. If the run is interrupted from
        the keyboard, what was computed so far, with a warning: the chains that are complete,
        or else the generations that are.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or lies outside its range.

    Examples
    --------
    >>> from collapse_utils import Gaussian, replace, simulate
    >>> rng = np.random.default_rng(1)
    >>> history = simulate(
    ...     Gaussian(), replace(), n_generations=400, n_samples=10, n_chains=1000, rng=rng
    ... )
    >>> history["variance"].shape
    (401, 1000)
    >>> bool(np.median(history["variance"][-1]) < 1e-15)
    True
    """
    n_generations = _validate.integer("n_generations", n_generations)
    n_chains = _validate.integer("n_chains", n_chains, at_least=1)
    _validate.generator(rng)
    _check_model(model)
    workflow = as_workflow(workflow)
    if executor is not None:
        _validate.having("executor", executor, "map", "an executor as in concurrent.futures")
    if truth is not None and data is not None:
        raise ValueError("give either truth or data, not both")
    if data is not None:
        data = _validate.array("data", data)
        if data.ndim == 0:
            raise ValueError("data must have at least 1 dimension, its first over samples, got 0")
        sizes = _sizes(len(data) if n_samples is None else n_samples, n_generations, model)
        if len(data) < model.minimum_samples:
            raise ValueError(
                f"data must hold at least {model.minimum_samples} samples, got {len(data)}"
            )
    elif n_samples is None:
        raise TypeError("n_samples is missing: how many samples does a generation write?")
    else:
        sizes = _sizes(n_samples, n_generations, model)
        truth = model.truth(truth)
    temperature = _validate.real("temperature", temperature, above=0)
    if temperature != 1 and model.heat is None:
        raise ValueError(
            f"{type(model).__name__} cannot be sampled at another temperature (it has no heat()); "
            "leave temperature at 1"
        )
    exact = _path(model, workflow, exact)
    record = _record(model, record)
    values = n_generations + model.values_per_chain
    if not exact:
        values += int(sizes.max() if workflow.forgets else sizes.sum())
    blocks = _blocks(n_chains, values)
    tasks = [
        Task(model, workflow, truth, data, sizes, exact, temperature, record, length, child)
        for length, child in zip(blocks, rng.spawn(len(blocks)), strict=True)
    ]
    with Progress(progress, n_generations * len(tasks)) as bar:
        if executor is None:
            report = bar and (lambda k, g: bar.at(k * n_generations + g))
            done, interrupted = _run_here(tasks, report)
        else:
            done, interrupted = _run_elsewhere(tasks, executor)
    arrays = _gather(done)
    if interrupted:
        shape = next(iter(arrays.values())).shape
        warnings.warn(
            f"interrupted: {shape[1]} of {n_chains} chains and {shape[0] - 1} of "
            f"{n_generations} generations are returned",
            stacklevel=2,
        )
    settings = {
        "model": repr(model),
        "workflow": workflow.name,
        "n_samples": sizes.tolist() if len(set(sizes.tolist())) > 1 else int(sizes[0]),
        "n_generations": n_generations,
        "n_chains": next(iter(arrays.values())).shape[1],
        "temperature": temperature,
        "exact": exact,
        "interrupted": interrupted,
        "starts_from": "truth" if data is None else "data",
    }
    return History(arrays, _describe(model, truth), settings, model)


def _check_model(model):
    """Refuse what is no model; name the usual slip, a missing call."""
    if not isinstance(model, Model):
        hint = f"; call it: {model.__name__}(...)" if isinstance(model, type) else ""
        raise TypeError(
            "model must be a Model such as Gaussian(), or of a class that inherits from Model, "
            f"got {model!r}{hint}"
        )


def _sizes(n_samples, n_generations, model):
    """Return the size of the real sample and of every generation, as an array of int."""
    why = f"for {type(model).__name__} to be fitted"
    fewest = model.minimum_samples
    if not isinstance(n_samples, list | tuple | range) and np.ndim(n_samples) == 0:
        size = _validate.integer("n_samples", n_samples, at_least=fewest, why=why)
        return np.full(n_generations + 1, size)
    sizes = [_validate.integer("n_samples", m, at_least=fewest, why=why) for m in n_samples]
    if len(sizes) != n_generations + 1:
        raise ValueError(
            f"n_samples must be one number or n_generations + 1 = {n_generations + 1} numbers, "
            f"got {len(sizes)}"
        )
    return np.array(sizes)


def _record(model, record):
    """Return the names of what is kept of every generation."""
    if record is None:
        return tuple(model.parameters)
    names = list(record) if isinstance(record, list | tuple | np.ndarray) else [None]
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"record must be a sequence of names, got {record!r}")
    if not names:
        raise ValueError("record is empty; name at least one quantity to keep")
    return tuple(names)


def _path(model, workflow, exact):
    """Decide whether the loop runs on statistics."""
    needed = {
        "statistics": model.statistics,
        "draw_statistics": model.draw_statistics,
        "merge": model.merge,
        "estimate": model.estimate,
    }
    if workflow.subsamples:
        needed["subsample"] = model.subsample
    lacks = [name for name, method in needed.items() if method is None]
    if workflow.weighs and model.scale is None:
        raise ValueError(
            f"the workflow {workflow.name!r} weighs samples and "
            f"{type(model).__name__} has no scale(); use mix() or another model"
        )
    if isinstance(exact, str) and exact == "auto":
        return not lacks and not workflow.literal
    if not isinstance(exact, bool):
        raise TypeError(f'exact must be True, False or "auto", got {exact!r}')
    if exact and workflow.literal:
        raise ValueError(
            f'the workflow {workflow.name!r} has to see the samples; use exact=False or "auto"'
        )
    if exact and lacks:
        raise ValueError(
            f"{type(model).__name__} has no exact path here (it lacks {', '.join(lacks)}); "
            'use exact=False or "auto"'
        )
    return exact


def _blocks(n_chains, values_per_chain):
    """Split the chains into blocks of bounded memory; independent of the number of workers."""
    length = max(1, min(n_chains, _VALUES_PER_BLOCK // values_per_chain, 16_384))
    count = math.ceil(n_chains / length)
    return [n_chains // count + (k < n_chains % count) for k in range(count)]


@dataclasses.dataclass
class Task:
    """What one block of chains is to do."""

    model: Model
    workflow: Workflow
    truth: dict | None
    data: np.ndarray | None
    sizes: np.ndarray
    exact: bool
    temperature: float
    record: tuple
    n_chains: int
    rng: np.random.Generator


@dataclasses.dataclass
class _Block(Task):
    """A task at work, generation by generation so that it can be interrupted."""

    rows: list = dataclasses.field(default_factory=list)

    def run(self, progress=None):
        """Run all generations; return arrays of shape (n_generations + 1, n_chains, ...)."""
        if self._walks():
            return self._walk()
        training = real = self._real()
        pool = training
        parameters = self._fit(training)
        self._keep(parameters)
        for generation, size in enumerate(self.sizes[1:], start=1):
            turn = self._turn(generation, int(size), real, pool, self._heated(parameters))
            training = self.workflow(turn)
            pool = turn.pool
            parameters = self._fit(training, parameters)
            self._keep(parameters)
            if progress is not None:
                progress(generation)
        return self.finished()

    def _walks(self):
        """Whether the model can draw all generations of this workflow at once."""
        possible = self.exact and self.workflow.forgets and self.temperature == 1
        return possible and self.model.walk is not None

    def _walk(self):
        """Draw all generations at once."""
        if self.data is None:
            steps = self.model.walk(self._start(), self.sizes, self.rng)
            return _select(self.model, self.record, steps)
        parameters = self._fit(self._real())
        self._keep(parameters)
        if len(self.sizes) == 1:
            return self.finished()
        later = self.model.walk(parameters, self.sizes[1:], self.rng)
        later = _select(self.model, self.record, later)
        return {k: np.concatenate([self.rows[0][k][None], later[k]]) for k in self.record}

    def finished(self):
        """Return the generations that are done."""
        for name in self.record:
            shapes = {np.shape(row[name]) for row in self.rows}
            if len(shapes) > 1:
                raise ValueError(
                    f"{name} has another shape in every generation, so that it cannot be kept; "
                    "name what to keep instead, as in record=['variance']"
                )
        return {name: np.stack([row[name] for row in self.rows]) for name in self.record}

    def _real(self):
        """Return the real training set of generation 0."""
        if self.data is not None:
            real = np.broadcast_to(self.data, (self.n_chains, *self.data.shape))
            return self.model.statistics(real) if self.exact else real
        return self._draw(self._start(), int(self.sizes[0]))

    def _start(self):
        """Return the true parameters, once per chain."""
        return {k: np.broadcast_to(v, (self.n_chains, *v.shape)) for k, v in self.truth.items()}

    def _heated(self, parameters):
        if self.temperature == 1:
            return parameters
        return self.model.heat(parameters, self.temperature)

    def _draw(self, parameters, n):
        draw = self.model.draw_statistics if self.exact else self.model.sample
        return draw(parameters, n, self.rng)

    def _fresh(self, n):
        if self.data is not None:
            raise ValueError(
                f"the workflow {self.workflow.name!r} draws fresh real samples, and "
                "data have no more; give truth instead, or keep the data with anchor()"
            )
        return self._draw(self._start(), n)

    def _turn(self, generation, size, real, pool, parameters):
        return Turn(
            generation=generation,
            n_samples=size,
            real=real,
            pool=pool,
            draw=lambda n: self._draw(parameters, n),
            fresh=self._fresh,
            merge=self._merge,
            subsample=self._subsample,
            scale=self._scale,
            rng=self.rng,
        )

    def _subsample(self, training, n):
        if self.exact:
            return self.model.subsample(training, n, self.rng)
        chosen = self.rng.random(training.shape[:2]).argpartition(n - 1, axis=1)[:, :n]
        chosen.sort(axis=1)
        return np.take_along_axis(
            training, chosen.reshape(*chosen.shape, *[1] * (training.ndim - 2)), axis=1
        )

    def _scale(self, training, factor):
        """Weigh samples, which from then on are known by their statistics alone."""
        if not isinstance(training, dict):
            training = self.model.statistics(training)
        return self.model.scale(training, factor)

    def _merge(self, first, second):
        if isinstance(first, dict):
            return self.model.merge(first, second)
        return np.concatenate([first, second], axis=1)

    def _fit(self, training, last=None):
        """Fit a training set; some models look for the new parameters from the last ones."""
        if isinstance(training, dict):
            return self.model.estimate(training)
        if last is not None and self.model.warm_start:
            return self.model.fit(training, start=last)
        return self.model.fit(training)

    def _keep(self, parameters):
        self.rows.append(_select(self.model, self.record, parameters))


def _run_block(task):
    """Run one block of chains; a function of its own so that processes can pickle it."""
    return _Block(**vars(task)).run()


def _run_here(tasks, progress):
    """Run the blocks one after the other; stop at an interruption and return what is done."""
    done = []
    for k, task in enumerate(tasks):
        block = _Block(**vars(task))
        try:
            done.append(block.run(progress and (lambda g, k=k: progress(k, g))))
        except KeyboardInterrupt:
            if not done and not block.rows:
                raise
            return (done or [block.finished()]), True
        if progress is not None:
            progress(k + 1, 0)
    return done, False


def _run_elsewhere(tasks, executor):
    """Run the blocks on an executor; stop at an interruption and return what is done."""
    done = []
    try:
        for block in executor.map(_run_block, tasks):
            done.append(block)
    except KeyboardInterrupt:
        if not done:
            raise
        return done, True
    return done, False


def _select(model, record, parameters):
    """Return the recorded quantities of one generation."""
    return {
        name: parameters[name] if name in parameters else model.quantity(name, parameters)
        for name in record
    }


def _gather(done):
    """Write the blocks side by side."""
    if len(done) == 1:
        return done[0]
    return {name: np.concatenate([block[name] for block in done], axis=1) for name in done[0]}


def _describe(model, truth):
    """Return the true parameters and all that derives from them."""
    if truth is None:
        return {}
    described = dict(truth)
    for name in model.derived:
        described[name] = np.asarray(model.quantity(name, truth))
    return described
