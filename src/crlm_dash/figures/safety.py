"""Adverse events: how often by kind and by term, with the differences between groups, and at what worst grade."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.dots import Difference, DotLine, Dots, Mark
from crlm_dash.figures.style import GroupStyle, group_label, group_styles
from crlm_dash.terms import POOLED

SHOWN = 20  # terms in the picture; the table has them all
ANY = "Any"
_TERM = ["AEBODSYS", "AEDECOD"]
EVENTS = "events"


def measures(result: Result) -> go.Figure:
    """
    Share of patients with each kind of event, one mark a group, and the differences.

    Parameters
    ----------
    result : of the safety analysis

    Returns
    -------
    One figure, the kinds in their order; deaths after procedures only where they are counted by the same groups.
    """
    table = result.tables["overview"]
    table = table[table["n_subjects"].notna()].rename(columns={"measure": "key"})
    died = result.tables["procedures"]
    died = died[(died["modality"] == ANY) & died["estimate"].notna()]
    if set(groups_of(result)) <= set(died["strata"]):
        named = died.assign(
            key=[f"Died within {days} days of a procedure" for days in died["days"]],
            n=died["n_known"],
            n_subjects=died["n_died"],
            percent=100 * died["estimate"],
        )
        table = pd.concat([table, named[["strata", "n", "key", "n_subjects", "percent"]]], ignore_index=True)
    compared = result.tables["differences"].rename(columns={"measure": "key"})
    shown = list(dict.fromkeys(table["key"]))
    lines = [
        DotLine(key, _marks(result, table[table["key"] == key], key), _differences(result, compared, key))
        for key in shown
    ]
    return Dots(_looks(result, groups_of(result)), "Patients, %", result.facts.get("reference")).drawn(lines)


def terms(result: Result, lines: pd.DataFrame | None = None, count: str = "") -> go.Figure:
    """
    How often each term was seen, one mark a group, and the differences between the shares of patients.

    Parameters
    ----------
    result : of the safety analysis
    lines : the terms in the order shown (AEBODSYS, AEDECOD), the first `SHOWN` are drawn; None: the most frequent
    count : 'events' for events per 100 patient-years, else the share of patients

    Returns
    -------
    One figure. A term that is not shown by group has one mark, for all patients together.
    """
    table = result.tables["terms"]
    chosen = (frequent(table) if lines is None else lines[lines["AEDECOD"] != ANY]).head(SHOWN)
    compared, shown = result.tables["term_differences"], "rate" if count == EVENTS else "percent"
    groups = groups_of(result)
    drawn = []
    for body_system, term in chosen[_TERM].itertuples(index=False):
        mine = table[(table["AEBODSYS"] == body_system) & (table["AEDECOD"] == term) & table[shown].notna()]
        by_group = mine[mine["strata"].isin(groups)]
        told = by_group if len(by_group) or len(groups) < 2 else mine[mine["strata"] == POOLED]
        apart = compared[(compared["AEBODSYS"] == body_system) & (compared["AEDECOD"] == term)]
        label = term_label(term)
        drawn.append(DotLine(label, _marks(result, told, label, count), _of_line(result, apart, label)))
    unsplit = any(POOLED in line.marks for line in drawn) and len(groups) > 1
    looks = _looks(result, [*groups, POOLED] if unsplit else groups)
    kind = "" if result.facts.get("kind", "any") == "any" else f"<br>{result.facts['kind_words'].lower()}"
    title = ("Events per 100<br>patient-years" if count == EVENTS else "Patients, %") + kind
    return Dots(looks, title, result.facts.get("reference")).drawn(drawn)


def _looks(result: Result, groups: list[str]) -> dict[str, tuple[GroupStyle, str]]:
    """How each group looks, and its name with its size."""
    sizes = dict(zip(result.tables["overview"]["strata"], result.tables["overview"]["n"], strict=True))
    return {name: (style, f"{group_label(name)} (n = {sizes[name]:,})") for name, style in group_styles(groups).items()}


def groups_of(result: Result) -> list[str]:
    """The groups of the display, without all patients together beside them."""
    return list(result.facts.get("order") or dict.fromkeys(result.tables["overview"]["strata"]))


def frequent(table: pd.DataFrame) -> pd.DataFrame:
    """The terms, the most frequent (in any group) first, without those nobody had."""
    found = table[(table["AEDECOD"] != ANY) & (table["percent"] > 0)]
    highest = pd.DataFrame(found.groupby(_TERM, sort=False, as_index=False)["percent"].max())
    return pd.DataFrame(highest.sort_values("percent", ascending=False, kind="stable")[_TERM])


def _marks(result: Result, rows: pd.DataFrame, label: str, count: str = "") -> dict[str, Mark]:
    """A mark a group of `rows`; of all patients together only where there is no other."""
    found = {}
    for row in rows.to_dict("records"):
        group = str(row["strata"])
        if group not in groups_of(result) and len(rows) > 1:
            continue
        at, n = float(row["percent"]), f"{row['n_subjects']:.0f}"
        cell, how = f"{n} ({at:.0f} %)", f"{n} patients ({at:.1f} %)"
        if count == EVENTS:
            at, cell = 100 * float(row["rate"]), f"{row['n_events']:.0f}"
            how = f"{cell} events, {at:.1f} per 100 patient-years"
        found[group] = Mark(at, cell, f"<b>{label}</b><br>{group_label(group)}: <b>{how}</b>")
    return found


def _differences(result: Result, table: pd.DataFrame, key: str) -> dict[str, Difference]:
    return _of_line(result, table[table["key"] == key], key)


def _of_line(result: Result, rows: pd.DataFrame, label: str) -> dict[str, Difference]:
    """The differences of one line, by the group that is compared; none where a group is too small."""
    reference, found = result.facts.get("reference"), {}
    for row in rows[rows["estimate"].notna()].to_dict("records"):
        estimate, low, high = (100 * row[name] for name in ("estimate", "conf_low", "conf_high"))
        words = f"<b>{label}</b><br>{row['comparison']}: <b>{estimate:+.1f} % points</b> ({low:+.1f} to {high:+.1f})"
        found[str(row["comparison"]).removesuffix(f" vs {reference}")] = Difference(estimate, low, high, words)
    return found


def term_label(term: Any) -> str:
    """A term as it is written beside its line: not in capitals."""
    return str(term).capitalize() if str(term).isupper() else str(term)
