"""The numbers of a cumulative incidence display, all from one frame of counts."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.endpoints import known_groups, too_small
from crlm_dash.analyses.framing import MIN_GROUP, table
from crlm_dash.analyses.survival_times import landmark_times, ticks
from crlm_dash.protocol import Endpoint
from crlm_dash.terms import TimeUnit

CENSORED = 0  # the cause of who has had no event
COLUMNS = {
    "curves": "strata cause time n_risk n_event estimate std_error conf_low conf_high",
    "tests": "test cause statistic df p_value",
    "first_events": "strata cause label n percent",
    "landmarks": "strata cause time n_risk estimate conf_low conf_high",
    "subdistribution": "cause comparison estimate conf_low conf_high",
    "hazard_ratio": "cause comparison estimate conf_low conf_high ph_p_value",
    "event_free": "strata time n_risk estimate",
    "at_risk": "strata time n_entered n_risk n_event n_censor",
    "overstated": "strata cause time estimate",
    "causes": "cause label kind n",
}
_NOTHING_YET = "None so far (censored)"


def estimates(
    counts: pd.DataFrame,
    causes: pd.DataFrame,
    endpoint: Endpoint,
    unit: TimeUnit,
    reference: str | None,
    *,
    tested: bool,
) -> dict[str, pd.DataFrame]:
    """Every table of the display. `tested`: groups are pre-specified and nothing is filtered."""
    times = landmark_times(endpoint, unit, counts)
    compared = known_groups(counts)
    small = too_small(compared)
    curves = stats.aalen_johansen(counts)
    tables = {
        "curves": curves,
        "tests": _tests(compared, small=small) if tested else table([], COLUMNS["tests"]),
        "first_events": _first_events(counts, causes),
        "landmarks": stats.incidence_at(counts, times),
        "event_free": _event_free(curves, counts),
        "at_risk": stats.number_at_risk(counts, ticks(counts, unit)),
    } | _ratios(compared, reference, small=small, tested=tested)
    return {name: frame[COLUMNS[name].split()] for name, frame in tables.items()}


def reading_time(landmarks: pd.DataFrame) -> float | None:
    """The last landmark with ten at risk in every group; where there is none, the first that every group reaches."""
    reached = landmarks[~landmarks["time"].isin(landmarks.loc[landmarks["estimate"].isna(), "time"])]
    thin = reached.loc[reached["n_risk"] < MIN_GROUP, "time"]
    times = sorted(reached["time"].unique())
    return max((float(time) for time in times if time not in set(thin)), default=times[0] if times else None)


def overstatement(counts: pd.DataFrame) -> pd.DataFrame:
    """1 − Kaplan–Meier of each cause, the others taken for censored: more than can ever happen."""
    parts = []
    for cause in _happened(counts):
        curve = stats.kaplan_meier(_of(counts, cause))
        parts.append(curve.assign(cause=cause, estimate=1 - curve["estimate"]))
    columns = COLUMNS["overstated"].split()
    return pd.concat(parts, ignore_index=True)[columns] if parts else table([], COLUMNS["overstated"])


def _happened(counts: pd.DataFrame) -> list[int]:
    return sorted(int(cause) for cause in counts["event"].unique() if cause != CENSORED)


def _of(counts: pd.DataFrame, cause: int) -> pd.DataFrame:
    """The counts with one cause as the event and every other as censored."""
    return counts.assign(event=(counts["event"] == cause).astype(int))


def _event_free(curves: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """The rest: who has had none of the causes."""
    if curves.empty:
        alone = stats.kaplan_meier(counts)
        return alone[COLUMNS["event_free"].split()]
    first: pd.DataFrame = curves.loc[curves["cause"] == curves["cause"].iloc[0], ["strata", "time", "n_risk"]]
    sizes = first.groupby("strata", sort=False).size()
    # every cause of a group has the group's times, so its curves are a rectangle
    shares, n_causes, row = curves["estimate"].to_numpy(), curves["cause"].nunique(), 0
    rest = []
    for size in sizes:
        end = row + n_causes * size
        rest.append(1 - shares[row:end].reshape(n_causes, size).sum(axis=0))
        row = end
    estimate = np.maximum(np.concatenate(rest), 0)
    return first.assign(estimate=estimate).reset_index(drop=True)


def _first_events(counts: pd.DataFrame, causes: pd.DataFrame) -> pd.DataFrame:
    """How many of each group had each cause first, and how many none so far: they sum to the group."""
    n: Counter[tuple[str, int]] = Counter()
    for group, cause, number in zip(counts["strata"], counts["event"], counts["n"], strict=True):
        n[group, cause] += number
    labels = {**dict(zip(causes["cause"], causes["label"], strict=True)), CENSORED: _NOTHING_YET}
    rows = []
    for group in counts["strata"].cat.categories:
        size = sum(n[group, cause] for cause in labels)
        for cause, label in labels.items():
            number = n[group, cause]
            rows.append((group, int(cause), label, int(number), 100 * number / size if size else float("nan")))
    return table(rows, COLUMNS["first_events"])


def _tests(counts: pd.DataFrame, *, small: bool) -> pd.DataFrame:
    found = stats.gray_test(counts)
    return found.assign(statistic=float("nan"), p_value=float("nan")) if small else found


def _ratios(counts: pd.DataFrame, reference: str | None, *, small: bool, tested: bool) -> dict[str, pd.DataFrame]:
    """Subdistribution and cause-specific ratios of each cause; blank where a group is too small."""
    groups = counts["strata"].cat.categories
    against = reference if reference in groups else None
    causes = _happened(counts) if len(groups) > 1 else []
    together = {cause: stats.fine_gray(counts, cause=cause, reference=against) for cause in causes}
    specific = {cause: stats.hazard_ratio(_of(counts, cause), reference=against) for cause in causes}
    hidden = ("ph_p_value",) if not tested else ()
    return {
        "subdistribution": _below(together, COLUMNS["subdistribution"].split(), blank=small),
        "hazard_ratio": _below(specific, COLUMNS["hazard_ratio"].split(), blank=small, hidden=hidden),
    }


def _below(
    parts: dict[int, pd.DataFrame], columns: list[str], *, blank: bool, hidden: tuple[str, ...] = ()
) -> pd.DataFrame:
    """The ratios of every cause in one frame; all of them missing where `blank`, the `hidden` columns always."""
    missing = dict.fromkeys(columns[2:] if blank else hidden, float("nan"))
    rows = [{**row, "cause": cause, **missing} for cause, frame in parts.items() for row in frame.to_dict("records")]
    return pd.DataFrame(rows, columns=columns)
