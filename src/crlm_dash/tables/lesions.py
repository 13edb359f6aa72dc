"""Tables of one patient's lesions."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, date, number, relabelled, rows, text, written
from crlm_dash.terms import LESION_STATES


def lesion_scans(result: Result) -> pd.DataFrame:
    """Each scan: the sum, its change, new lesions, the responses."""
    columns = [
        "Scan", "Date", "Day", "Targets measured", "Sum, mm", "% from baseline", "% from smallest", "mm from smallest",
        "New lesions", "From the diameters", "As assessed",
    ]  # fmt: skip
    found = [
        {
            "Scan": f"{row['scan']} · {_named(row)}",
            "Date": date(row["date"]),
            "Day": number(row["day"], 0, NOTHING),
            "Targets measured": f"{row['n_measured']} of {row['n_target']}",
            "Sum, mm": number(row["sum"], 0, NOTHING),
            "% from baseline": _signed(row["percent_baseline"]),
            "% from smallest": _signed(row["percent_nadir"]),
            "mm from smallest": _signed(row["change_nadir"]),
            "New lesions": str(row["n_new"]) if row["n_new"] else NOTHING,
            "From the diameters": text(row["calculated"]),
            "As assessed": text(row["assessed"]),
        }
        for row in rows(result.tables["scans"])
    ]
    return written(found, columns)


def lesion_list(result: Result) -> pd.DataFrame:
    """Each lesion: where, how large, what was done, what became of it."""
    shown = result.tables["lesions"].assign(
        organ=[text(each).capitalize() for each in result.tables["lesions"]["organ"]],
        role=[text(each).capitalize() for each in result.tables["lesions"]["role"]],
        last_state=[LESION_STATES[each].capitalize() for each in result.tables["lesions"]["last_state"]],
    )
    labels = {
        "lesion": "Lesion", "organ": "Organ", "segment": "Segment", "role": "Role", "first_day": "First seen, day",
        "first_size": "Then, mm", "smallest": "Smallest, mm", "largest": "Largest, mm",
        "last_state": "At the last scan", "treated": "Done where it sits",
    }  # fmt: skip
    return relabelled(shown, labels)


def lesion_states(result: Result) -> pd.DataFrame:
    """Every lesion at every scan."""
    states = result.tables["states"]
    shown = states.assign(state=[LESION_STATES[each].capitalize() for each in states["state"]])
    labels = {
        "lesion": "Lesion", "organ": "Organ", "segment": "Segment", "date": "Date", "day": "Day",
        "diameter": "Diameter, mm", "change": "From its smallest, mm", "state": "State",
    }  # fmt: skip
    return relabelled(shown, labels)


def _named(scan: dict[str, Any]) -> str:
    name = text(scan["visit"]).capitalize()
    return f"{name} (baseline)" if scan["is_baseline"] and name != "Baseline" else name


def _signed(value: float) -> str:
    if pd.isna(value):
        return NOTHING
    return "0" if abs(value) < 0.5 else f"{value:+.0f}".replace("-", "−")
