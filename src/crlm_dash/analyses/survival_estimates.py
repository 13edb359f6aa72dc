"""Everything that is read off the counts of a survival display, table by table."""

from __future__ import annotations

import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.endpoints import COUNTED, known_groups, too_small
from crlm_dash.analyses.framing import table
from crlm_dash.analyses.survival_times import landmark_times, restricted_horizon, ticks
from crlm_dash.protocol import Endpoint
from crlm_dash.terms import TimeUnit, is_event

COLUMNS = {
    "curves": "strata time n_risk n_event n_censor estimate std_error conf_low conf_high",
    "summary": "strata n n_event median conf_low conf_high followup_median",
    "landmarks": "strata time n_risk estimate conf_low conf_high",
    "differences": "comparison time estimate conf_low conf_high",
    "tests": "test statistic df p_value",
    "hazard_ratio": "comparison estimate conf_low conf_high ph_p_value",
    "rmst": "strata horizon estimate std_error conf_low conf_high",
    "rmst_difference": "comparison horizon estimate std_error conf_low conf_high",
    "at_risk": "strata time n_entered n_risk n_event n_censor",
    "maturity": "strata n n_event share_event horizon n_followed share_followed",
    "band": "time conf_low conf_high",
    "naive": "strata time estimate",
    "published": "study group n endpoint origin time estimate conf_low conf_high source",
}


_EMPTY = {name: table([], columns) for name, columns in COLUMNS.items()}


def empty_tables() -> dict[str, pd.DataFrame]:
    """Every table of the display, with its columns and without a row."""
    return dict(_EMPTY)


def counts_of(found: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """Counts as `stats` takes them, groups in the order shown."""
    strata = pd.Categorical(found["strata"], categories=order)
    return found.assign(strata=strata, event=is_event(found["cnsr"]).astype(int))[COUNTED]


def estimates(
    counts: pd.DataFrame, endpoint: Endpoint, unit: TimeUnit, reference: str | None, *, tested: bool
) -> dict[str, pd.DataFrame]:
    """
    Every table of the display but those shown on demand.

    Parameters
    ----------
    counts : see `stats.kaplan_meier`, in `unit`, `strata` categorical
    reference : the group others are compared with; None: the first
    tested : groups are pre-specified and nothing is filtered

    Returns
    -------
    Tables by name, with the columns of `COLUMNS`.
    """
    times = landmark_times(endpoint, unit, counts)
    compared = known_groups(counts)
    reference = reference if reference in compared["strata"].cat.categories else None
    summary = stats.median_survival(counts)
    landmarks = stats.survival_at(counts, times)
    tables = {
        "curves": stats.kaplan_meier(counts),
        "summary": summary.assign(followup_median=stats.followup_median(counts)["followup_median"]),
        "landmarks": landmarks,
        "at_risk": stats.number_at_risk(counts, ticks(counts, unit)),
        "maturity": _maturity(counts, summary, max(times, default=float("nan"))),
    }
    horizon = restricted_horizon(landmarks)
    if horizon is not None:
        tables["rmst"] = stats.rmst(counts, horizon)
    if compared["strata"].cat.categories.size > 1:
        tables |= _comparisons(compared, times, horizon, reference, tested)
    return {name: frame[COLUMNS[name].split()] for name, frame in tables.items()}


def _comparisons(
    counts: pd.DataFrame, times: list[float], horizon: float | None, reference: str | None, tested: bool
) -> dict[str, pd.DataFrame]:
    """What compares groups; blank where a group is too small, no p-value where nothing may be tested."""
    small = too_small(counts)
    ratios = stats.hazard_ratio(counts, reference=reference)
    tables = {"differences": stats.survival_differences(counts, times, reference=reference)}
    if small:
        ratios = ratios.assign(**dict.fromkeys(ratios.columns.drop("comparison"), float("nan")))
    tables["hazard_ratio"] = ratios if tested else ratios.assign(ph_p_value=float("nan"))
    if tested:
        test = stats.log_rank(counts)
        tables["tests"] = test.assign(statistic=float("nan"), p_value=float("nan")) if small else test
    if horizon is not None:
        tables["rmst_difference"] = stats.rmst_difference(counts, horizon, reference=reference)
    return tables


def _maturity(counts: pd.DataFrame, summary: pd.DataFrame, horizon: float) -> pd.DataFrame:
    """Events of n, and how many had the event or were followed to the horizon, in each group."""
    early = counts[(counts["event"] == 0) & (counts["time"] < horizon)]
    lost = early.groupby("strata", observed=False)["n"].sum().to_numpy(dtype=int)  # groups in the order of `summary`
    n, n_event = summary["n"].to_numpy(), summary["n_event"].to_numpy()
    size = summary["n"].where(summary["n"] > 0).to_numpy(dtype=float)
    columns = {
        "strata": summary["strata"], "n": n, "n_event": n_event, "share_event": n_event / size,
        "horizon": horizon, "n_followed": n - lost, "share_followed": (n - lost) / size,
    }  # fmt: skip
    return pd.DataFrame(columns)


def band(counts: pd.DataFrame, reference: str | None) -> pd.DataFrame:
    """
    Half the confidence interval of the difference, drawn around the middle between two curves.

    Where a curve lies within the band (and then so does the other) the limits of the difference include 0. Empty
    unless there are two groups.

    Source: Boers, J Clin Epidemiol 57 (2004) 712-715.
    """
    compared = known_groups(counts)
    groups = list(compared["strata"].cat.categories)
    if len(groups) != 2:
        return table([], COLUMNS["band"])
    times = sorted({0.0, *compared["time"]})
    found = stats.survival_differences(compared, times, reference=reference if reference in groups else None)
    levels = stats.survival_at(compared, times)["estimate"].to_numpy().reshape(2, -1)
    middle, quarter = levels.mean(axis=0), (found["conf_high"] - found["conf_low"]) / 4
    return found.assign(conf_low=middle - quarter, conf_high=middle + quarter)[COLUMNS["band"].split()].dropna()


def naive_curves(counts: pd.DataFrame) -> pd.DataFrame:
    """The curves as they would be if everybody had been under observation from time zero."""
    return stats.kaplan_meier(counts.assign(entry=0.0))[COLUMNS["naive"].split()]
