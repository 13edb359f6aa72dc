"""Tables of the model of quality of life: how answers are missing, and the model visit by visit."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, count, n_percent, number, rows, text, with_limits, written
from crlm_dash.tables.survival import group_words

_PATTERNS = {
    "every form": "Answered every form so far",
    "gaps": "Missed some, answered again",
    "stopped": "Stopped answering",
    "withdrew": "Withdrew",
    "died": "Died",
    "nothing due": "Nothing due yet",
}


def patterns(result: Result) -> pd.DataFrame:
    """How patients' forms are missing, and the last change they reported."""
    found = [
        {
            "Group": group_words(row["strata"]),
            "Forms after baseline": _PATTERNS[row["pattern"]],
            "Patients": n_percent(row["n"], row["percent"]),
            "With a change": count(row["n_change"]),
            "Mean of their last change": number(row["mean_change"], result.facts["digits"], NOTHING).replace("-", "−"),
        }
        for row in rows(result.tables["patterns"])
    ]
    columns = ["Group", "Forms after baseline", "Patients", "With a change", "Mean of their last change"]
    return _by_group(result, written(found, columns))


def means(result: Result) -> pd.DataFrame:
    """Modelled changes by visit and group, and the differences of the groups."""
    between = {}
    for row in rows(result.tables["differences"]):
        group, _, reference = row["comparison"].partition(" vs ")
        between[group, row["visitnum"]] = (reference, _limits(result, row))
    reference = next((first for first, _ in between.values()), "")
    head = f"Less {reference} (95 % CI)"
    found = [
        {
            "Visit": text(row["visit"]).capitalize(),
            "Group": group_words(row["strata"]),
            "Answers": count(row["n"]),
            "Change (95 % CI)": _limits(result, row),
            head: between.get((row["strata"], row["visitnum"]), ("", NOTHING))[1],
        }
        for row in rows(result.tables["means"].sort_values("day", kind="stable"))
    ]
    columns = ["Visit", "Group", "Answers", "Change (95 % CI)", *([head] if reference else [])]
    return _by_group(result, written(found, columns))


def differences(result: Result) -> pd.DataFrame:
    """The differences of the groups at each visit."""
    found = [
        {
            "Visit": text(row["visit"]).capitalize(),
            "Groups": row["comparison"].replace(" vs ", " less "),
            "Difference (95 % CI)": _limits(result, row),
        }
        for row in rows(result.tables["differences"])
    ]
    return written(found, ["Visit", "Groups", "Difference (95 % CI)"])


def _limits(result: Result, row: dict[str, float]) -> str:
    shown = with_limits(row["estimate"], row["conf_low"], row["conf_high"], digits=result.facts["digits"])
    return shown.replace("-", "−")


def _by_group(result: Result, shown: pd.DataFrame) -> pd.DataFrame:
    return shown if result.facts["by"] else shown.drop(columns="Group")


TABLES: dict[str, Callable[[Result], pd.DataFrame]] = {"patterns": patterns, "means": means, "differences": differences}
