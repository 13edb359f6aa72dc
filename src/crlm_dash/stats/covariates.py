"""Covariates of a regression: checked, coded against their reference level, one row per pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crlm_dash.errors import ContractError, RequestError
from crlm_dash.stats.counts import Floats, Group, Ints, check_counts, columns_of


@dataclass(frozen=True)
class Column:
    """One coefficient: its covariate, its level ("" for a number) and its value in every row."""

    covariate: str
    level: str
    value: Floats
    scale: float = 1.0  # the value was divided by it: coefficients are of about unit size


@dataclass(frozen=True)
class Design:
    """Everyone at risk, with the covariates of each row."""

    rows: Group
    frame: pd.DataFrame  # the same rows, with their covariates
    stratum: Ints

    @classmethod
    def of(cls, counts: pd.DataFrame, covariates: Sequence[str], strata: Sequence[str] = ()) -> Design:
        """The rows of `counts` at risk, once their covariates are found to be what they must."""
        check_counts(counts, ("time", "entry", "event", "n", *covariates, *strata))
        for name in covariates:
            _check_covariate(counts[name])
        unnamed = [name for name in strata if counts[name].isna().any()]
        if unnamed:
            raise ContractError(f"counts, {unnamed[0]}: a stratum has no name; name missing values '(missing)'.")
        time, entry, event, n = columns_of(counts)
        used = (time > entry) & (n > 0)
        frame = counts[used].reset_index(drop=True)
        rows = Group("", time[used], entry[used], event[used].astype(np.int64), n[used])
        number = frame.groupby(list(strata), observed=True).ngroup().to_numpy() if strata else np.zeros(len(frame))
        return cls(rows, frame, number.astype(np.int64))

    def columns(self, covariate: str) -> list[Column]:
        """The coefficients of a covariate: one, or one for each level but the reference."""
        value = self.frame[covariate]
        if isinstance(value.dtype, pd.CategoricalDtype):
            codes = value.cat.codes.to_numpy()
            return [
                Column(covariate, str(level), (codes == number).astype(float))
                for number, level in enumerate(value.cat.categories)
                if number
            ]
        numbers = value.to_numpy(dtype=float)
        total = max(float(self.rows.n.sum()), 1.0)
        centred = numbers - float(self.rows.n @ numbers) / total
        spread = float(np.sqrt(self.rows.n @ centred**2 / total))
        if spread <= 1e-12 * np.abs(numbers).max(initial=0):  # a constant, but for the rounding of its mean
            return [Column(covariate, "", np.zeros(len(numbers)))]
        return [Column(covariate, "", centred / spread, spread)]

    def _codes(self, covariate: str) -> Ints:
        """A whole number for every value of a covariate, in their order."""
        value = self.frame[covariate]
        if isinstance(value.dtype, pd.CategoricalDtype):
            return value.cat.codes.to_numpy().astype(np.int64)
        return np.asarray(np.unique(value.to_numpy(), return_inverse=True)[1])

    def patterns(self, covariates: Sequence[str], columns: Sequence[Column]) -> tuple[Ints, Floats]:
        """Which pattern each row has, and the values of `columns` in each pattern."""
        pattern = np.zeros(len(self.frame), np.int64)
        for name in covariates:  # one by one: pandas' groupby took a third of the time of a small model
            each = self._codes(name)
            pattern = np.unique(pattern * (each.max(initial=0) + 1) + each, return_inverse=True)[1]
        size = int(pattern.max(initial=-1)) + 1
        x = np.zeros((size, len(columns)))
        for place, column in enumerate(columns):
            x[pattern, place] = column.value
        return pattern, x


def levels_of(counts: pd.DataFrame, column: str) -> list[str]:
    """
    The levels of a categorical covariate, the reference first.

    Parameters
    ----------
    counts, column : the frame, and the covariate

    Returns
    -------
    Their names.

    Raises
    ------
    ContractError : the column is absent, is not categorical or holds missing values
    """
    check_counts(counts, ("time", "entry", "event", "n", column))
    _check_covariate(counts[column])
    if not isinstance(counts[column].dtype, pd.CategoricalDtype):
        raise ContractError(f"counts, {column}: numbers have no levels; group them, and give them as a categorical.")
    return [str(level) for level in counts[column].cat.categories]


def check_names(names: Sequence[str]) -> None:
    """
    Refuse a model without covariates, or with one named twice.

    Parameters
    ----------
    names : covariates and strata

    Raises
    ------
    RequestError : the message says which name is at fault
    """
    if not names:
        raise RequestError("A Cox regression needs at least one covariate.")
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise RequestError(f"A column can be in a model once; {', '.join(twice)} is there more often.")


def _check_covariate(value: pd.Series) -> None:
    """Raise `ContractError` unless the covariate is known for everyone, and is a number or has levels."""
    missing = int(value.isna().sum())
    if missing:
        raise ContractError(
            f"counts, {value.name}: missing in {missing} row(s); leave them out and say how many, or make it a level."
        )
    if isinstance(value.dtype, pd.CategoricalDtype):
        return
    if not pd.api.types.is_numeric_dtype(value.dtype):
        raise ContractError(
            f"counts, {value.name}: text has no reference level; give it as a categorical, the reference first."
        )
    if not np.isfinite(value.to_numpy(dtype=float)).all():
        raise ContractError(f"counts, {value.name}: a number that is not finite.")
