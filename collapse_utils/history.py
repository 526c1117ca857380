"""What a simulation leaves behind."""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from . import _validate
from ._quantiles import quantiles

__all__ = ["History"]

_FORMAT = "collapse_utils.History/1"


@dataclasses.dataclass(frozen=True)
class History:
    """Arrays of shape ``(n_generations + 1, n_chains, ...)``, one per recorded quantity.

    Index 0 is the fit to real data, so that generation ``g`` has been through ``g + 1`` fits
    (`n_fits`, the number that formulas take). The truth is kept apart.

    Attributes
    ----------
    arrays : dict of str to ndarray
        The recorded quantities.
    truth : dict of str to ndarray
        True parameters and what derives from them, without a chain axis; empty if the
        simulation started from data whose law is unknown.
    settings : dict
        How the simulation was run: model, workflow, sizes, path.
    model : Model, optional
        Derives quantities that were not recorded, such as ``variance`` from ``log_variance``.

    Examples
    --------
    >>> history = History({"mean": np.zeros((3, 2))}, {}, {})
    >>> history["mean"].shape, history.n_fits.tolist()
    ((3, 2), [1, 2, 3])
    """

    arrays: dict
    truth: dict
    settings: dict
    model: object = None

    def __post_init__(self):
        _validate.mapping("arrays", self.arrays)
        _validate.mapping("truth", self.truth)
        _validate.mapping("settings", self.settings)
        shapes = {np.shape(array)[:2] for array in self.arrays.values()}
        if len(shapes) != 1 or len(shapes.pop()) != 2:
            raise ValueError(
                "arrays must all begin with the same two axes, generations and chains, got "
                f"{ {name: np.shape(array) for name, array in self.arrays.items()} }"
            )

    def __getitem__(self, name):
        """Return a recorded or derived quantity, shape ``(n_generations + 1, n_chains, ...)``."""
        if name in self.arrays:
            return self.arrays[name]
        if self.model is not None and hasattr(self.model, "quantity"):
            return self.model.quantity(name, self.arrays)
        raise KeyError(f"no quantity {name!r} was recorded; there are {', '.join(self.arrays)}")

    @property
    def n_generations(self):
        """Number of generations after the fit to real data."""
        return len(next(iter(self.arrays.values()))) - 1

    @property
    def n_chains(self):
        """Number of independent chains."""
        return next(iter(self.arrays.values())).shape[1]

    @property
    def generations(self):
        """Generations 0, 1, ..., `n_generations`, the axis of most figures."""
        return np.arange(self.n_generations + 1)

    @property
    def n_fits(self):
        """How many fits each generation has been through, 1, 2, ..., `n_generations` + 1."""
        return self.generations + 1

    def quantiles(self, name, q=(0.05, 0.5, 0.95)):
        """Return quantiles over chains, shape ``(len(q), n_generations + 1, ...)``.

        Parameters
        ----------
        name : str
            A recorded or derived quantity.
        q : sequence of float
            Probabilities between 0 and 1.
        """
        q = _validate.array("q", q, ndim=1)
        if (q < 0).any() or (q > 1).any():
            raise ValueError(f"q must lie between 0 and 1, got {q.min():g} to {q.max():g}")
        return quantiles(self[name], q, axis=1)

    def frame(self, *names):
        """Return a tidy table for seaborn: one row per generation and chain.

        Parameters
        ----------
        *names : str
            Quantities with one number per chain; all recorded ones of that kind by default.

        Returns
        -------
        pandas.DataFrame
            With the columns ``generation``, ``chain``, ``workflow`` and one per name.
        """
        import pandas as pd

        names = names or [k for k, v in self.arrays.items() if v.ndim == 2]
        shape = (self.n_generations + 1, self.n_chains)
        generation, chain = np.indices(shape)
        columns = {
            "generation": generation.ravel(),
            "chain": chain.ravel(),
            "workflow": self.settings.get("workflow", ""),
        }
        for name in names:
            values = self[name]
            if values.shape != shape:
                raise ValueError(
                    f"{name} has shape {values.shape}, not one number per chain; "
                    "reduce it before making a table"
                )
            columns[name] = values.ravel()
        return pd.DataFrame(columns)

    def save(self, path):
        """Write the history to an ``.npz`` file, whole or not at all.

        Parameters
        ----------
        path : str or Path
            Where to write; an existing file is replaced only when the new one is complete.
        """
        path = _path(path)
        header = json.dumps({"format": _FORMAT, "settings": self.settings})
        content = {f"array/{k}": v for k, v in self.arrays.items()}
        content |= {f"truth/{k}": v for k, v in self.truth.items()}
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".partial")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez_compressed(file, header=np.array(header), **content)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path, model=None):
        """Read a history that `save` wrote.

        Parameters
        ----------
        path : str or Path
            The file.
        model : Model, optional
            The model that was simulated, for derived quantities.

        Raises
        ------
        ValueError
            If the file is damaged, or is not a history.
        """
        path = _path(path)
        try:
            with np.load(path, allow_pickle=False) as file:
                content = {name: file[name] for name in file.files}
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, KeyError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            raise ValueError(
                f"{path} is damaged or is not a history saved by collapse_utils: {error}"
            ) from None
        try:
            header = json.loads(str(content.pop("header")))
            known = header["format"]
        except (KeyError, ValueError, TypeError):
            raise ValueError(f"{path} is not a history saved by collapse_utils") from None
        if known != _FORMAT:
            raise ValueError(f"{path} has the format {known!r}; this version reads {_FORMAT!r}")
        try:
            parts = {"array": {}, "truth": {}}
            for name, value in content.items():
                kind, _, key = name.partition("/")
                parts[kind][key] = value
            return cls(parts["array"], parts["truth"], header["settings"], model)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} is not a whole history: {error}") from None


def _path(path):
    """Return where a file is, or raise an error."""
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"path must be a string or a Path, got {path!r} ({type(path).__name__})")
    return Path(path)
