"""Aggregated counts, checked and split into groups: where every estimate of survival starts.

A frame `counts` has one row per distinct combination of `strata`, `time`, `entry` and `event`, and `n`, the
number of subjects who share it. A subject is at risk in (entry, time]: from just after entry up to and
including the time itself. Who is never at risk (time <= entry) contributes nothing; the caller reports them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from crlm_dash.errors import ContractError, RequestError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

COLUMNS = ("strata", "time", "entry", "event", "n")


@dataclass(frozen=True)
class RiskSets:
    """At each of `time`: who is at risk just before it, who has the event and who is censored at it."""

    time: Floats
    n_risk: Floats
    n_event: Floats
    n_censor: Floats


@dataclass(frozen=True)
class Group:
    """The subjects of one group who are ever at risk, an element a row of counts; `event` holds the cause."""

    name: str
    time: Floats
    entry: Floats
    event: Ints
    n: Floats

    @property
    def size(self) -> int:
        """How many subjects are ever at risk."""
        return int(self.n.sum())

    @property
    def last_time(self) -> float:
        """The end of follow-up; missing where there is nobody."""
        return float(self.time.max()) if len(self.time) else np.nan

    @property
    def delayed(self) -> bool:
        """Whether anyone comes under observation later than time 0."""
        return bool(np.any(self.entry > 0))

    def only(self, rows: npt.NDArray[np.bool_]) -> Group:
        """Some of its rows."""
        return Group(self.name, self.time[rows], self.entry[rows], self.event[rows], self.n[rows])

    def entered(self, times: Floats) -> Floats:
        """Subjects entered before each time; at time 0 those who are there from the start."""
        return _number_before(self.entry, self.n, times) + np.where(times == 0, self.n[self.entry == 0].sum(), 0.0)

    def left(self, times: Floats, cause: int | None = None) -> Floats:
        """Subjects whose time, by `cause` (0 censored; None whatever the cause), lies before each time."""
        mine = np.full(len(self.event), True) if cause is None else self.event == cause
        return _number_before(self.time[mine], self.n[mine], times)

    def risk_sets(self, times: Floats | None = None, cause: int | None = None) -> RiskSets:
        """Risk sets at `times` (increasing), by default the distinct times of this group."""
        at = np.unique(self.time) if times is None else times
        row = np.searchsorted(at, self.time)
        inside = row < len(at)
        inside[inside] = at[row[inside]] == self.time[inside]
        happened = self.event > 0 if cause is None else self.event == cause

        def total(mine: npt.NDArray[np.bool_]) -> Floats:
            return np.bincount(row[mine], weights=self.n[mine], minlength=len(at)).astype(float)

        n_risk = self.entered(at) - self.left(at)
        return RiskSets(at, n_risk, total(inside & happened), total(inside & (self.event == 0)))


def _number_before(points: Floats, n: Floats, times: Floats) -> Floats:
    """Sum of `n` over the points before each time."""
    order = np.argsort(points, kind="stable")
    total = np.concatenate(([0.0], np.cumsum(n[order])))
    return np.asarray(total[np.searchsorted(points[order], times)])


def groups_of(counts: pd.DataFrame, *, causes: bool = False) -> list[Group]:
    """
    The groups of `counts`, checked, in the order of a categorical `strata` and otherwise sorted by name.

    Parameters
    ----------
    counts : columns `strata`, `time`, `entry`, `event`, `n`
    causes : whether `event` may hold numbers of causes; otherwise it must be 0 or 1

    Returns
    -------
    One `Group` a group; an unused category is a group of nobody.

    Raises
    ------
    ContractError : a column is absent or holds what it may not
    """
    check_counts(counts, causes=causes)
    strata = counts["strata"]
    if strata.isna().any():
        raise ContractError("counts, strata: a group has no name; name missing values '(missing)'.")
    if isinstance(strata.dtype, pd.CategoricalDtype):
        code, names = strata.cat.codes.to_numpy(), list(strata.cat.categories)
    else:
        code, found = pd.factorize(strata, sort=True)
        names = list(found)
    time, entry, event, n = columns_of(counts)
    used = (time > entry) & (n > 0)

    def group(number: int, name: object) -> Group:
        mine = used & (code == number)
        return Group(str(name), time[mine], entry[mine], event[mine].astype(np.int64), n[mine])

    return [group(number, name) for number, name in enumerate(names)]


def columns_of(counts: pd.DataFrame) -> list[Floats]:
    """
    The numbers of every row.

    Parameters
    ----------
    counts : see `groups_of`

    Returns
    -------
    Its columns `time`, `entry`, `event` and `n`.
    """
    return [counts[name].to_numpy(dtype=float) for name in COLUMNS[1:]]


def check_counts(counts: pd.DataFrame, columns: Sequence[str] = COLUMNS, *, causes: bool = False) -> None:
    """
    Refuse counts that are not what this room was promised.

    Parameters
    ----------
    counts : see `groups_of`
    columns : what must be there
    causes : whether `event` may hold numbers of causes

    Raises
    ------
    ContractError : a column is absent or holds what it may not
    """
    absent = [name for name in columns if name not in counts.columns]
    if absent:
        raise ContractError(f"counts: column {', '.join(absent)} is absent; there are {list(counts.columns)}.")
    promises: dict[str, tuple[str, Callable[[Floats], npt.NDArray[np.bool_]]]] = {
        "time": ("a finite number above 0", lambda value: np.isfinite(value) & (value > 0)),
        "entry": ("a finite number, 0 or more", lambda value: np.isfinite(value) & (value >= 0)),
        "event": (
            "0 or the number of a cause" if causes else "0 (censored) or 1 (event)",
            lambda value: np.isin(value, (0, 1)) | (causes & (value > 1) & (value == np.floor(value))),
        ),
        "n": ("a whole number, 0 or more", lambda value: (value >= 0) & (value == np.floor(value))),
    }
    for name, (promise, holds) in promises.items():
        value = counts[name].to_numpy(dtype=float)
        broken = ~holds(value)
        if broken.any():
            found = value[broken][0]
            raise ContractError(f"counts, {name}: {found:g} in {broken.sum()} row(s) is not {promise}.")


def reference_first(groups: Sequence[Group], reference: str | None) -> list[Group]:
    """
    The groups, the one that the others are compared with in front.

    Parameters
    ----------
    groups : the groups in their fixed order
    reference : name of the group to compare with; by default the first

    Returns
    -------
    The same groups, the reference first.

    Raises
    ------
    RequestError : there is no such group; the message says which there are
    """
    if reference is None:
        return list(groups)
    if reference not in [group.name for group in groups]:
        names = ", ".join(group.name for group in groups)
        raise RequestError(f"'{reference}' is not a group here. There are: {names or 'none'}.")
    return sorted(groups, key=lambda group: group.name != reference)


def pooled(groups: Sequence[Group]) -> Group:
    """
    Everyone as one group.

    Parameters
    ----------
    groups : the groups, at least one

    Returns
    -------
    The rows of the first, of the second, and so on.
    """
    parts = [(group.time, group.entry, group.event, group.n) for group in groups]
    return Group("", *(np.concatenate(column) for column in zip(*parts, strict=True)))


def frame_of(columns: Sequence[str], parts: Sequence[dict[str, object]]) -> pd.DataFrame:
    """
    One frame of results from the groups' parts.

    Parameters
    ----------
    columns : names of the columns, in order
    parts : one dictionary of columns a group

    Returns
    -------
    The parts one below the other; with no part, the columns without a row.
    """
    # Column by column: a frame for each part, put together by pandas, took most of a small trial's time.
    lengths = [_rows_in(part) for part in parts]
    found = {}
    for name in columns:
        kind = _column_type(name)
        values = [
            np.broadcast_to(np.asarray(part.get(name, np.nan), dtype=kind), (length,))
            for part, length in zip(parts, lengths, strict=True)
        ]
        found[name] = np.concatenate(values) if values else np.empty(0, dtype=kind)
    return pd.DataFrame(found)


def _rows_in(part: dict[str, object]) -> int:
    """How many rows a part stands for; what is no list holds for all of them."""
    sizes = [len(value) for value in part.values() if isinstance(value, Sized) and not isinstance(value, str)]
    return sizes[0] if sizes else 1


def _column_type(name: str) -> str:
    """The type of a result column: text for names, whole numbers for counts, otherwise a number."""
    if name in ("strata", "comparison", "test", "covariate", "level"):
        return "object"
    if name == "reference":
        return "bool"
    return "int64" if name.startswith(("n_", "df_")) or name in ("n", "df", "cause") else "float64"


def whole(values: Floats) -> Ints:
    """
    Counts as whole numbers.

    Parameters
    ----------
    values : numbers that are whole but for rounding

    Returns
    -------
    The same, as integers.
    """
    return np.rint(values).astype(np.int64)


def times_array(times: Sequence[float] | Floats) -> Floats:
    """
    Times asked for, checked.

    Parameters
    ----------
    times : times in any order

    Returns
    -------
    The distinct times, increasing.

    Raises
    ------
    RequestError : a time is negative or not finite
    """
    asked = np.unique(np.asarray(times, dtype=float))
    if not np.all(asked >= 0) or not np.all(np.isfinite(asked)):
        raise RequestError(f"Times must be finite and 0 or later; found {', '.join(f'{t:g}' for t in asked)}.")
    return asked
