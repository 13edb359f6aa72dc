"""The numbers of a cumulative incidence display, all from one frame of counts."""

from __future__ import annotations

from collections.abc import Callable

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
    curves = stats.aalen_johansen(counts)
    tables = {
        "curves": curves,
        "tests": _tests(compared) if tested else table([], COLUMNS["tests"]),
        "first_events": _first_events(counts, causes),
        "landmarks": stats.incidence_at(counts, times),
        "event_free": _event_free(curves, counts),
        "at_risk": stats.number_at_risk(counts, ticks(counts, unit)),
    } | _ratios(compared, reference, tested=tested)
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
    n = counts.groupby(["strata", "event"], observed=True)["n"].sum()
    labels = {**dict(zip(causes["cause"], causes["label"], strict=True)), CENSORED: _NOTHING_YET}
    rows = []
    for group in counts["strata"].cat.categories:
        size = int(counts.loc[counts["strata"] == group, "n"].sum())
        for cause, label in labels.items():
            number = int(n.get((group, cause), 0))
            rows.append((group, int(cause), label, number, 100 * number / size if size else float("nan")))
    return table(rows, COLUMNS["first_events"])


def _tests(counts: pd.DataFrame) -> pd.DataFrame:
    found = stats.gray_test(counts)
    return found.assign(statistic=float("nan"), p_value=float("nan")) if too_small(counts) else found


def _ratios(counts: pd.DataFrame, reference: str | None, *, tested: bool) -> dict[str, pd.DataFrame]:
    """Subdistribution and cause-specific ratios of each cause; blank where a group is too small."""
    if len(counts["strata"].cat.categories) < 2:
        return {name: table([], COLUMNS[name]) for name in ("subdistribution", "hazard_ratio")}
    reference = reference if reference in counts["strata"].cat.categories else None
    causes = _happened(counts)
    specific = _each(causes, lambda cause: stats.hazard_ratio(_of(counts, cause), reference=reference))
    together = _each(causes, lambda cause: stats.fine_gray(counts, cause=cause, reference=reference))
    found = {"subdistribution": together, "hazard_ratio": specific}
    if too_small(counts):
        kept = ("cause", "comparison")
        found = {name: frame.assign(**_blank(frame, kept)) for name, frame in found.items()}
    if not tested:
        found["hazard_ratio"] = found["hazard_ratio"].assign(ph_p_value=float("nan"))
    return {name: frame.reindex(columns=COLUMNS[name].split()) for name, frame in found.items()}


def _each(causes: list[int], fitted: Callable[[int], pd.DataFrame]) -> pd.DataFrame:
    parts = [fitted(cause).assign(cause=cause) for cause in causes]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"cause": [], "comparison": []})


def _blank(frame: pd.DataFrame, kept: tuple[str, ...]) -> dict[str, float]:
    return {str(name): float("nan") for name in frame.columns if name not in kept}
