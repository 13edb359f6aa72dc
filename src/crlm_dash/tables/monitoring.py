"""Tables of the stopping lines."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOT_TESTED, NOTHING, count, date, number, rows, written

_ENDED = "no error left"


def monitoring_rules(result: Result) -> pd.DataFrame:
    """One line a rule: what was seen, where its line is, whether it is reached."""
    columns = ["Rule", "Seen", "Line", "Reached", "Probability", "Stops above", "Not counted"]
    found = [
        dict(
            zip(
                columns,
                (
                    str(row["label"]),
                    f"{count(row['n_event'])} of {count(row['n'])}",
                    count(row["n_stop"]),
                    _reached(row),
                    f"{_percent(row['posterior'])} for a rate above {_percent(row['acceptable'])}",
                    _percent(row["probability"]),
                    _not_counted(row),
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["rules"])
    ]
    return written(found, columns)


def _reached(row: dict[str, Any]) -> str:
    if row["n"] < row["min_n"]:
        return f"judged from {count(row['min_n'])} patients on"
    if row["stopped"]:
        return f"YES, first after {count(row['first_stopped'])} patients"
    return "no" if pd.isna(row["first_stopped"]) else f"not now; first after {count(row['first_stopped'])} patients"


def _not_counted(row: dict[str, Any]) -> str:
    waiting, unseen = f"{count(row['n_within'])} waiting", row["n_short"] + row["n_undated"]
    return f"{waiting}, {count(unseen)} not seen long enough" if unseen else waiting


def monitoring_line(result: Result) -> pd.DataFrame:
    """From which number of patients on so many events stop, a column a rule."""
    labels = _labels(result)
    first = result.tables["line"].drop_duplicates(["rule", "n_stop"])
    from_n = {(row["rule"], int(row["n_stop"])): count(row["n"]) for row in rows(first)}
    columns = ["Events", *labels.values()]
    found = [
        {"Events": count(events)}
        | {
            label: f"from {n} patients on" if (n := from_n.get((rule, events))) else NOTHING
            for rule, label in labels.items()
        }
        for events in sorted({int(each) for each in first["n_stop"]})
    ]
    return written(found, columns)


def monitoring_operating(result: Result) -> pd.DataFrame:
    """How often each rule would stop the trial, were this the true rate."""
    labels = _labels(result)
    planned = dict(zip(result.tables["rules"]["rule"], result.tables["rules"]["planned_n"], strict=True))
    columns = ["Rule", "True rate", "Stops the trial", "Patients on average"]
    found = [
        dict(
            zip(
                columns,
                (
                    labels[row["rule"]],
                    _percent(row["true_rate"]),
                    _percent(row["p_stop"]),
                    f"{number(row['expected_n'], 0)} of {count(planned[row['rule']])}",
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["operating"])
    ]
    return written(found, columns)


def monitoring_boundary(result: Result) -> pd.DataFrame:
    """One line a look, reached or planned: its information, its bound, and z."""
    columns = ["Look", "Day", "Events", "Information", "z", "Bound", "Nominal p at the bound", "Error spent", "Crossed"]
    seen = rows(result.tables["looks"])
    found = []
    for place, row in enumerate(rows(result.tables["boundary"])):
        look = seen[place] if row["reached"] else None
        cells = (
            "now, if made a look" if pd.isna(row["look"]) else count(row["look"]),
            date(look["day"]) if look else "not reached",
            count(row["events"]),
            _percent(row["information"]),
            NOTHING if look is None else _signed(look["z"]),
            number(row["bound"], 2, missing=_ENDED),
            f"{row['nominal_p']:.2g}",
            f"{row['spent']:.2g}",
            NOTHING if look is None else "YES" if look["crossed"] else "no",
        )
        found.append(dict(zip(columns, cells, strict=True)))
    return written(found, columns)


def _labels(result: Result) -> dict[str, str]:
    return dict(zip(result.tables["rules"]["rule"], result.tables["rules"]["label"], strict=True))


def _signed(z: float) -> str:
    return NOT_TESTED if pd.isna(z) else f"{z:+.2f}".replace("-", "−")


def _percent(value: float) -> str:
    """A share as a percentage, with one decimal where it has one; "< 0.1 %", "> 99.9 %" at the ends."""
    if 0 < value < 0.001:
        return "< 0.1 %"
    if 0.999 < value < 1:
        return "> 99.9 %"
    return f"{100 * value:.1f}".removesuffix(".0") + " %"
