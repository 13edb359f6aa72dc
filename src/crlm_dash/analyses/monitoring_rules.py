"""Rates after local procedures against the stopping rules that the protocol declares, patient by patient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.framing import names_an_arm, table
from crlm_dash.protocol import DEATH_DAYS, StoppingRule
from crlm_dash.store.door import Door

COLUMNS = {
    "rules": "rule label measure n n_event posterior n_stop stopped first_stopped n_within n_short n_undated "
    "acceptable probability min_n planned_n",
    "line": "rule n n_stop",
    "path": "rule day n n_event",
    "operating": "rule true_rate p_stop expected_n",
}
IIIB = 4  # its place in Clavien–Dindo's order
TIMES_ACCEPTABLE = (0.5, 1.0, 1.5, 2.0, 3.0)  # true rates for which the rule is judged beforehand
MEASURES = {"mortality_90": "Death after a local procedure", "clavien_3b": "Severe complication of a local procedure"}
_MOST_POINTS = 2_000  # of a line: beyond, not every number of patients is drawn
_UNKNOWN = ("within", "short", "undated")


def longest_days(door: Door) -> int:
    """The days after a procedure within which a complication counts."""
    return max(door.protocol.safety.procedure_days, default=DEATH_DAYS)


def procedure_outcomes(door: Door) -> pd.DataFrame:
    """What is known of each patient with a local procedure: counts by measure, outcome and day it became known."""
    return door.ask(
        "monitoring_outcomes",
        cutoff=door.cut.cutoff,
        death_days=DEATH_DAYS,
        comp_days=longest_days(door),
        grade=IIIB,
    )


def rule_tables(door: Door, outcomes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """
    Each rule with its line, the path so far, and how often it would stop at rates that might be true.

    Parameters
    ----------
    outcomes : of `procedure_outcomes`

    Returns
    -------
    Tables `rules` (`stopped`: at or above the line now; `first_stopped`: the number of patients at which it first
    was), `line` (`n_stop` from `n` patients on; the last row ends it), `path` (one row a day), `operating`.
    """
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in COLUMNS}
    for rule in door.protocol.monitoring.rules:
        mine = outcomes[outcomes["measure"] == rule.measure]
        for name, frame in _one_rule(door, rule, mine).items():
            parts[name].append(frame.assign(rule=rule.id)[COLUMNS[name].split()])
    return {
        name: pd.concat(found, ignore_index=True) if found else table([], COLUMNS[name])
        for name, found in parts.items()
    }


def _one_rule(door: Door, rule: StoppingRule, outcomes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    watched = stats.RateRule(rule.prior_a, rule.prior_b, rule.acceptable, rule.probability, rule.min_n)
    path = _path(outcomes)
    n, n_event = (int(path[column].iloc[-1]) if len(path) else 0 for column in ("n", "n_event"))
    over = path.loc[stats.stops(watched, path["n_event"], path["n"]), "n"]
    rates = sorted({min(times * rule.acceptable, 1.0) for times in TIMES_ACCEPTABLE})
    unknown = outcomes.groupby("outcome")["n"].sum()
    row: dict[str, Any] = {
        "label": MEASURES[rule.measure] if names_an_arm(door, rule.label) else rule.label,
        "measure": rule.measure,
        "n": n,
        "n_event": n_event,
        "posterior": float(stats.posterior_probability(watched, n_event, n)),
        "n_stop": _counted(stats.stopping_number(watched, [n])),
        "stopped": bool(len(over) and over.iloc[-1] == n),
        "first_stopped": pd.array([over.iloc[0] if len(over) else pd.NA], dtype="Int64"),
        **{f"n_{name}": int(unknown.get(name, 0)) for name in _UNKNOWN},
        **{name: getattr(rule, name) for name in ("acceptable", "probability", "min_n", "planned_n")},
    }
    return {
        "rules": pd.DataFrame(row, index=[0]),
        "line": _line(watched, max(rule.planned_n, n)),
        "path": path,
        "operating": stats.stopping_chances(watched, rates, rule.planned_n),
    }


def _path(outcomes: pd.DataFrame) -> pd.DataFrame:
    """How many outcomes were known at the end of each day on which one became known, and how many were events."""
    known = outcomes[outcomes["outcome"].isin(["event", "none"])]
    events = known["n"].where(known["outcome"] == "event", 0)
    by_day = known.assign(n_event=events).groupby("day", as_index=False)[["n", "n_event"]].sum()
    return by_day.assign(n=by_day["n"].cumsum(), n_event=by_day["n_event"].cumsum())


def _line(watched: stats.RateRule, last: int) -> pd.DataFrame:
    """Where the stopping line steps up, from the first number of patients it can be reached at, and where it ends."""
    n = np.unique(np.linspace(1, last, min(last, _MOST_POINTS)).astype(np.int64))
    n_stop = stats.stopping_number(watched, n)
    there = ~np.isnan(n_stop)
    n, n_stop = n[there], n_stop[there]
    steps = np.diff(n_stop, prepend=-1.0) > 0
    if len(steps):
        steps[-1] = True
    return pd.DataFrame({"n": n[steps], "n_stop": _counted(n_stop[steps])})


def _counted(values: Any) -> Any:
    """Whole numbers, missing where there is none."""
    return pd.array([pd.NA if np.isnan(value) else int(value) for value in values], dtype="Int64")
