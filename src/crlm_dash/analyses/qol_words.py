"""What is said about quality of life: better or worse, for whom, how many answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import MIN_GROUP, assumed, comparison_note, filter_note, records, whole
from crlm_dash.analyses.qol_deterioration import words as deterioration_words
from crlm_dash.analyses.qol_scale import Scale
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import POOLED

INDEX = "EQINDEX"
YEAR = 400  # days: a visit at one year, with room for how years and months are counted


def empty(n_total: int, scale: Scale | None) -> str:
    """Why nothing can be shown; '' where there is something."""
    if n_total == 0:
        return "No patient is in this population yet."
    if scale is None:
        return "This trial delivered no answers to QLQ-C30, QLQ-LMC21, QLQ-CR29 or EQ-5D-5L (QS or ADQS)."
    return ""


Read = list[tuple[str, dict[str, Any], dict[str, Any]]]  # a group, its numbers at one visit, its forms of that visit


def visit_read(tables: dict[str, pd.DataFrame], order: list[str]) -> Read:
    """
    What is read of the visits: the last of the first year with ten changes in every group, else that with most changes.

    Later visits are answered by few, and by those who fared best.

    Parameters
    ----------
    tables : `visits` and `completion`
    order : the groups

    Returns
    -------
    The rows of that visit, groups in their order; nothing where nobody has a change.
    """
    after = [row for row in records(tables["visits"]) if row["n_change"] > 0]
    n, enough, days = Counter[float](), Counter[float](), {row["visitnum"]: row["day"] for row in after}
    for row in after:
        n[row["visitnum"]] += whole(row["n_change"])
        enough[row["visitnum"]] += row["n_change"] >= MIN_GROUP
    groups = len({row["strata"] for row in after})
    full = [visit for visit in days if enough[visit] == groups and days[visit] <= YEAR]
    here = max(full, key=days.__getitem__) if full else max(days, key=n.__getitem__, default=None)
    forms = {row["strata"]: row for row in records(tables["completion"]) if row["visitnum"] == here}
    rows = {row["strata"]: row for row in after if row["visitnum"] == here}
    return [(name, rows[name], forms[name]) for name in order if name in rows and name in forms]


def finding(read: Read, scale: Scale) -> str:
    """
    Whether life is better or worse than before, for whom, and how many answered.

    Parameters
    ----------
    read : the visit that is told
    scale : what is shown

    Returns
    -------
    The sentence.
    """
    if not read:
        return f"{scale.label}: nobody has an answer after baseline yet that can be set against the baseline."
    parts = [_of_group(row, form, scale, name) for name, row, form in read]
    return f"{scale.label} at {visit_name(read).lower()}, against baseline. {' '.join(parts)}"


def visit_name(read: Read) -> str:
    """The visit that is told, '' where there is none."""
    return str(read[0][1]["visit"]).capitalize() if read else ""


def headline(read: Read, scale: Scale) -> str:
    """
    The finding in the words of a meeting: better or worse, for whom, how many answered.

    Parameters
    ----------
    read, scale : as of `finding`

    Returns
    -------
    One sentence.
    """
    if not read:
        return f"{scale.label}: no change from baseline is known yet"
    parts = []
    for name, row, form in read:
        said = verdict(row["change_low"], row["change_high"], scale).partition(",")[0]
        size = f" by {abs(row['mean_change']):.{scale.digits}f} points" if said in ("better", "worse") else ""
        limits = _limits_in_words(row, scale, of_size=bool(size))
        answered = whole(form["received"]) + whole(form["outside_window"])
        dead = f", {whole(form['dead']):,} dead" if form["dead"] else ""
        who = "" if name == POOLED else f"{name} "
        n = whole(row["n_change"])
        of = f", {n:,} of them compared" if n < answered else ""
        parts.append(f"{who}{said}{size} ({limits}{answered:,} of {whole(form['expected']):,} answered{of}{dead})")
    return f"{scale.label} at {visit_name(read).lower()}, against baseline: {'; '.join(parts)}"


def _limits_in_words(row: dict[str, Any], scale: Scale, *, of_size: bool) -> str:
    """The 95 % limits as they follow a verdict: of its size, or of the change where it has none; '' where unknown."""
    ends = [row["change_low"], row["change_high"]]
    if pd.isna(ends).any():
        return ""
    low, high = sorted(map(abs, ends)) if of_size else ends
    written = (f"{end:.{scale.digits}f}" if of_size else signed(end, scale.digits) for end in (low, high))
    return f"95 % CI {' to '.join(written)}; "


def _of_group(row: dict[str, Any], forms: dict[str, Any], scale: Scale, name: str) -> str:
    n, low, high = whole(row["n_change"]), row["change_low"], row["change_high"]
    limits = "" if pd.isna(low) else f", 95 % CI {signed(low, scale.digits)} to {signed(high, scale.digits)}"
    who = "All patients together" if name == POOLED else name
    received = whole(forms["received"]) + whole(forms["outside_window"])
    expected, dead = whole(forms["expected"]), whole(forms["dead"])
    shares = ""
    if scale.points is not None:
        better, worse = (f"{whole(row[each]):,} ({100 * row[each] / n:.0f} %)" for each in ("better", "worse"))
        shares = f"; by {scale.points:g} points or more better {better}, worse {worse}"
    said = verdict(low, high, scale)
    answered = f"answered by {received:,} of {expected:,} expected" + (f", {dead:,} had died" if dead else "")
    mean = signed(row["mean_change"], scale.digits)
    return f"{who}: {said} (mean change {mean}{limits}; {n:,} patients{shares}); {answered}."


def verdict(low: float, high: float, scale: Scale) -> str:
    """
    A change in words: worse, better or no clear change, and whether by as much as matters.

    Parameters
    ----------
    low, high : the 95 % limits of a change
    scale : which way is better, and what is important

    Returns
    -------
    The words. A change is important, or less than that, where its whole interval is; else perhaps important.
    """
    low, high = sorted((scale.sign * low, scale.sign * high))
    if pd.isna(low):
        return "too few to judge"
    if low <= 0 <= high:
        return "no clear change"
    word = "better" if low > 0 else "worse"
    if scale.points is None:
        return word
    least, most = sorted((abs(low), abs(high)))
    if most < scale.points - 1e-9:
        return f"{word}, less than what is important"
    return f"{word}, {'' if least >= scale.points - 1e-9 else 'perhaps '}by an important amount"


def signed(value: float, digits: int = 1) -> str:
    """A change as it is read, with its sign: +1.0, −7.5."""
    return f"{value:+.{digits}f}".replace("-", "−")


def notes(
    door: Door, tables: dict[str, pd.DataFrame], scale: Scale, people: pd.DataFrame, *, by: str | None, where: str
) -> list[str]:
    """What the numbers count, in the order in which a reader needs it."""
    return [
        f"{scale.label} ({scale.questionnaire}): {scale.better} values are better; the scale runs from "
        f"{scale.worst:g} (worst) to {scale.best:g} (best).",
        "Means are of those who answered. Who is too ill to answer, or has died, is not in them, so they may look "
        "better than life is: read them with the strip below. There is no test.",
        "Expected are the forms of those alive and taking part when the visit's window closed. Who died, withdrew or "
        "was not due is not missing.",
        "Baseline is the last score on or before enrolment. A form stands for the planned visit nearest to it; "
        f"{_outside(tables['visits'])}.",
        _important(door, scale),
        _valued(door, scale),
        *deterioration_words(tables, scale, whole(people["n_floor"].sum()), whole(people["n_baseline"].sum())),
        "Many scales and visits can be looked at here: single differences arise by chance.",
        comparison_note(door, by),
        _coded(door, by),
        filter_note(where),
        *assumed(door, "quality_of_life", "visits"),
    ]


def _outside(visits: pd.DataFrame) -> str:
    n = whole(visits["n_outside"].sum())
    return f"{n:,} outside its window are counted too" if n else "all were within its window"


def _important(door: Door, scale: Scale) -> str:
    if scale.points is None:
        return "The protocol file declares no important difference of this scale, so nobody is called better or worse."
    source = door.protocol.quality_of_life.source
    return (
        f"Important is a change of {scale.points:g} points{f' ({source})' if source else ''}. A mean change is called "
        "important, or less than that, only where all of its 95 % interval (Student's t) is."
    )


def _valued(door: Door, scale: Scale) -> str:
    """By whose values health states have an index."""
    declared = door.protocol.quality_of_life
    if scale.code != INDEX or not declared.value_set:
        return ""
    whose = f" ({declared.value_set_source})" if declared.value_set_source else ""
    return (
        f"The index is by the value set of the protocol file, {declared.value_set}{whose}; all five answers are needed."
    )


def _coded(door: Door, by: str | None) -> str:
    """What a code cannot hide: an operation shows in how patients feel."""
    if by != BY_ARM or door.can(Action.SEE_ARM_NAMES):
        return ""
    return "Codes hide the arms' names only: a fall after a procedure may still tell which arm is which."
