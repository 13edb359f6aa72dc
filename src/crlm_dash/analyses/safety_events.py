"""Deaths and serious adverse events, one row each, as far as the viewer may see them; causes of death by group."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import (
    filter_note,
    group_order,
    population_words,
    result_of,
    whole,
)
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.safety_events_words import events_notes, events_sentence
from crlm_dash.analyses.withheld import is_unsplit, tells
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import POOLED, WITHHELD_TERMS

MOST_EVENTS = 1000
SEVERE, NO_GRADE = 3, 6  # the lowest CTCAE grade that is severe; one that no event has
ANY_CAUSE = "Any cause"
_TREATMENT = ("last_procedure", "since_procedure", "since_treatment", "attributed_to", "clavien", "reported", "remarks")
_WHOLE = ("day", "end_day", "days", "grade", "fatal_grade", "AESEQ", "since_treatment", "since_procedure")


def safety_events(
    door: Door,
    *,
    where: str = "",
    population: str = "ENRLFL",
    severe: bool = False,
    search: str = "",
    limit: int = MOST_EVENTS,
) -> Result:
    """
    Deaths and serious adverse events at any time, of the viewer's sites, the latest first.

    Parameters
    ----------
    where : a filter text
    population : ADSL flag; deaths and events of others are counted and said
    severe : events of grade 3 or higher too, though they are not serious
    search : a part of the identifier, the site, the cause, the term or the class
    limit : most rows wanted of each list

    Returns
    -------
    Table `deaths`: USUBJID, SITEID, arm, date, precision, day, since_treatment, last_procedure,
    since_procedure, cause, fatal_event, fatal_grade, fatal_related, source. Table `serious`: USUBJID, SITEID, arm,
    AESEQ, term, body_system, reported, grade, date, precision, day, end_date, end_precision, end_day, ongoing, days,
    serious, criteria, fatal, related, action, stopped, outcome, emergent, last_procedure, since_procedure,
    attributed_to, clavien, remarks, after_death. A column that the viewer may not read is absent. Table `causes` (of
    all sites): strata, n (subjects), cause, n_deaths, percent; missing where it is not shown by arm.
    """
    asked: dict[str, Any] = {"where": where, "population": population}
    searched = asked | {"search": search.strip()}
    least: dict[str, Any] = {"least_grade": SEVERE if severe else NO_GRADE}
    listing = searched | {"as_treated": population == "SAFFL", "row_limit": limit}
    total = door.ask("safety_events_total", **asked, **least).iloc[0]
    here = door.ask("safety_events_found", **searched, **least).iloc[0]
    tables = {
        "deaths": _readable(door, door.ask("safety_events_deaths", **listing)),
        "serious": _readable(door, door.ask("safety_events_serious", **listing, **least)),
        "causes": _causes(door, asked),
    }
    n = whole(total["n_subjects"])
    return result_of(
        door,
        "safety_events",
        tables,
        population=population_words(door, population),
        n_used=n,
        n_total=n,
        notes=[*events_notes(door, tables, total, here), filter_note(where)],
        filters=where,
        sentence=events_sentence(tables["causes"], total),
        empty="" if n else f"No subject is in this population ({population}) yet.",
        facts={
            "search": search.strip(),
            "n_deaths": whole(here["n_deaths"]),
            "n_events": whole(here["n_events"]),
        },
    )


def _readable(door: Door, found: pd.DataFrame) -> pd.DataFrame:
    """
    The columns this viewer may read: what the door leaves empty is not there.

    An arm is shown by its name only. To who sees codes `action` is absent too: "not applicable" is what sites write of
    events that no drug caused.
    """
    coded = not door.can(Action.SEE_ARM_NAMES)
    absent = {"arm"} if coded or BY_ARM not in door.groupings() else set()
    if door.withholds_terms:
        absent |= set(_TREATMENT)
    if coded:
        absent |= {"action"}
    shown = found.drop(columns=[name for name in found if name in absent])
    return shown.astype({name: "Int64" for name in _WHOLE if name in shown})


def _causes(door: Door, asked: dict[str, Any]) -> pd.DataFrame:
    """
    Deaths by cause, most first, by arm where the viewer may see that, and of all.

    By coded arm a cause that tells the arm is counted for all arms together, and so is the sum of all causes.
    """
    by = BY_ARM if BY_ARM in door.groupings() else None
    sizes = door.ask("group_sizes", by=by, **asked).set_index("strata")["n"]
    order = group_order(door, by, sizes.index) if by else [POOLED]
    groups = {name: whole(sizes.get(name, 0)) for name in order}
    dead = door.ask("safety_deaths", by=by, **asked)
    told = [ANY_CAUSE, WITHHELD_TERMS] if is_unsplit(door, by) and tells(dead["cause"]) else []
    if by:
        everyone = dead.groupby("cause", as_index=False, sort=False)["n"].sum().assign(strata=POOLED)
        dead = pd.concat([dead, everyone], ignore_index=True)
        groups |= {POOLED: sum(groups.values())}
    sums = dead.groupby("strata", as_index=False)["n"].sum().assign(cause=ANY_CAUSE)
    of_all = dead[dead["strata"] == POOLED].sort_values(["n", "cause"], ascending=[False, True])
    lines = pd.DataFrame({"cause": [ANY_CAUSE, *of_all["cause"]]})
    cells = pd.DataFrame({"strata": list(groups), "size": list(groups.values())})
    counted = pd.concat([dead, sums], ignore_index=True)
    full = lines.merge(cells, how="cross").merge(counted, on=["cause", "strata"], how="left")
    n_deaths = full["n"].fillna(0).astype("Int64").mask(full["cause"].isin(told) & full["strata"].ne(POOLED))
    percent = 100 * n_deaths.astype("Float64") / full["size"].where(full["size"] > 0)
    shown = full.assign(n=full["size"], n_deaths=n_deaths, percent=percent.astype(float))
    return shown[["strata", "n", "cause", "n_deaths", "percent"]]
