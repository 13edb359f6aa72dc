"""Gray's test for equal cumulative incidences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from crlm_dash.stats.competing import tied_share
from crlm_dash.stats.counts import Floats, Group, frame_of, groups_of
from crlm_dash.stats.log_rank import event_table

GRAY = ("test", "cause", "statistic", "df", "p_value")


@dataclass(frozen=True)
class Table:
    """At each event time (rows) of each group (columns): at risk, events of the cause, of the others."""

    n: Floats
    own: Floats
    other: Floats
    before: Floats  # probability of no event yet, just before the time
    after: Floats  # and just after it
    incidence: Floats  # of the cause, just before the time


def gray_test(counts: pd.DataFrame) -> pd.DataFrame:
    """
    Gray's test that the cumulative incidence of a cause is the same in all groups (rho = 0).

    Parameters
    ----------
    counts : see `aalen_johansen`

    Returns
    -------
    One row per cause: `test`, `cause`, `statistic` (chi-square), `df`, `p_value`, equal to R's
    `cmprsk::cuminc`. Missing with delayed entry, for which the test is not defined, and where nothing can
    be compared. No row when fewer than two groups hold a subject.

    Source: Gray, Ann Stat 16 (1988) 1141-1154.
    """
    groups = [group for group in groups_of(counts, causes=True) if group.size]
    causes = sorted({int(cause) for group in groups for cause in np.unique(group.event)} - {0})
    parts: list[dict[str, object]] = []
    for cause in causes if len(groups) > 1 else []:
        statistic, df = _statistic(groups, cause), len(groups) - 1
        p_value = float(stats.chi2.sf(statistic, df))
        values = ("Gray", cause, statistic, df, p_value)
        parts.append({name: [value] for name, value in zip(GRAY, values, strict=True)})
    return frame_of(GRAY, parts)


def _statistic(groups: Sequence[Group], cause: int) -> float:
    """The chi-square of one cause; missing where it is not defined."""
    if any(group.delayed for group in groups):
        return float("nan")
    table = _table(groups, cause)
    score, variance = _score_and_variance(table)
    kept, matrix = score[:-1], variance[:-1, :-1]
    if np.linalg.matrix_rank(matrix) < len(kept):
        return float("nan")
    return float(kept @ np.linalg.solve(matrix, kept))


def _table(groups: Sequence[Group], cause: int) -> Table:
    """Risk sets and curves of every group at the event times of all."""
    time, n, events = event_table(groups)
    own = np.column_stack([group.risk_sets(time, cause).n_event for group in groups])
    at_risk = np.maximum(n, 1)
    after = np.cumprod(1 - events / at_risk, axis=0)
    one, nothing = np.ones((1, len(groups))), np.zeros((1, len(groups)))
    before = np.vstack((one, after[:-1]))
    incidence = np.cumsum(before * own / at_risk, axis=0)
    return Table(n, own, events - own, before, np.asarray(after), np.vstack((nothing, incidence[:-1])))


def _score_and_variance(table: Table) -> tuple[Floats, Floats]:
    """Observed minus expected events of the cause, and their variance when the incidences are equal."""
    n, present = table.n, table.n > 0
    d = table.own.sum(axis=1)
    weight = np.divide(n, table.before, out=np.zeros_like(n), where=present)
    total = weight.sum(axis=1)
    still = weight * (1 - table.incidence)
    score = (table.own - d[:, None] * still / still.sum(axis=1, keepdims=True)).sum(axis=0)
    common = np.cumsum(d / total)  # the incidence that all groups would share
    earlier = np.concatenate(([0.0], common[:-1]))
    now = np.einsum("ti,ij->tij", weight, np.eye(n.shape[1]))
    now -= weight[:, :, None] * weight[:, None, :] / total[:, None, None]
    so_far = np.cumsum(now * (d / (total * (1 - earlier)))[:, None, None], axis=0)
    share = np.divide((1 - common)[:, None], table.after, out=np.zeros_like(n), where=table.after > 0)
    ties = tied_share(np.broadcast_to(d[:, None], n.shape), total[:, None] * table.before)
    due = np.divide(table.before * d[:, None] * ties, total[:, None] * n, out=np.zeros_like(n), where=present)
    lost = table.before**2 * table.other * tied_share(table.other, n) / np.maximum(n, 1) ** 2
    lost = np.where(table.after > 0, lost, 0.0)
    return score, _variance(now, so_far, 1 - share, due, share, lost)


def _variance(now: Floats, so_far: Floats, own: Floats, due: Floats, other: Floats, lost: Floats) -> Floats:
    """
    Variance of the score: the martingales of both kinds of event, squared and summed.

    An event of group k at s moves the score of group i by `now` and, through the curves after it, by
    c(end) - c(s) times its part (`own`, `other`); the terms in c(end) are collected last.
    """
    end = so_far[-1]
    move = now - so_far * own[:, None, :]
    drift = -so_far * other[:, None, :]
    variance = np.einsum("tik,tjk,tk->ij", move, move, due) + np.einsum("tik,tjk,tk->ij", drift, drift, lost)
    cross = np.einsum("tik,tk->ik", move, own * due) + np.einsum("tik,tk->ik", drift, other * lost)
    square = (own**2 * due + other**2 * lost).sum(axis=0)
    mixed = end @ cross.T
    return np.asarray(variance + (end * square) @ end.T + mixed + mixed.T)
