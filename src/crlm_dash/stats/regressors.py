"""The columns of a regression fitted in many draws at once: the same in every draw, or each draw's own."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from crlm_dash.stats.counts import Floats


class Regressors:
    """Columns of the subjects, (subjects, k) the same in every draw, or (draws, subjects, k) each draw's own."""

    def __init__(self, value: Floats) -> None:
        """`value`: see the class."""
        self.value = value
        self.size = value.shape[-1]
        self._own = value.ndim == 3

    @property
    def first(self) -> Floats:
        """(subjects, k) those of the first draw."""
        return self.value[0] if self._own else self.value

    def times(self, coefficients: Floats) -> Floats:
        """(draws, subjects) the sum of coefficients (draws, k) times columns."""
        if self._own:
            return np.asarray(np.matmul(self.value, coefficients[:, :, None])[..., 0])
        return np.asarray(coefficients @ self.value.T)

    def summed(self, weights: Floats) -> Floats:
        """(draws, k) each column summed over the subjects with weights (draws, subjects)."""
        if self._own:
            return np.asarray(np.matmul(weights[:, None, :], self.value)[:, 0])
        return np.asarray(weights @ self.value)

    def crossed(self, weights: Floats) -> Floats:
        """(draws, k, k) products of any two columns summed over the subjects with weights (draws, subjects)."""
        if self._own:
            return np.asarray(np.matmul((self.value * weights[:, :, None]).swapaxes(1, 2), self.value))
        return np.asarray((weights @ self._products).reshape(-1, self.size, self.size))

    @cached_property
    def _products(self) -> Floats:
        return np.asarray((self.value[:, :, None] * self.value[:, None, :]).reshape(len(self.value), self.size**2))


def beside(first: Floats, x: Floats) -> Floats:
    """
    A column, the same in every draw, before other columns.

    Parameters
    ----------
    first : (subjects)
    x : (subjects, k), or (draws, subjects, k)

    Returns
    -------
    The columns, one more than `x` has.
    """
    return np.concatenate((np.broadcast_to(first[:, None], (*x.shape[:-1], 1)), x), axis=-1)
