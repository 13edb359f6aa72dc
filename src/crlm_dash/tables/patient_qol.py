"""Tables of the quality of life of one patient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, count, date, number, rows, text, written

_VERDICTS = {"better": "better", "same": "about the same", "worse": "worse", "": NOTHING}
_ALERT = "much worse"


def profile(result: Result) -> pd.DataFrame:
    """Each scale: the last score beside baseline and trial."""
    found = [
        {
            "Scale": row["label"],
            "Baseline": _score(row, "baseline"),
            "Last": _score(row, "score"),
            "Change": _signed(row),
            "Meaning": _meaning(row),
            "Trial's median": _score(row, "median"),
            "of patients": count(row["n_median"]),
            "Better": row["better"],
            "Date": date(row["date"]),
            "Questionnaire": row["questionnaire"],
        }
        for row in rows(result.tables["profile"])
    ]
    columns = ["Scale", "Baseline", "Last", "Change", "Meaning", "Trial's median", "of patients"]
    return written(found, [*columns, "Better", "Date", "Questionnaire"])


def scores(result: Result) -> pd.DataFrame:
    """Every score of every form."""
    found = [
        {
            "Date": date(row["date"]),
            "Day": count(row["day"]),
            "Visit": text(row["visit"]).capitalize(),
            "Scale": row["label"],
            "Questionnaire": row["questionnaire"],
            "Score": _score(row, "score"),
            "Change": _signed(row),
            "Meaning": _meaning(row),
            "Trial's median": _score(row, "median"),
        }
        for row in rows(result.tables["scores"])
    ]
    columns = ["Date", "Day", "Visit", "Scale", "Questionnaire", "Score", "Change", "Meaning", "Trial's median"]
    return written(found, columns)


def alerts(result: Result) -> pd.DataFrame:
    """Forms that were worse than the baseline by more than twice the important difference."""
    found = [
        {
            "Date": date(row["date"]),
            "Day": count(row["day"]),
            "Scale": row["label"],
            "Change": _signed(row),
            "Important": _score(row, "important"),
            "Now": "yes" if row["is_last"] else "no",
        }
        for row in rows(result.tables["alerts"])
    ]
    return written(found, ["Date", "Day", "Scale", "Change", "Important", "Now"])


def _meaning(row: dict[str, Any]) -> str:
    return _ALERT if row["alert"] else _VERDICTS[row["verdict"]]


def _digits(row: dict[str, Any]) -> int:
    """An index between about 0 and 1 has two decimals, other scores none."""
    return 2 if row["scale"] == "EQINDEX" else 0


def _score(row: dict[str, Any], column: str) -> str:
    return number(row[column], _digits(row), NOTHING).replace("-", "−")


def _signed(row: dict[str, Any]) -> str:
    value = row["change"]
    return NOTHING if pd.isna(value) else f"{value:+.{_digits(row)}f}".replace("-", "−")


TABLES: dict[str, Callable[[Result], pd.DataFrame]] = {"profile": profile, "scores": scores, "alerts": alerts}
