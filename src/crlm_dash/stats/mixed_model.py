"""Repeated changes from baseline: a mixed model with a random intercept of each patient, by restricted likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import minimize_scalar

from crlm_dash.errors import ContractError
from crlm_dash.stats.counts import Floats, Ints, frame_of

PATTERNS = (
    "strata", "visits", "n", "base_sum", "base_squares", "change_sum", "base_changes", "sum_squares", "squares",
)  # fmt: skip
MEANS = ("strata", "visit", "n", "estimate", "std_error", "conf_low", "conf_high")
DIFFERENCES = ("comparison", "visit", "estimate", "std_error", "conf_low", "conf_high")
NOT_REPEATED = "no patient has more than one answer after baseline, so there is nothing repeated to model"
NOT_TOLD_APART = "the answers cannot tell the effects of visits, groups and baseline apart (singular)"
NOTHING_IN_COMMON = (
    "answers of one patient are no more alike than those of different patients, which this model needs (singular)"
)
NO_SPREAD = "the answers do not spread about the model at all"
_SINGULAR = 1e-10  # smallest share of an effect that the others do not explain
_NO_SHARE = 1e-6  # a smaller share of the variance, between patients or within, is none
_GRID = np.linspace(0, 0.99, 50)  # share of the variance that is between patients, where the search begins


@dataclass(frozen=True)
class MixedModel:
    """
    `means` and `differences` (see `mixed_model`); `reason` says why there are none ('' where there are).

    `between` and `within`: standard deviations of patients and of answers of one patient; `slope`: change of the change
    per point of baseline; `baseline`: the mean baseline at which means are read; `df` of the limits; `n` patients.
    """

    means: pd.DataFrame
    differences: pd.DataFrame
    reason: str = ""
    n: int = 0
    baseline: float = float("nan")
    slope: float = float("nan")
    between: float = float("nan")
    within: float = float("nan")
    df: int = 0


def mixed_model(
    patterns: pd.DataFrame, totals: pd.DataFrame, *, reference: str | None = None, conf_level: float = 0.95
) -> MixedModel:
    """
    Mean change at each visit in each group, and its difference between groups, from all answers of a patient at once.

    change = visit × group + slope × baseline + patient + rest; patient and rest are independent and normal. Fitted by
    restricted maximum likelihood. With a random intercept alone the likelihood depends on the data by sums over
    patients with the same visits only, so a million patients cost what a hundred do, and the one parameter without a
    formula (the share of the variance between patients) is found without a start value that could fail. statsmodels'
    MixedLM and R's `nlme::lme` are the oracles of the tests.

    Parameters
    ----------
    patterns : one row per group and set of visits answered: `strata`, `visits` (a sequence), `n` patients, and summed
        over them `base_sum`, `base_squares` (of the baseline b), `change_sum` (of the sum t of a patient's changes),
        `base_changes` (b × t), `sum_squares` (t²), `squares` (of every change). Groups in the order of the categories
    totals : `strata`, `visit`, `total` of the changes of each group and visit
    reference : the group others are compared with; the first one unless named
    conf_level : coverage of the limits, by Student's t with patients − groups − 1 degrees of freedom

    Returns
    -------
    `means`: strata, visit, n, estimate (at the mean baseline of all patients), std_error, conf_low, conf_high ·
    `differences`: comparison ("group vs reference"), visit, estimate (group minus reference), then the same. Both
    without rows where the model does not hold; `reason` says why.

    Raises
    ------
    ContractError : a column is absent

    Source: Laird & Ware, Biometrics 38 (1982) 963-974; Pinheiro & Bates, Mixed-Effects Models (2000), chapter 2.
    """
    absent = [name for name in PATTERNS if name not in patterns]
    if absent:
        raise ContractError(f"A mixed model needs the columns {', '.join(PATTERNS)}; there is no {', '.join(absent)}.")
    sums = _Sums(patterns, totals)
    if reason := sums.reason():
        return _without(reason, sums.n)
    share = _likeliest(sums)
    fit = sums.fitted(_ratio(share))
    if fit.scale <= 2 * sums.least or share > 1 - _NO_SHARE:
        return _without(NO_SPREAD, sums.n)
    if share < _NO_SHARE:
        return _without(NOTHING_IN_COMMON, sums.n)
    df = sums.n - len(sums.groups) - 1
    reach = float(stats.t.ppf(0.5 + conf_level / 2, df)) if df > 0 else float("nan")
    cells = np.eye(len(sums.cells), len(sums.cells) + 1)
    means = _estimates(fit, cells, reach)
    keys = {"strata": [group for group, _ in sums.cells], "visit": [visit for _, visit in sums.cells], "n": sums.size}
    first = reference if reference in sums.groups else sums.groups[0]
    parts = [_difference(fit, sums, group, first, reach) for group in sums.groups if group != first]
    return MixedModel(
        means=frame_of(MEANS, [keys | means]),
        differences=frame_of(DIFFERENCES, parts),
        n=sums.n,
        baseline=sums.baseline,
        slope=float(fit.beta[-1]),
        between=float(np.sqrt(fit.scale * _ratio(share))),
        within=float(np.sqrt(fit.scale)),
        df=df,
    )


def _without(reason: str, n: int) -> MixedModel:
    return MixedModel(frame_of(MEANS, []), frame_of(DIFFERENCES, []), reason, n)


def _ratio(share: float) -> float:
    """Variance between patients over that within, from its share of both."""
    return share / (1 - share)


@dataclass(frozen=True)
class _Fit:
    """Estimates of the cells, then the slope; `scale`: the variance within patients; `deviance` up to a constant."""

    beta: Floats
    covariance: Floats
    scale: float
    deviance: float


class _Sums:
    """Sums over patients; those with k answers apart, since their share of the random intercept is the same."""

    def __init__(self, patterns: pd.DataFrame, totals: pd.DataFrame) -> None:
        strata = pd.Categorical(patterns["strata"])
        there = set(patterns["strata"])
        self.groups = [str(group) for group in strata.categories if group in there]
        listed = [(str(group), float(visit)) for group, visit in zip(totals["strata"], totals["visit"], strict=True)]
        self.cells = sorted(
            (cell for cell in listed if cell[0] in self.groups), key=lambda cell: (self.groups.index(cell[0]), cell[1])
        )
        number = patterns["n"].to_numpy(dtype="float64")
        self.n = int(number.sum())
        self.baseline = float(patterns["base_sum"].sum() / self.n) if self.n else float("nan")
        base = patterns["base_sum"].to_numpy(dtype="float64") - number * self.baseline
        spread = patterns["base_squares"] - 2 * self.baseline * patterns["base_sum"] + number * self.baseline**2
        answers = np.array([len(visits) for visits in patterns["visits"]], dtype="float64")
        changes = patterns["change_sum"].to_numpy(dtype="float64")
        crossed = patterns["base_changes"].to_numpy(dtype="float64") - self.baseline * changes
        size = len(self.cells) + 1
        marks = np.zeros((len(patterns), size - 1))
        marks[np.repeat(np.arange(len(patterns)), answers.astype(int)), self._columns(patterns, answers)] = 1
        self.size = np.rint(number @ marks).astype("int64")
        self.squares = float(patterns["squares"].sum())
        self.x = np.zeros((size, size))
        self.x[:-1, :-1] = np.diag(number @ marks)
        self.x[-1, :-1] = self.x[:-1, -1] = base @ marks
        differing = float(answers @ spread)  # of patients who all began alike only the rounding of the sums is left
        self.x[-1, -1] = differing if differing > _SINGULAR * float(answers @ patterns["base_squares"]) else 0.0
        by_cell = dict(zip(listed, totals["total"].to_numpy(dtype="float64"), strict=True))
        self.y = np.array([*(by_cell[cell] for cell in self.cells), crossed.sum()])
        self.lengths = np.unique(answers)
        self.patients = np.array([number[answers == k].sum() for k in self.lengths])
        self.xs, self.ys, self.yy = [], [], []
        for k in self.lengths:
            here = answers == k
            mine, weight = marks[here], number[here]
            outer = np.zeros((size, size))
            outer[:-1, :-1] = mine.T @ (weight[:, None] * mine)
            outer[-1, :-1] = outer[:-1, -1] = k * (base[here] @ mine)
            outer[-1, -1] = k**2 * float(spread[here].sum())
            self.xs.append(outer)
            self.ys.append(np.append(changes[here] @ mine, k * crossed[here].sum()))
            self.yy.append(float(patterns["sum_squares"][here].sum()))

    def _columns(self, patterns: pd.DataFrame, answers: Floats) -> Ints:
        """The cell of each answer of each pattern, one pattern after the other."""
        visits = np.array(sorted({visit for _, visit in self.cells}), dtype="float64")
        place = np.full((len(self.groups), len(visits)), -1)
        for number, (group, visit) in enumerate(self.cells):
            place[self.groups.index(group), np.searchsorted(visits, visit)] = number
        row = np.array([self.groups.index(str(group)) for group in patterns["strata"]], dtype=np.int64)
        answered = np.searchsorted(visits, np.concatenate([[], *patterns["visits"]]))
        return np.asarray(place[np.repeat(row, answers.astype(int)), answered], dtype=np.int64)

    def reason(self) -> str:
        """Why no model can be fitted, as far as it is seen before; '' where one can."""
        if not self.n or self.lengths.max() < 2:
            return NOT_REPEATED
        scale = np.sqrt(np.diag(self.x))
        if not np.all(scale > 0) or self._free <= 0:
            return NOT_TOLD_APART
        least = np.linalg.eigvalsh(self.x / np.outer(scale, scale))[0]
        return NOT_TOLD_APART if least < _SINGULAR else ""

    @property
    def _free(self) -> float:
        return float(self.patients @ self.lengths) - len(self.y)

    @property
    def least(self) -> float:
        """A variance within patients that is rounding only."""
        return max(self.squares, 1.0) * _SINGULAR / self._free

    def fitted(self, ratio: float) -> _Fit:
        """The best estimates for a given ratio of the variances, with the restricted likelihood's deviance."""
        weights = ratio / (1 + self.lengths * ratio)
        x = self.x - np.tensordot(weights, self.xs, axes=1)
        y = self.y - weights @ np.array(self.ys)
        beta = np.linalg.solve(x, y)
        left = self.squares - float(weights @ np.array(self.yy)) - float(y @ beta)
        scale = max(left / self._free, self.least)
        log_det = float(np.linalg.slogdet(x)[1]) + float(self.patients @ np.log1p(self.lengths * ratio))
        return _Fit(
            beta,
            np.asarray(scale * np.linalg.inv(x), dtype=np.float64),
            scale,
            float(self._free * np.log(scale) + log_det),
        )


def _likeliest(sums: _Sums) -> float:
    """The share of the variance between patients at which the restricted likelihood is highest."""
    deviances = [sums.fitted(_ratio(share)).deviance for share in _GRID]
    best = int(np.argmin(deviances))
    low, high = _GRID[max(best - 1, 0)], _GRID[best + 1] if best + 1 < len(_GRID) else 1 - 1e-9
    found = minimize_scalar(
        lambda share: sums.fitted(_ratio(share)).deviance,
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-11},
    )
    return float(found.x)


def _estimates(fit: _Fit, contrasts: Floats, reach: float) -> dict[str, object]:
    estimate = contrasts @ fit.beta
    error = np.sqrt(np.einsum("ij,jk,ik->i", contrasts, fit.covariance, contrasts))
    return {
        "estimate": estimate, "std_error": error, "conf_low": estimate - reach * error,
        "conf_high": estimate + reach * error,
    }  # fmt: skip


def _difference(fit: _Fit, sums: _Sums, group: str, reference: str, reach: float) -> dict[str, object]:
    """The rows of one group in `differences`: at visits that both groups have."""
    place = {cell: number for number, cell in enumerate(sums.cells)}
    visits = [visit for name, visit in sums.cells if name == group and (reference, visit) in place]
    contrasts = np.zeros((len(visits), len(sums.cells) + 1))
    for row, visit in enumerate(visits):
        contrasts[row, place[group, visit]] = 1
        contrasts[row, place[reference, visit]] = -1
    return {"comparison": f"{group} vs {reference}", "visit": visits, **_estimates(fit, contrasts, reach)}
