"""Tables of the enrolment screen: the key numbers, the forecast, rates of sites, milestones, the look back."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOT_REACHED, NOTHING, count, date, n_percent, number, rows, text, written

PATIENTS, AS_NOW = "patients", "as now"
LATELY = 6  # months
_STATES = {
    "reached": "reached",
    "closed": "enrolment closed",
    "not started": "nobody enrolled yet",
    "too early": "too few for a forecast",
    "out of reach": NOT_REACHED,
}


def enrolment_figures(result: Result) -> pd.DataFrame:
    """The answer at a glance: enrolled, when the target comes, how fast, when the awaited events have come."""
    columns = ["What", "Number", "Meaning"]
    found = [_enrolled(result), *_expected(result), *_fast(result)]
    return written([dict(zip(columns, each, strict=True)) for each in found], columns)


def _enrolled(result: Result) -> tuple[str, str, str]:
    n = result.tables["funnel"].set_index("step")["n"].get("Enrolled", 0)
    target, plan = result.facts["target"], result.tables["against_plan"]
    meaning = "no target stated" if target is None else "planned"
    for row in rows(plan):
        deficit = round(row["deficit"])
        side = "behind" if deficit > 0 else "ahead of"
        meaning += f"; {abs(deficit):,} {side} the plan" if deficit else "; on plan"
    return "Enrolled", count(n) if target is None else f"{count(n)} of {count(target)}", meaning


def _expected(result: Result) -> list[tuple[str, str, str]]:
    found = []
    for row in rows(result.tables["forecast"]):
        if row["scenario"] != AS_NOW:
            continue
        what = "Target" if row["what"] == PATIENTS else f"{count(row['target'])} events"
        so_far = "" if row["what"] == PATIENTS else f"; {count(row['n_now'])} so far"
        match row["state"]:
            case "expected":
                found.append((f"{what} expected", _month(row["median"]), f"80 % sure: {_between(row, 80)}{so_far}"))
            case "reached":
                found.append((f"{what} reached", _month(row["median"]), f"{count(row['n_now'])} so far"))
            case state:
                found.append((what, NOT_REACHED, f"{_STATES[state]}{so_far}"))
    return found


def _fast(result: Result) -> list[tuple[str, str, str]]:
    found = rows(result.tables["pace"])
    if not found:
        return []
    going_on = result.facts["state"] == "expected"
    latest = next((row for row in found if row["months"] == LATELY and going_on), found[-1])
    span = f"the last {LATELY}" if latest["months"] == LATELY else f"all {number(latest['months'], 0)}"
    planned = "" if pd.isna(latest["planned"]) else f"; {number(latest['planned'])} planned"
    needed = [row["needed_per_month"] for row in rows(result.tables["against_plan"]) if going_on]
    needed = [f"; {number(each)} needed to finish on time" for each in needed if not pd.isna(each)]
    return [("Enrolled a month", number(latest["per_month"]), f"in {span} months{planned}{''.join(needed)}")]


def _month(day: Any) -> str:
    return NOT_REACHED if pd.isna(day) else f"{day:%b %Y}"


def enrolment_forecast(result: Result) -> pd.DataFrame:
    """When each target will be reached, as now and after a change."""
    changed = bool(result.facts["scenario"])
    columns = ["Target", "So far", *(["If"] if changed else []), "Expected", "80 % sure", "95 % sure"]
    found = []
    for row in rows(result.tables["forecast"]):
        cells = [f"{count(row['target'])} {row['what']}", count(row["n_now"])]
        if changed:
            cells.append(row["scenario"])
        if row["state"] == "expected":
            cells += [date(row["median"]), _between(row, 80), _between(row, 95)]
        else:
            cells += [f"{_STATES[row['state']]}{_on(row)}", NOTHING, NOTHING]
        found.append(dict(zip(columns, cells, strict=True)))
    return written(found, columns)


def _on(row: dict[str, Any]) -> str:
    return "" if row["state"] != "reached" or pd.isna(row["median"]) else f" on {date(row['median'])}"


def _between(row: dict[str, Any], level: int) -> str:
    """An interval in a few words: "Jan to Sep 2028", "Nov 2027 to Mar 2028", "Apr 2028 or never"."""
    low, high = row[f"low{level}"], row[f"high{level}"]
    if pd.isna(high):
        return f"{_month(low)} or never"
    return f"{low:%b} to {high:%b %Y}" if low.year == high.year else f"{_month(low)} to {_month(high)}"


def enrolment_bands(result: Result) -> pd.DataFrame:
    """How many patients and events are expected by each day, as now and after a change."""
    columns = ["What", "If", "By", "Expected", "80 % sure", "95 % sure"]
    found = []
    for row in rows(result.tables["bands"]):
        sure = [f"{count(row[f'low{level}'])} to {count(row[f'high{level}'])}" for level in (80, 95)]
        cells = (row["what"], row["scenario"], date(row["date"]), count(row["median"]), *sure)
        found.append(dict(zip(columns, cells, strict=True)))
    return written(found, columns)


def enrolment_pace(result: Result) -> pd.DataFrame:
    """Patients a month, lately and in all."""
    columns = ["Last", "Enrolled", "A month", "Planned a month"]
    found = [
        dict(
            zip(
                columns,
                (
                    f"{number(row['months'], 0)} months",
                    count(row["n"]),
                    number(row["per_month"]),
                    number(row["planned"], missing=NOTHING),
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["pace"])
    ]
    return written(found, columns)


def enrolment_milestones(result: Result) -> pd.DataFrame:
    """Milestones in order: reached, planned, expected."""
    columns = ["Milestone", "At", "Day", "80 % sure", ""]
    found = []
    for row in rows(result.tables["milestones"]):
        expected = row["kind"] == "expected"
        what = row["what"].removesuffix("s") if row["number"] is not pd.NA and row["number"] == 1 else row["what"]
        at = NOTHING if pd.isna(row["number"]) else f"{count(row['number'])} {what}"
        between = _between(row, 80) if expected else NOTHING
        found.append(dict(zip(columns, (row["milestone"], at, date(row["median"]), between, row["kind"]), strict=True)))
    return written(found, columns)


def enrolment_rates(result: Result) -> pd.DataFrame:
    """One line a site: since when it enrols, and how fast."""
    columns = ["Site", "Country", "Open since", "Enrolled", "A month", "A month, as forecast (95 %)"]
    found = []
    for row in rows(result.tables["rates"]):
        since = date(row["opened"]) + (" (stated)" if row["opened_from"] == "protocol" else "")
        since += "" if pd.isna(row["closed"]) else f", to {date(row['closed'])}"
        used = number(row["estimate"], 2, NOTHING)
        if used != NOTHING:
            used += f" ({number(row['conf_low'], 2)} to {number(row['conf_high'], 2)})"
        cells = (text(row["siteid"]), text(row["country"]), since, count(row["n_enrolled"]))
        found.append(dict(zip(columns, (*cells, number(row["observed"], 2, NOTHING), used), strict=True)))
    return written(found, columns)


def enrolment_backtest(result: Result) -> pd.DataFrame:
    """What would have been said before, and what came."""
    columns = ["Said", "Enrolled then", "Expected by now (80 %)", "Enrolled now", "Target then expected (80 %)"]
    found = []
    for row in rows(result.tables["backtest"]):
        likely = f"{count(row['n_median'])} ({count(row['n_low80'])} to {count(row['n_high80'])})"
        target = f"{_month(row['median'])} ({_between(row, 80)})"
        held = "within" if row["within80"] else "outside 80 %, within 95 %" if row["within95"] else "outside 95 %"
        cells = (f"{row['months_ago']} months ago", count(row["n_then"]), likely, f"{count(row['n_now'])}: {held}")
        found.append(dict(zip(columns, (*cells, NOTHING if pd.isna(row["median"]) else target), strict=True)))
    return written(found, columns)


def enrolment_coverage(result: Result) -> pd.DataFrame:
    """How often forecasts made every three months held."""
    columns = ["Forecast for", "Forecasts", "Within 80 %", "Within 95 %"]
    found = [
        {
            "Forecast for": f"{row['months_ahead']} months ahead",
            "Forecasts": count(row["n_forecasts"]),
            "Within 80 %": n_percent(row["n_within80"], 100 * row["n_within80"] / row["n_forecasts"]),
            "Within 95 %": n_percent(row["n_within95"], 100 * row["n_within95"] / row["n_forecasts"]),
        }
        for row in rows(result.tables["coverage"])
    ]
    return written(found, columns)


def enrolment_consort(result: Result) -> pd.DataFrame:
    """The flow of patients as a list."""
    columns = ["Stage", "Group", "What", "Patients"]
    found = [
        {
            "Stage": row["stage"].capitalize(),
            "Group": "All arms" if row["strata"] == "All" else row["strata"],
            "What": "\u2003" * row["level"] + row["item"],
            "Patients": count(row["n"]),
        }
        for row in rows(result.tables["consort"])
    ]
    return written(found, columns)
