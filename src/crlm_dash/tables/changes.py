"""Tables of what changed between two data cuts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.events import NOT_GRADED, partial_dates
from crlm_dash.tables.formats import NOTHING, count, date, number, relabelled, rows, text, written
from crlm_dash.tables.survival import group_words

_MINUS = "−"
_SHOWN = {
    "enrolled": "Enrolled",
    "followed": "Patient-years",
    "died": "Deaths",
    "progressed": "With progression",
    "with_severe": "With grade ≥ 3",
    "serious_events": "Serious events",
}
_DATED = {"since": "since", "entered late": "earlier", "became serious": "now serious", "undated": "no date"}
_ANSWERS = {"Y": "yes", "N": "no"}


def changes_figures(result: Result) -> pd.DataFrame:
    """The largest changes at a glance, each with the number now and then."""
    found = {row["measure"]: row for row in rows(result.tables["headline"])}
    columns = ["What", "Number", "Meaning"]
    shown = [(what, found[result.facts["measures"][key]]) for key, what in _SHOWN.items() if found]
    return written(
        [dict(zip(columns, (what, _signed(row), _meaning(row)), strict=True)) for what, row in shown], columns
    )


def changes_headline(result: Result) -> pd.DataFrame:
    """Every measure in both cuts, and of the difference what happened and what was corrected."""
    cuts = [f"Cut {row['cut']}, {date(row['cutoff'])}" for row in rows(result.tables["cuts"])]
    columns = ["", *cuts, "Change", "Since", "Earlier"]
    found = []
    for row in rows(result.tables["headline"]):
        numbers = (_written(row, "before"), _written(row, "now"), _signed(row))
        told = (_signed(row, "happened"), _signed(row, "corrected"))
        found.append(dict(zip(columns, (row["measure"], *numbers, *told), strict=True)))
    return written(found, columns)


def changes_by_arm(result: Result) -> pd.DataFrame:
    """The same of patients, a column an arm: "31 → 33 (+2)"."""
    table = result.tables["by_arm"]
    columns = ["", *map(group_words, table["strata"].unique())]
    found: dict[str, dict[str, str]] = {}
    for row in rows(table):
        line = found.setdefault(row["measure"], {"": row["measure"]})
        line[group_words(row["strata"])] = f"{_written(row, 'before')} → {_written(row, 'now')} ({_signed(row)})"
    return written(list(found.values()), columns)


def changes_events(result: Result) -> pd.DataFrame:
    """Adverse events by what changed, of those that are new or changed at all."""
    return _kinds(
        result.tables["events"], {"n_events": "Events", "n_subjects": "Patients", "n_serious": "Serious"}, "Begun"
    )


def changes_subjects(result: Result) -> pd.DataFrame:
    """Patients by what became of them."""
    return _kinds(result.tables["subjects"], {"n_subjects": "Patients"}, "Dated")


def changes_procedures(result: Result) -> pd.DataFrame:
    """Local procedures that only one of the two cuts has."""
    return _kinds(result.tables["procedures"], {"n_procedures": "Procedures", "n_subjects": "Patients"}, "Dated")


def changes_deaths(result: Result) -> pd.DataFrame:
    """Patients who are dead now and were not in the earlier cut, the latest first."""
    table = result.tables["new_deaths"]
    shown = table.assign(
        date=partial_dates(table["date"], table["precision"]),
        change=table["change"].map(_DATED),
        cause=table["cause"].map(lambda each: text(each).capitalize() if text(each).isupper() else text(each)),
    )
    labels = {"USUBJID": "Patient", "SITEID": "Site", "arm": "Arm", "date": "Died", "day": "Day", "change": "Dated"}
    return _labelled(shown, labels | {"cause": "Cause"})


def changes_serious(result: Result) -> pd.DataFrame:
    """Serious events that the earlier cut does not have as such, the latest first."""
    labels = {"USUBJID": "Patient", "SITEID": "Site", "arm": "Arm", "term": "Adverse event", "grade": "Grade"}
    labels |= {"date": "Began", "day": "Day", "change": "Dated", "outcome": "Outcome", "related": "Related"}
    return _labelled(_event(result.tables["new_serious"]), labels)


def changes_regraded(result: Result) -> pd.DataFrame:
    """Events with another grade than in the earlier cut, the highest first."""
    labels = {
        "USUBJID": "Patient",
        "SITEID": "Site",
        "arm": "Arm",
        "term": "Adverse event",
        "grade_before": "Grade then",
    }
    labels |= {"grade": "Grade now", "date": "Began", "day": "Day", "serious": "Serious", "outcome": "Outcome"}
    return _labelled(_event(result.tables["regraded"]), labels)


def patient_changes(result: Result) -> pd.DataFrame:
    """What is new or changed on one patient's timeline."""
    columns = ["What changed", "When", "Day", "Lane", "What", "Before", "Detail"]
    found = [
        dict(
            zip(
                columns,
                (
                    f"{row['change']}: {row['what']}" if row["what"] else row["change"],
                    date(row["start"]),
                    count(row["start_day"]),
                    row["lane"],
                    _thing(row),
                    _was(row) if row["change"] == "changed" else NOTHING,
                    text(row["detail"]),
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["timeline"])
    ]
    return written(found, columns)


def _thing(row: dict[str, Any], when: str = "") -> str:
    """A dated thing in short: "Nausea, grade 3, serious", "CEA 7.5 ng/mL"."""
    value = (
        ""
        if pd.isna(row[f"value{when}"])
        else f" {row[f'value{when}']:g} {text(row['unit'])}".removesuffix(f" {NOTHING}")
    )
    grade = "" if pd.isna(row[f"grade{when}"]) else f", grade {int(row[f'grade{when}'])}"
    return f"{text(row[f'label{when}'])}{value}{grade}{', serious' if row[f'serious{when}'] == 'Y' else ''}"


def _was(row: dict[str, Any]) -> str:
    ended = "" if pd.isna(row["end_before"]) else f" to {date(row['end_before'])}"
    return f"{_thing(row, '_before')}, {date(row['start_before'])}{ended}"


def _kinds(table: pd.DataFrame, counted: dict[str, str], dated: str) -> pd.DataFrame:
    columns = ["", *counted.values(), f"{dated} since", f"{dated} earlier"]
    found = [
        dict(
            zip(
                columns,
                (row["change"], *(count(row[each]) for each in (*counted, "n_since", "n_earlier"))),
                strict=True,
            )
        )
        for row in rows(table)
        if row[next(iter(counted))]
    ]
    return written(found, columns)


def _event(table: pd.DataFrame) -> pd.DataFrame:
    graded = {name: table[name].map(_grade) for name in ("grade", "grade_before") if name in table}
    answers = {name: table[name].map(_ANSWERS) for name in ("serious", "related") if name in table}
    when = {"change": table["change"].map(_DATED)} if "change" in table else {}
    outcome = table["outcome"].map(lambda each: text(each).lower())
    dates = partial_dates(table["date"], table["precision"])
    return table.assign(date=dates, outcome=outcome, **graded, **answers, **when)


def _grade(value: Any) -> str:
    return NOT_GRADED if pd.isna(value) else str(int(value))


def _labelled(table: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    return relabelled(table, {name: label for name, label in labels.items() if name in table})


def _written(row: dict[str, Any], column: str) -> str:
    """A number as its measure is written: years with a decimal, all else whole."""
    return number(row[column], 0 if float(row[column]).is_integer() else 1, missing=NOTHING)


def _signed(row: dict[str, Any], column: str = "difference") -> str:
    """A difference with its sign: "+9", "−1", "0"."""
    if pd.isna(row[column]):
        return NOTHING
    sign = "+" if row[column] > 0 else _MINUS if row[column] < 0 else ""
    return sign + _written({**row, column: abs(row[column])}, column)


def _meaning(row: dict[str, Any]) -> str:
    late = 0 if pd.isna(row["corrected"]) else int(row["corrected"])
    told = "" if not late else f"; {late:,} dated earlier" if late > 0 else f"; {-late:,} taken back"
    return f"{_written(row, 'now')} now, {_written(row, 'before')} then{told}"
