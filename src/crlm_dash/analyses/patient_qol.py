"""The quality of life of one patient: every scale against the own baseline and the trial's median, and alerts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import assumed, records, result_of, table
from crlm_dash.analyses.patient_summary import day_words
from crlm_dash.analyses.qol_words import INDEX
from crlm_dash.analyses.result import Result
from crlm_dash.store.door import Door

TIMES = 2  # as many important differences of worsening call for attention
NAMED = 4  # scales told in the alert
_PROFILE = (
    "questionnaire scale label better worst best baseline date day score change important verdict alert median n_median"
)
_SCORES = "questionnaire scale label date day visit score change verdict alert median n_median"
_ALERTS = "scale label date day change important is_last"


def patient_qol(door: Door, *, usubjid: str = "") -> Result:
    """
    The scores of one subject of the viewer's sites.

    Parameters
    ----------
    usubjid : the subject

    Returns
    -------
    Tables `profile` (one row a scale: the last score after baseline, else the baseline; `verdict` better, same or worse
    by the important difference), `scores` (every form) and `alerts` (forms worse than the baseline by more than twice
    the important difference, and by more than one answer of a scale of one item). Medians are of all arms and sites
    together, at the visit of the form.

    Raises
    ------
    AccessDenied : the subject is of a site the viewer may not see; NotFound : there is no such subject
    """
    wanted = usubjid.strip()
    found = door.ask("patient_qol", usubjid=wanted)
    rows = [_judged(door, row) for row in records(found)]
    last = {row["scale"]: row for row in rows}  # in the order of their dates
    profile = [row | {"baseline": row["base"]} for row in last.values()]
    alerts = [row | {"is_last": row is last[row["scale"]]} for row in rows if row["alert"]]
    empty = "" if rows else "No answers of this patient to a quality-of-life questionnaire are on record."
    shapes = {"profile": (profile, _PROFILE), "scores": (rows, _SCORES), "alerts": (alerts, _ALERTS)}
    return result_of(
        door,
        "patient_qol",
        {
            name: table([[row[column] for column in shape.split()] for row in several], shape)
            for name, (several, shape) in shapes.items()
        },
        population=f"Patient {wanted}",
        n_used=1 if rows else 0,
        n_total=1,
        notes=_notes(door) if rows else (),
        sentence=_finding(profile),
        empty=empty,
        facts={
            "usubjid": wanted,
            "alert": _alert([row for row in alerts if row["is_last"]]),
            "questionnaires": list(dict.fromkeys(row["questionnaire"] for row in rows)),
        },
    )


def _judged(door: Door, row: dict[str, Any]) -> dict[str, Any]:
    """A score with what its change means."""
    points = door.protocol.quality_of_life.important(row["scale"], percent=row["scaling"] != "level")
    verdict, alert = "", False
    if points is not None and not pd.isna(row["change"]):
        gain = row["change"] if row["better"] == "higher" else -row["change"]
        verdict = "better" if gain >= points - 1e-9 else "worse" if gain <= 1e-9 - points else "same"
        alert = gain < -max(TIMES * points, row["step"]) - 1e-9
    return row | {"important": points, "verdict": verdict, "alert": alert}


def _finding(profile: list[dict[str, Any]]) -> str:
    """How many scales are better, the same, worse at their last form."""
    changed = [row for row in profile if row["verdict"]]
    if not changed:
        return "Nothing can be set against a baseline yet." if profile else ""
    n = {word: sum(row["verdict"] == word for row in changed) for word in ("worse", "same", "better")}
    latest = max((row for row in changed if not pd.isna(row["date"])), key=lambda row: row["date"], default=None)
    when = f" (last form {day_words(latest['date'])})" if latest else ""
    return (
        f"Against the own baseline{when}: {n['worse']} of {len(changed)} scales worse by an important amount, "
        f"{n['better']} better, {n['same']} about the same."
    )


def _alert(alerts: list[dict[str, Any]]) -> str:
    """The scales that are much worse at the last form, those of one question last; '' where none is."""
    if not alerts:
        return ""
    worst = sorted(alerts, key=lambda row: (row["step"] > TIMES * row["important"], -abs(row["change"])))
    named = ", ".join(
        f"{row['label']} (by {abs(row['change']):.{2 if row['scale'] == INDEX else 0}f} points)"
        for row in worst[:NAMED]
    )
    more = f" and {len(worst) - NAMED} more" if len(worst) > NAMED else ""
    return f"Worse than at baseline by more than twice the important difference: {named}{more}."


def _notes(door: Door) -> list[str]:
    declared = door.protocol.quality_of_life
    own = ", ".join(f"{each.scale} {each.points:g}" for each in declared.scales)
    points = "; ".join(each for each in (f"{declared.points:g} points" if declared.points else "", own) if each)
    return [
        "Each scale is drawn from its worst end (left) to its best (right), whichever way it counts.",
        f"Important is a change of {points}" + (f" ({declared.source})." if declared.source else ".")
        if points
        else "The protocol file declares no important difference, so no scale is called better or worse.",
        f"Much worse is worse than at baseline by more than {TIMES} times that, and by more than one step of the "
        "answers: where a scale has one question only, one step is 33 points."
        if points
        else "",
        "The median is of all patients enrolled who answered at the same planned visit, all arms and sites together; "
        "none is shown of fewer than five. A single scale of a single patient varies by chance from form to form.",
        *assumed(door, "quality_of_life"),
    ]
