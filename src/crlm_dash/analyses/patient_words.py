"""One patient in words: the sentence that stands for the picture, and what to bear in mind."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.patient_summary import day_words
from crlm_dash.analyses.withheld import NO_CODE
from crlm_dash.analyses.words import plural
from crlm_dash.store.door import Door
from crlm_dash.store.rooms import REVEALING_LANES
from crlm_dash.terms import Lane


def story(usubjid: str, adsl: pd.Series, status: str, timeline: pd.DataFrame) -> str:
    """
    The patient in a few sentences, for who cannot see the picture.

    Parameters
    ----------
    adsl : the subject's row
    status : where the subject stands, in words
    timeline : of the patient analysis, in the order of time

    Returns
    -------
    Who it is, how many records there are; treatments (by number and day: their names can be those of the arms),
    responses and events in short.
    """
    who = " ".join(str(part) for part in (adsl["SEX"], adsl["AGE"]) if pd.notna(part)).replace(".0", "")
    records = plural(len(timeline), "dated record")
    first = f"Patient {usubjid}{f' ({who})' if who else ''}: {status.lower()}; {records} on the timeline."
    return " ".join([first, *_told(timeline)])


def _told(timeline: pd.DataFrame) -> Iterator[str]:
    lanes = dict(iter(timeline.groupby("lane", sort=False)))
    if (rows := lanes.get(Lane.DISEASE.value)) is not None:
        yield f"Disease: {_dated(rows)}."
    if (rows := lanes.get(Lane.LOCAL.value)) is not None:
        days = ", ".join(day_words(day) for day in rows["start"].drop_duplicates())
        yield f"{plural(len(rows), 'local treatment')} ({days})."
    if (rows := lanes.get(Lane.SYSTEMIC.value)) is not None:
        n_regimens = rows["label"].nunique()
        yield f"{plural(n_regimens, 'regimen')} of systemic therapy, first on {day_words(rows['start'].min())}."
    if (rows := lanes.get(Lane.RESPONSE.value)) is not None:
        yield f"Last imaging: {_dated(rows[rows['start'] == rows['start'].max()])}."
    if (rows := lanes.get(Lane.ADVERSE.value)) is not None:
        worst = rows["grade"].max()
        grade = "" if pd.isna(worst) else f", worst grade {worst:.0f}"
        n_serious = int((rows["serious"] == "Y").sum())
        yield f"{plural(len(rows), 'adverse event')}, {n_serious} serious{grade}."


def _dated(rows: pd.DataFrame) -> str:
    return ", ".join(f"{row.label} ({day_words(row.start)})" for row in rows.itertuples())


def notes(door: Door, timeline: pd.DataFrame, died: str | None, left_out: pd.DataFrame) -> list[str]:
    """
    What is withheld, odd, or left out of this patient's records.

    Parameters
    ----------
    timeline, left_out : of the patient analysis
    died : day of death, if there is one

    Returns
    -------
    One sentence each; '' where there is nothing to say.
    """
    coded = not door.can(Action.SEE_ARM_NAMES)
    hidden = ", ".join(REVEALING_LANES)
    partial = int((timeline["precision"].isin(["D", "M"]) | timeline["end_precision"].isin(["D", "M"])).sum())
    backward = int((timeline["end"] < timeline["start"]).sum())
    after = 0 if died is None else int((timeline["start"] > pd.Timestamp(died)).sum())
    n_out = int(left_out["n"].sum())
    return [
        f"Withheld because they would show the arm: {hidden}, and details of the rest." if coded else "",
        NO_CODE if coded else "",
        f"{plural(after, 'record')} of a day after the death: one of the dates is wrong." if after else "",
        f"{plural(backward, 'record')} with an end before the start: drawn as a day." if backward else "",
        f"{plural(partial, 'date')} recorded without day or month: drawn over the time it can mean." if partial else "",
        f"{plural(n_out, 'dated record')} not on the timeline: listed with the reasons under Table." if n_out else "",
        "Criteria are evaluated from the records on or before enrolment; a missing fact makes a criterion unknown."
        if any(each.rule for each in door.protocol.criteria)
        else "Criteria are shown as the site recorded them.",
    ]
