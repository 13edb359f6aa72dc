"""The subdistribution hazard ratio of Fine and Gray, from aggregated counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from crlm_dash.errors import RequestError
from crlm_dash.stats.counts import Floats, Group, frame_of, groups_of, reference_first
from crlm_dash.stats.cox import precedes, unbounded, wald
from crlm_dash.stats.newton import maximum
from crlm_dash.stats.still_observed import StillObserved

FINE_GRAY = ("comparison", "cause", "estimate", "conf_low", "conf_high", "p_value")

NO_SPREAD = 1e-12  # a robust variance that is this share of the model's is rounding of 0


@dataclass(frozen=True)
class Subdistribution:
    """At each time of the event of interest (rows) in each group (columns): at risk, weighted, and events."""

    time: Floats
    n_risk: Floats
    n_event: Floats
    weight: Floats  # of being still observed just before the time

    def of(self, inside: npt.NDArray[np.bool_]) -> Subdistribution:
        """The same of some of the groups, at the times of their events."""
        mine = self.n_event[:, inside].sum(axis=1) > 0
        return Subdistribution(
            self.time[mine], self.n_risk[mine][:, inside], self.n_event[mine][:, inside], self.weight[mine]
        )

    def shares(self, beta: Floats) -> Floats:
        """Each group's probability, but the reference's, that an event at this time is its own."""
        weighted = self.n_risk * np.exp(np.concatenate(([0.0], beta)))
        return np.asarray(weighted[:, 1:] / weighted.sum(axis=1, keepdims=True))

    def likelihood(self, beta: Floats) -> tuple[float, Floats, Floats]:
        """Breslow's log-likelihood, its score and its information."""
        total = self.n_risk @ np.exp(np.concatenate(([0.0], beta)))
        mine, tied = self.n_event[:, 1:].sum(axis=0), self.n_event.sum(axis=1)
        shares = self.shares(beta)
        expected = tied @ shares
        information = np.diag(expected) - (shares * tied[:, None]).T @ shares
        return float(mine @ beta - tied @ np.log(total)), mine - expected, information


def fine_gray(
    counts: pd.DataFrame, *, cause: int, reference: str | None = None, conf_level: float = 0.95
) -> pd.DataFrame:
    """
    Subdistribution hazard ratio of each group to the reference for one cause (Fine and Gray).

    Who has had a competing event stays at risk, with the probability of being still under observation:
    G(t-) H(t-) over its value at the competing event, G the Kaplan–Meier curve of the time to censoring and
    H, under delayed entry, the product-limit distribution of entry; both pooled over the groups. Ties are
    Breslow's.

    Without delayed entry estimate and variance are those of R's `cmprsk::crr`: G counts the tied events
    among those at risk of censoring, and the variance is Fine and Gray's robust one, which allows for the
    estimation of G. With delayed entry they are those of `survival::finegray` and
    `coxph(ties = "breslow", cluster = id)`: tied events leave before the censored, and the variance is the
    robust one that takes the weights as known.

    Parameters
    ----------
    counts : see `aalen_johansen`; delayed entry is respected
    cause : the event of interest; all others but 0 compete with it
    reference : the group to compare with; by default the first
    conf_level : coverage of the limits

    Returns
    -------
    One row per other group: `comparison` ("group vs reference"), `cause`, `estimate` (subdistribution hazard
    ratio), `conf_low`, `conf_high`, `p_value` (Wald). As in `hazard_ratio` the estimate is 0 or infinite
    where the likelihood has no maximum, and missing where nothing can be compared or where the weights are
    not defined (a competing event at a time when the rest of the data say that nobody can be under
    observation). Limits and p-value are missing too where the robust variance is 0 (all have the event at
    one time): no error is not certainty.

    Raises
    ------
    ContractError : a column is absent or holds what it may not
    RequestError : there is no group `reference`, or `cause` is not the number of a cause

    Source: Fine & Gray, JASA 94 (1999) 496-509; Geskus, Biometrics 67 (2011) 39-49 for delayed entry.
    """
    if cause < 1:
        raise RequestError(f"A cause is a whole number above 0 (0 is censored); found {cause}.")
    groups = reference_first(groups_of(counts, causes=True), reference)
    if len(groups) < 2:
        return frame_of(FINE_GRAY, [])
    observed = StillObserved.of(groups)
    table = _table(groups, cause, observed)
    values = [(np.nan,) * 4] * (len(groups) - 1) if table is None else _rows(groups, cause, table, observed, conf_level)
    parts: list[dict[str, object]] = []
    for group, found in zip(groups[1:], values, strict=True):
        named = zip(FINE_GRAY[2:], ([value] for value in found), strict=True)
        parts.append({"comparison": [f"{group.name} vs {groups[0].name}"], "cause": [cause], **dict(named)})
    return frame_of(FINE_GRAY, parts)


def _competing(group: Group, cause: int) -> Group:
    """Those of a group who have had another event."""
    return group.only((group.event > 0) & (group.event != cause))


def _table(groups: Sequence[Group], cause: int, observed: StillObserved) -> Subdistribution | None:
    """The weighted risk sets; none where a weight is not defined."""
    time = np.unique(np.concatenate([group.time[group.event == cause] for group in groups]))
    weight = observed.before(time)
    columns = []
    for group in groups:
        kept = _competing(group, cause)
        kept = kept.only(kept.time < time.max(initial=0))
        at_kept = observed.before(kept.time)
        if np.any(at_kept == 0):
            return None
        order = np.argsort(kept.time, kind="stable")
        total = np.concatenate(([0.0], np.cumsum((kept.n / at_kept)[order])))
        still = total[np.searchsorted(kept.time[order], time)]
        columns.append(group.entered(time) - group.left(time) + weight * still)
    events = [group.risk_sets(time, cause).n_event for group in groups]
    return Subdistribution(time, np.column_stack(columns), np.column_stack(events), weight)


def _rows(
    groups: Sequence[Group], cause: int, table: Subdistribution, observed: StillObserved, conf_level: float
) -> list[tuple[float, ...]]:
    """Estimate, limits and p-value of each group but the first."""
    ahead = precedes(table.n_risk, table.n_event)
    inside = ahead[0] & ahead[:, 0]
    fitted = table.of(inside)
    top = maximum(fitted.likelihood, int(inside.sum()) - 1)
    scores = _scores(groups, inside, cause, fitted, top.at, observed)
    middle = sum((score * group.n[:, None]).T @ score for score, group in zip(scores, groups, strict=True))
    variance = np.diag(top.covariance @ middle @ top.covariance)
    error = np.sqrt(np.where(variance > NO_SPREAD * np.diag(top.covariance), variance, np.nan))
    found = iter(wald(top.at, error, conf_level))
    return [
        next(found) if inside[number] else (unbounded(ahead, number), *[np.nan] * 3) for number in range(1, len(groups))
    ]


def _scores(
    groups: Sequence[Group],
    inside: npt.NDArray[np.bool_],
    cause: int,
    table: Subdistribution,
    beta: Floats,
    observed: StillObserved,
) -> list[Floats]:
    """What a subject of each row of each group adds to the score of the groups fitted (`inside`)."""
    ratio = np.exp(np.concatenate(([0.0], beta)))
    shares = table.shares(beta)
    hazard = table.n_event.sum(axis=1) / (table.n_risk @ ratio)
    column = np.cumsum(inside) - 1
    scores, moves, kept = [], [], []
    for number, group in enumerate(groups):
        if not inside[number]:
            scores.append(np.zeros((len(group.n), len(beta))))
            continue
        place = np.eye(len(ratio))[column[number], 1:]
        move = (place - shares) * (hazard * ratio[column[number]])[:, None]
        scores.append(_own_score(group, cause, table, place - shares, move, observed))
        moves.append(move * table.weight[:, None])
        kept.append(_competing(group, cause))
    if observed.delayed:
        return scores
    pull = observed.pull(table.time, moves, kept)
    return [score + observed.censoring_score(group, pull) for score, group in zip(scores, groups, strict=True)]


def _own_score(
    group: Group, cause: int, table: Subdistribution, gain: Floats, move: Floats, observed: StillObserved
) -> Floats:
    """What a subject of each row of a group gains by its event, less what being at risk, weighted, costs."""
    until = np.searchsorted(table.time, group.time, side="right")
    since = np.searchsorted(table.time, group.entry, side="right")
    total = np.vstack((np.zeros((1, move.shape[1])), np.cumsum(move, axis=0)))
    score = np.asarray(total[since] - total[until])
    happened = group.event == cause
    score[happened] += gain[until[happened] - 1]
    other = (group.event > 0) & ~happened & (until < len(table.time))
    to_come = np.cumsum((move * table.weight[:, None])[::-1], axis=0)[::-1]
    score[other] -= to_come[until[other]] / observed.before(group.time[other])[:, None]
    return score
