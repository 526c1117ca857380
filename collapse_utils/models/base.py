"""What every model shares: named parameters, derived quantities, merging of data."""

from __future__ import annotations

from .. import _validate

__all__ = ["ExponentialFamily", "Model"]


class Model:
    """A family of distributions that can be sampled and fitted.

    Subclasses set `parameters` and define `sample` and `fit`. Parameters are dictionaries
    of arrays whose first axis runs over chains. What else a model can do it says by defining
    more of the methods that are None here; the loop does without those that stay None.

    Attributes
    ----------
    parameters : tuple of str
        Names of the arrays that `fit` returns and `sample` takes.
    minimum_samples : int
        Fewest samples from which `fit` works.
    values_per_chain : int
        Numbers that one chain keeps in memory for a generation, to the nearest power of ten: the
        loop makes its blocks of chains as long as memory allows.
    derived : dict of str to callable
        Quantities computed from the parameters; each callable takes the dictionary of
        parameters and works for any number of leading axes.
    """

    parameters: tuple = ()
    minimum_samples = 1
    values_per_chain = 1
    derived: dict = {}

    warm_start = False
    """Whether `fit` also takes ``start``, the parameters of the last fit, and begins there."""

    heat = None
    """``heat(parameters, temperature)`` returns parameters of the same density raised to the power
    one over `temperature`. Without it the temperature is 1."""

    statistics = draw_statistics = merge = estimate = None
    """``statistics(data)`` and, with it, `draw_statistics`, `merge` and `estimate`, as
    `ExponentialFamily` has them. With all four the loop runs on statistics, not on samples."""

    scale = None
    """``scale(statistics, factor)`` returns statistics of samples that count `factor` times.
    Workflows that weigh samples, such as `weighted`, need it."""

    subsample = None
    """``subsample(statistics, n_samples, rng)`` returns the statistics of `n_samples` samples that
    are drawn without replacement from those that `statistics` describe. Without it workflows that
    take random subsets, such as `accumulate_subsample`, run on samples."""

    walk = None
    """``walk(parameters, sizes, rng)`` refits on the last generation only, once per entry of
    `sizes`, and returns the parameters after each refit, with the refits as their first axis. It
    only saves time: without it `replace` draws one generation after the other."""

    def sample(self, parameters, n_samples, rng):
        """Draw `n_samples` from each chain: an array of shape (n_chains, n_samples, ...)."""
        raise NotImplementedError(f"{type(self).__name__} does not define sample()")

    def fit(self, data):
        """Return the parameters of each chain of `data`, shape (n_chains, n_samples, ...)."""
        raise NotImplementedError(f"{type(self).__name__} does not define fit()")

    def truth(self, given=None):
        """Return the true parameters, without a chain axis, from what the user gave."""
        if given is None:
            raise ValueError(f"{type(self).__name__} has no default truth; pass truth={{...}}")
        _validate.mapping("truth", given, self.parameters)
        return {name: _validate.array(f"truth[{name!r}]", given[name]) for name in self.parameters}

    def quantity(self, name, parameters):
        """Return a parameter or a derived quantity by name.

        Raises
        ------
        KeyError
            If this model knows no quantity of that name, or what it needs was not recorded.
        """
        _validate.text("name", name)
        _validate.mapping("parameters", parameters)
        if name in parameters:
            return parameters[name]
        if name in self.parameters:
            raise KeyError(f"parameters lack {name!r}, which was not recorded")
        if name not in self.derived:
            known = ", ".join([*self.parameters, *self.derived])
            raise KeyError(f"{type(self).__name__} has no quantity {name!r}; it has {known}")
        try:
            return self.derived[name](parameters)
        except KeyError as missing:
            raise KeyError(f"{name!r} needs {missing}, which was not recorded") from None


class ExponentialFamily(Model):
    """A model whose loop closes on sufficient statistics.

    Statistics are dictionaries with the number of samples under ``"n"`` and arrays whose
    first axis runs over chains. `draw_statistics` has exactly the law of
    ``statistics(sample(...))``, and `merge` gives the statistics of two pooled data sets.
    """

    def statistics(self, data):
        """Reduce `data`, shape (n_chains, n_samples, ...), to its sufficient statistics."""
        raise NotImplementedError

    def draw_statistics(self, parameters, n_samples, rng):
        """Draw the statistics of `n_samples` fresh samples, without drawing the samples."""
        raise NotImplementedError

    def merge(self, first, second):
        """Return the statistics of the union of two training sets."""
        raise NotImplementedError

    def estimate(self, statistics):
        """Fit each chain from its statistics: a dictionary of parameters."""
        raise NotImplementedError

    def fit(self, data):
        """Fit each chain of `data`, shape (n_chains, n_samples, ...)."""
        return self.estimate(self.statistics(data))
