"""What the stopping lines say in words: whether one is crossed, who counts, what the boundary rests on."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import MIN_GROUP, comparison_note, records
from crlm_dash.analyses.monitoring_boundary import Compared
from crlm_dash.analyses.words import listed, plural
from crlm_dash.protocol import DEATH_DAYS
from crlm_dash.store.door import BY_ARM, Door

NONE_DECLARED = (
    "The protocol file of this trial declares no stopping rules, so there is no line to draw: neither for what happens "
    "after procedures nor for the comparison of the arms."
)


def facts(door: Door, compared: Compared | None) -> dict[str, Any]:
    """What the figure of the boundary needs besides the tables."""
    if compared is None:
        return {}
    return {"arms": list(door.arms), "label": compared.endpoint.label, "events": compared.declared.events}


def verdict(rules: pd.DataFrame, compared: Compared | None) -> str:
    """The one sentence at the top: whether any line is crossed, now or on the way."""
    lines = [(row["label"], row["stopped"], not pd.isna(row["first_stopped"])) for row in records(rules)]
    if compared:
        crossed = compared.tables["looks"]["crossed"].tolist()
        lines.append((compared.endpoint.label, any(crossed[-1:]), any(crossed)))
    now = [label for label, at_present, _ in lines if at_present]
    before = [label for label, at_present, ever in lines if ever and not at_present]
    said = f"{_how_many(now)} crossed: {listed(now)}." if now else "No stopping line is crossed."
    return f"{said} Crossed on the way, and no longer: {listed(before)}." if before else said


def _how_many(crossed: list[str]) -> str:
    return "A stopping line is" if len(crossed) == 1 else f"{len(crossed)} stopping lines are"


def rule_sentence(row: dict[str, Any]) -> str:
    """Where one rule stands."""
    seen = f"{row['label']}: {row['n_event']} of {plural(row['n'], 'patient')}"
    if row["n"] < row["min_n"]:
        return f"{seen}, judged from {plural(row['min_n'], 'patient')} on"
    chance = f"probability of a rate above {share(row['acceptable'])}: {share(row['posterior'])}"
    line = "no number of events would stop yet" if pd.isna(row["n_stop"]) else f"the line is at {row['n_stop']}"
    if pd.isna(row["first_stopped"]) or row["first_stopped"] == row["n"]:
        return f"{seen}, {line} ({chance})"
    since = f"at or above it first after {plural(int(row['first_stopped']), 'patient')}"
    return f"{seen}, {line}, {since}{'' if row['stopped'] else ', below it again now'} ({chance})"


def boundary_sentence(door: Door, compared: Compared) -> str:
    """Where the comparison of the arms stands."""
    looks, endpoint = compared.tables["looks"], compared.endpoint
    seen = f"{endpoint.label}: {compared.events} of {plural(compared.declared.events, 'event')} planned"
    if len(door.arms) != 2:
        return f"{endpoint.label}: {without_two_arms(door)}"
    if looks.empty:
        return seen
    last = records(looks)[-1]
    if pd.isna(last["z"]):
        return f"{seen}, no test (n < {MIN_GROUP} in an arm)"
    bound = "no error left to spend" if pd.isna(last["bound"]) else f"bound ±{last['bound']:.2f}"
    past = [each for each in records(looks)[:-1] if each["crossed"]]
    before = f"; crossed before, at look {listed([str(each['look']) for each in past])}" if past else ""
    return f"{seen}, z = {signed(last['z'])}, {bound}{_in_favour(door, last) if last['crossed'] else ''}{before}"


def _in_favour(door: Door, look: dict[str, Any]) -> str:
    return f", crossed in favour of {door.arms[0 if look['z'] > 0 else 1]}"


def without_two_arms(door: Door) -> str:
    """Why there is no z."""
    there = plural(len(door.arms), "arm")
    return (
        f"the boundary compares two arms, and in this trial {there} {'has' if len(door.arms) == 1 else 'have'} patients"
    )


def rule_notes(rules: pd.DataFrame, outcomes: pd.DataFrame, days: int) -> list[str]:
    """Who counts for the rules, who does not yet, and how to read the path."""
    if rules.empty:
        return []
    measures = set(rules["measure"])
    mine = outcomes[outcomes["measure"] == rules["measure"].iloc[0]]
    later, partial = int(mine["n_later"].sum()), int(mine["n_partial"].sum())
    return [
        "Each patient with a local procedure in the trial (after enrolment, its day known) counts once, whatever the "
        "number of procedures. All procedures and all arms are taken together: a procedure tells the arm.",
        f"Death: of any cause within {DEATH_DAYS} days of any of the procedures; no event, when the patient was alive "
        f"{DEATH_DAYS} days after the last." if "mortality_90" in measures else "",
        "Complication: an adverse event of Clavien–Dindo IIIb, IVa, IVb or V that the site attributed to a procedure "
        f"(or graded without naming a treatment), begun within {days} days of it; no event, when {days} days after the "
        "last procedure are over or the patient died before." if "clavien_3b" in measures else "",
        *(_waiting(row, DEATH_DAYS if row["measure"] == "mortality_90" else days) for row in records(rules)),
        f"{plural(later, 'patient')} had local procedures only after progression; they count too." if later else "",
        f"Of {plural(partial, 'patient')} the day of a procedure is only partly known." if partial else "",
        "Patients stand in the order of the day on which their outcome became known, by today's data. An event is "
        "known at once, its absence only when the days are over: while patients are waiting, above all early in a "
        "trial, the path lies too high rather than too low.",
        "The line: the smallest number of events at which the probability, given the data and the prior, that the true "
        "rate is above the acceptable one exceeds what the rule allows; judged at the end of each day.",
    ]  # fmt: skip


def _waiting(row: dict[str, Any], days: int) -> str:
    """Who does not count yet for one rule, and why."""
    reasons = {
        "n_within": f"still within {days} days of a procedure",
        "n_short": f"last seen before day {days}",
        "n_undated": "died on a day that is not recorded",
    }
    found = [f"{row[column]} {why}" for column, why in reasons.items() if row[column]]
    return f"{row['label']}, not counted: {listed(found)}." if found else ""


def undated_note(rules: pd.DataFrame, undated: pd.DataFrame) -> str:
    """Who had a procedure on a day that is not known."""
    n, only = (int(undated[column].iloc[0]) for column in ("n_undated", "n_only_undated"))
    if rules.empty or not n:
        return ""
    alone = f"; {only} of them had no other and cannot be counted" if only else ""
    return f"{plural(n, 'patient')} had a local procedure on a day that is not recorded{alone}."


def boundary_notes(door: Door, compared: Compared) -> list[str]:
    """What the boundary rests on, and where the data leave the plan."""
    if len(door.arms) != 2:
        return [f"No z is computed: {without_two_arms(door)}."]
    looks, first, declared, endpoint = compared.tables["looks"], door.arms[0], compared.declared, compared.endpoint
    over = compared.events - declared.events
    return [
        f"z is the log-rank statistic of {endpoint.label} ({endpoint.paramcd}), all enrolled patients in the arm they "
        f"were enrolled to: above 0 where {first} has fewer events than if there were no difference.",
        "An earlier look is made of today's data, with follow-up cut on the day of its last event; it is not what was "
        "shown then.",
        f"The bounds spend a two-sided error of {share(declared.alpha)} as Lan and DeMets do for boundaries of "
        "O'Brien–Fleming type, by the share of the planned events that each look really had.",
        "The present cut is not one of the planned looks. Its bound (open diamonds) is that of a further look; made "
        "one, it would move the bounds of the looks that follow." if compared.extra and over <= 0 else "",
        f"{plural(over, 'event')} more than planned: the whole error is spent by then, so a further look has no bound."
        if over > 0 and compared.extra else "",
        f"{plural(compared.merged, 'planned look')} fell on the same day as the next and "
        f"{'is' if compared.merged == 1 else 'are'} one with it." if compared.merged else "",
        f"n < {MIN_GROUP} in an arm: no test at that look." if compared.small else "",
        f"{plural(compared.undated, 'event')} without a day: counted at the present cut only."
        if compared.undated else "",
        "No event has happened yet." if looks.empty else "",
        comparison_note(door, BY_ARM),
        "" if door.protocol.allocation.randomised else
        "Without randomisation the arms may differ from the start: a boundary crossed does not say that the treatment "
        "is the reason.",
    ]  # fmt: skip


def share(value: float) -> str:
    """A probability as a percentage, with as many decimals as it needs."""
    percent = 100 * value
    return f"{percent:.0f} %" if 1 <= percent <= 99 or percent in (0, 100) else f"{percent:.2g} %"


def signed(z: float) -> str:
    """A z value with its sign."""
    return f"{z:+.2f}".replace("-", "−")
