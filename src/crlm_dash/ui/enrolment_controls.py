"""Controls of the enrolment page: which view, enrolment by what, and what is changed in a forecast."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash.analyses.result import Result
from crlm_dash.ui import address, show
from crlm_dash.ui.trouble import plain

VIEWS = {"": "Where we are", "forecast": "Forecast", "flow": "Flow"}
GROUPINGS = {"": "Site", "country": "Country", "arm": "Arm"}
RATES = {"": "All time", "12": "Last 12 months", "6": "Last 6 months"}
_MOST_SITES, _MONTHS = 10, (0, 1, 2, 3, 6, 9, 12)


def answer(result: Result) -> None:
    """When the target will be reached, and below it what holds enrolment back."""
    if result.facts["verdict"]:
        show.headline(result)
    if result.facts["because"]:
        st.markdown(plain(result.facts["because"]))


def view() -> str:
    """Which of the page's views is shown; '' for the first."""
    chosen = st.segmented_control(
        "View",
        list(VIEWS.values()),
        default=VIEWS[""],
        key="tab",
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )
    return next(code for code, word in VIEWS.items() if word == chosen)


def grouping(result: Result) -> str:
    """What the lines of the curve stand for, as far as the visitor sees it."""
    there = set(result.tables["groups"]["by"])
    offered = {code: word for code, word in GROUPINGS.items() if not code or code in there}
    return address.choice("A line for each", offered, key="lines") or "site"


def told(result: Result) -> None:
    """What a change would bring, in one sentence; nothing where nothing is to change."""
    if result.facts["scenario"]:
        show.finding(result)


def scenario(result: Result) -> dict[str, Any]:
    """What is to change, as options of the analysis; nothing where all goes on as now."""
    if result.facts["state"] != "expected":
        return {}
    first, second, third, fourth, fifth = st.columns(5, gap="small", vertical_alignment="bottom")
    sites = {"": "None"} | {str(n): f"{n}" for n in range(1, _MOST_SITES + 1)}
    chosen: dict[str, Any] = {"open_sites": address.choice("More sites", sites, key="more", where=first)}
    months = {"" if n == 0 else str(n): "now" if n == 0 else f"{n} month" if n == 1 else f"{n} months" for n in _MONTHS}
    chosen["from_month"] = address.choice("They open in", months, key="when", where=second)
    gains = result.tables["gains"][["criterion", "label"]].itertuples(index=False)
    relaxed = {"": "None"} | {code: f"{code} {label}".strip() for code, label in gains}
    chosen["relax"] = address.choice("Relax a criterion", relaxed, key="relax", where=third)
    stopped = {"": "None"} | {site: f"Site {site}" for site in result.facts["open_sites"]}
    chosen["stop_site"] = address.choice("Stop a site", stopped, key="stop", where=fourth)
    chosen["lately"] = address.choice("Rates of", RATES, key="lately", where=fifth)
    numbers = {name: int(chosen[name]) for name in ("open_sites", "from_month", "lately") if chosen[name]}
    words = {name: chosen[name] for name in ("relax", "stop_site") if chosen[name]}
    return numbers | words if numbers.keys() | words.keys() != {"from_month"} else {}
