"""The loop: fit, sample, decide what the next training set is, fit again."""

from __future__ import annotations

import math

import numpy as np

from . import _validate
from .history import History
from .workflows import Turn

__all__ = ["simulate"]

_VALUES_PER_BLOCK = 4_000_000
_EXACT_METHODS = ("statistics", "draw_statistics", "merge", "estimate")


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
    exact="auto",
    record=None,
    executor=None,
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
    exact : {"auto", True, False}
        True closes the loop on sufficient statistics (same law, cost independent of
        `n_samples`), False samples literally; "auto" takes the first where the model can.
    record : sequence of str, optional
        Parameters or derived quantities to keep; all parameters by default.
    executor : concurrent.futures.Executor, optional
        Runs blocks of chains; anything with a compatible ``map`` will do.

    Returns
    -------
    History
        Arrays of shape ``(n_generations + 1, n_chains, ...)``.

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
    if truth is not None and data is not None:
        raise ValueError("give either truth or data, not both")
    if data is not None:
        data = _validate.array("data", data)
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
    exact = _path(model, exact)
    record = tuple(model.parameters) if record is None else tuple(record)
    values = n_generations + 1
    if not exact:
        values += int(sizes.max() if getattr(workflow, "forgets", False) else sizes.sum())
    blocks = _blocks(n_chains, values)
    tasks = [
        (model, workflow, truth, data, sizes, exact, record, length, child)
        for length, child in zip(blocks, rng.spawn(len(blocks)), strict=True)
    ]
    done = (map if executor is None else executor.map)(_run_block, tasks)
    arrays = _gather(done, n_chains)
    settings = {
        "model": repr(model),
        "workflow": workflow_name(workflow),
        "n_samples": sizes.tolist() if len(set(sizes.tolist())) > 1 else int(sizes[0]),
        "n_generations": n_generations,
        "n_chains": n_chains,
        "exact": exact,
        "starts_from": "truth" if data is None else "data",
    }
    return History(arrays, _describe(model, truth), settings, model)


def workflow_name(workflow):
    """Return the name by which a workflow is plotted and reported."""
    return getattr(workflow, "name", getattr(workflow, "__name__", type(workflow).__name__))


def _sizes(n_samples, n_generations, model):
    """Return the size of the real sample and of every generation, as an array of int."""
    why = f"for {type(model).__name__} to be fitted"
    fewest = getattr(model, "minimum_samples", 1)
    if np.ndim(n_samples) == 0:
        size = _validate.integer("n_samples", n_samples, at_least=fewest, why=why)
        return np.full(n_generations + 1, size)
    sizes = [_validate.integer("n_samples", m, at_least=fewest, why=why) for m in n_samples]
    if len(sizes) != n_generations + 1:
        raise ValueError(
            f"n_samples must be one number or n_generations + 1 = {n_generations + 1} numbers, "
            f"got {len(sizes)}"
        )
    return np.array(sizes)


def _path(model, exact):
    """Decide whether the loop runs on statistics."""
    able = all(hasattr(model, name) for name in _EXACT_METHODS)
    if exact == "auto":
        return able
    if not isinstance(exact, bool):
        raise TypeError(f'exact must be True, False or "auto", got {exact!r}')
    if exact and not able:
        raise ValueError(
            f"{type(model).__name__} has no exact path (it lacks draw_statistics); "
            'use exact=False or "auto"'
        )
    return exact


def _blocks(n_chains, values_per_chain):
    """Split the chains into blocks of bounded memory; independent of the number of workers."""
    length = max(1, min(n_chains, _VALUES_PER_BLOCK // values_per_chain, 16_384))
    count = math.ceil(n_chains / length)
    return [n_chains // count + (k < n_chains % count) for k in range(count)]


def _run_block(task):
    """Run one block of chains; a function of its own so that processes can pickle it."""
    model, workflow, truth, data, sizes, exact, record, n_chains, rng = task
    if exact:
        draw, merge, fit = model.draw_statistics, model.merge, model.estimate
    else:
        draw, merge, fit = model.sample, _concatenate, model.fit
    walks = exact and getattr(workflow, "forgets", False) and hasattr(model, "walk")
    if data is None:
        start = {k: np.broadcast_to(v, (n_chains, *v.shape)) for k, v in truth.items()}
        if walks:
            return _select(model, record, model.walk(start, sizes, rng))
        training = draw(start, int(sizes[0]), rng)
    else:
        real = np.broadcast_to(data, (n_chains, *data.shape))
        training = model.statistics(real) if exact else real
    parameters = fit(training)
    rows = [_select(model, record, parameters)]
    if walks:
        later = _select(model, record, model.walk(parameters, sizes[1:], rng))
        return {name: np.concatenate([rows[0][name][None], later[name]]) for name in record}
    pool = training
    for generation, size in enumerate(sizes[1:], start=1):
        turn = Turn(
            generation=generation,
            n_samples=int(size),
            pool=pool,
            draw=lambda n, p=parameters: draw(p, n, rng),
            merge=merge,
        )
        training = workflow(turn)
        pool = turn.pool
        parameters = fit(training)
        rows.append(_select(model, record, parameters))
    return {name: np.stack([row[name] for row in rows]) for name in record}


def _concatenate(first, second):
    return np.concatenate([first, second], axis=1)


def _select(model, record, parameters):
    """Return the recorded quantities of one generation."""
    return {
        name: parameters[name] if name in parameters else model.quantity(name, parameters)
        for name in record
    }


def _gather(done, n_chains):
    """Write the blocks side by side, as they come."""
    arrays, first = {}, 0
    for block in done:
        for name, values in block.items():
            if name not in arrays:
                shape = (values.shape[0], n_chains, *values.shape[2:])
                arrays[name] = np.empty(shape, dtype=values.dtype)
            arrays[name][:, first : first + values.shape[1]] = values
        first += next(iter(block.values())).shape[1]
    return arrays


def _describe(model, truth):
    """Return the true parameters and all that derives from them."""
    if truth is None:
        return {}
    described = dict(truth)
    for name in getattr(model, "derived", {}):
        described[name] = np.asarray(model.quantity(name, truth))
    return described
