"""Tables of the safety screen: kinds of events, terms, grades, rates, deaths."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, n_percent, number, relabelled, rows, written
from crlm_dash.tables.survival import group_words

CLASS, EVENT, GROUP = "System organ class", "Adverse event", "Group"
_ANY, _ANY_EVENT = "Any", "Any event"
_UNRECORDED = "not recorded"
_NOT_BY_ARM = "not shown by arm"
_INDENT = 4 * "\N{NO-BREAK SPACE}"


def safety_overview(result: Result) -> pd.DataFrame:
    """Patients with each kind of event, a column a group and all of them: "12 (34 %)"; and the differences."""
    measures = result.tables["overview"]
    shown = _by_group(result, measures, ["measure"], missing=_UNRECORDED)
    shown = pd.concat([shown, _died(result)], ignore_index=True)
    shown = shown.join(_differences(result, "differences", shown[["measure"]]))
    return shown.rename(columns={"measure": "Patients with"})


def safety_terms(result: Result, lines: pd.DataFrame | None = None, count: str = "") -> pd.DataFrame:
    """
    Each adverse event, by class and term, a column a group, with the differences between groups.

    `lines`: the classes and terms, in the order shown (None: all); `count`: 'events' for records, else patients.
    """
    table = _lines_of(result, lines)
    keys = ["AEBODSYS", "AEDECOD"]
    shown = _by_group(result, table, keys, missing=_NOT_BY_ARM, events=count == "events")
    shown = shown.join(_differences(result, "term_differences", shown[keys]))
    named = shown.rename(columns={"AEBODSYS": CLASS, "AEDECOD": EVENT})
    return named.replace({name: {_ANY: _ANY_EVENT} for name in (CLASS, EVENT)})


def safety_term_lines(result: Result, lines: pd.DataFrame, count: str = "") -> pd.DataFrame:
    """`safety_terms` for the screen: the event first, a class before its terms, which stand indented."""
    shown = safety_terms(result, lines, count)
    event = [_event(*names) for names in zip(shown[CLASS], shown[EVENT], strict=True)]
    others = [name for name in shown.columns if name not in (CLASS, EVENT)]
    return shown.assign(**{EVENT: event})[[EVENT, *others, CLASS]]


def safety_term_numbers(result: Result, lines: pd.DataFrame, count: str = "") -> dict[str, pd.Series]:
    """What the columns of `safety_term_lines` are sorted by: the number that their words begin with."""
    table = _lines_of(result, lines)
    keys = ["AEBODSYS", "AEDECOD"]
    value = "n_events" if count == "events" else "n_subjects"
    wide = table.astype({value: float}).pivot(index=keys, columns="strata", values=value)
    wide = wide.reindex(pd.MultiIndex.from_frame(table[keys].drop_duplicates()))
    return {_header(result, group): wide[group].reset_index(drop=True) for group in _groups(result)}


def safety_grades(result: Result) -> pd.DataFrame:
    """Patients by worst grade of each event, one line an event and group."""
    table = result.tables["grades"]
    keys = ["AEBODSYS", "AEDECOD", "strata"]
    lines = table[keys].drop_duplicates()
    wide = table.dropna(subset="n_subjects").pivot(index=keys, columns="grade", values="n_subjects").reset_index()
    shown = lines.merge(wide, on=keys).assign(strata=lambda frame: frame["strata"].map(group_words))
    grades = {grade: f"Grade {grade}" for grade in "12345"} | {"missing": "Not graded"}
    labels = {"AEBODSYS": CLASS, "AEDECOD": EVENT, "strata": GROUP}
    return relabelled(shown, labels | {grade: label for grade, label in grades.items() if grade in shown})


def safety_rates(result: Result) -> pd.DataFrame:
    """Events per patient-year by kind and class, a column a group: "2.31 (2.10 to 2.53)"; first the patient-years."""
    table = result.tables["rates"]
    groups = [group for group in _groups(result) if group in set(table["strata"])]
    years = table.drop_duplicates("strata").set_index("strata")["years"]
    found: list[dict[str, str]] = []
    if groups:
        head = {CLASS: "", "Events": "Patient-years"}
        found.append(head | {group_words(group): number(years[group], 1, NOTHING) for group in groups})
    keys = ["AEBODSYS", "measure"]
    cells = {(row["AEBODSYS"], row["measure"], row["strata"]): row for row in rows(table)}
    for line in rows(table[keys].drop_duplicates()):
        body_system, measure = line["AEBODSYS"], line["measure"]
        words = {CLASS: "All classes" if body_system == _ANY else body_system, "Events": measure}
        found.append(words | {group_words(group): _rate(cells[body_system, measure, group]) for group in groups})
    return written(found, [CLASS, "Events", *map(group_words, groups)])


def safety_deaths(result: Result) -> pd.DataFrame:
    """Deaths by group and cause."""
    table = result.tables["deaths"].assign(strata=lambda frame: frame["strata"].map(group_words))
    return relabelled(table, {"strata": GROUP, "cause": "Cause", "n": "Deaths"})


def difference(row: dict[str, Any]) -> str:
    """A risk difference in percentage points: "+12 (−3 to 27)"; why there is none."""
    if pd.isna(row["estimate"]):
        return row["note"] if str(row["note"]).startswith("n <") else NOTHING
    estimate, low, high = (signed(100 * row[name]) for name in ("estimate", "conf_low", "conf_high"))
    return f"{estimate} ({low} to {high})"


def signed(value: float) -> str:
    """A difference with its sign: "+3", "−12", "0"."""
    whole = round(value)
    return f"{whole:+d}".replace("-", "−") if whole else "0"


def _rate(row: dict[str, Any]) -> str:
    if pd.isna(row["n_events"]):
        return NOTHING
    if pd.isna(row["estimate"]):
        return f"{row['n_events']:,} events"
    return f"{row['estimate']:.2f} ({row['conf_low']:.2f} to {row['conf_high']:.2f})"


def _event(body_system: str, event: str) -> str:
    if event != _ANY_EVENT:
        return _INDENT + _quiet(event)
    return _ANY_EVENT if body_system == _ANY_EVENT else _quiet(body_system)


def _quiet(name: str) -> str:
    return name.capitalize() if name.isupper() else name


def _lines_of(result: Result, lines: pd.DataFrame | None) -> pd.DataFrame:
    """The rows of the terms that are shown, in their order."""
    table = result.tables["terms"]
    return table if lines is None else lines.merge(table, on=["AEBODSYS", "AEDECOD"], how="left", sort=False)


def _groups(result: Result) -> list[str]:
    """The groups in the order shown, all patients together last."""
    return list(dict.fromkeys(result.tables["overview"]["strata"]))


def _header(result: Result, group: str) -> str:
    sizes = dict(zip(result.tables["overview"]["strata"], result.tables["overview"]["n"], strict=True))
    return f"{group_words(group)} (n = {sizes[group]:,})"


def _by_group(
    result: Result, table: pd.DataFrame, keys: list[str], *, missing: str, events: bool = False
) -> pd.DataFrame:
    """A line per `keys`, in the order of the table, and a column a group headed by its size."""
    shown = table[keys].drop_duplicates().reset_index(drop=True)
    for group in _groups(result):
        mine = rows(table[table["strata"] == group])
        cells = {tuple(row[key] for key in keys): _cell(row, missing, events=events) for row in mine}
        shown[_header(result, group)] = [cells[tuple(row[key] for key in keys)] for row in rows(shown)]
    return shown


def _cell(row: dict[str, Any], missing: str, *, events: bool) -> str:
    if events:
        return missing if pd.isna(row["n_events"]) else f"{int(row['n_events']):,}"
    return missing if pd.isna(row["n_subjects"]) else n_percent(row["n_subjects"], row["percent"])


def _differences(result: Result, name: str, lines: pd.DataFrame) -> pd.DataFrame:
    """A column a comparison, a row a line of the table it stands beside."""
    table, keys = result.tables[name], list(lines.columns)
    columns = {}
    for comparison in table["comparison"].unique():
        cells = {
            tuple(row[key] for key in keys): difference(row) for row in rows(table[table["comparison"] == comparison])
        }
        several = table["comparison"].nunique() > 1
        heading = f"Difference{f', {comparison}' if several else ''} (95 % CI)"
        columns[heading] = [cells.get(tuple(row[key] for key in keys), NOTHING) for row in rows(lines)]
    return pd.DataFrame(columns)


def _died(result: Result) -> pd.DataFrame:
    """Deaths after procedures as lines of the overview: dead of those of whom it is known."""
    table = result.tables["procedures"]
    table = table[table["modality"] == _ANY]
    found = []
    for days in table["days"].unique():
        label = f"Died within {days} days of a procedure"
        cells = {row["strata"]: _of_known(row) for row in rows(table[table["days"] == days])}
        by_group = {_header(result, group): cells.get(group, _NOT_BY_ARM) for group in _groups(result)}
        found.append({"measure": label} | by_group)
    return pd.DataFrame(found)


def _of_known(row: dict[str, Any]) -> str:
    if not row["n_known"]:
        return NOTHING
    return f"{int(row['n_died']):,} of {int(row['n_known']):,} ({100 * row['estimate']:.0f} %)"
