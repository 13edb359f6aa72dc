"""What changed between an earlier data cut and this one, in numbers and event by event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.changes_words import (
    COUNTING,
    EVENT_CHANGES,
    MEASURES,
    PROCEDURAL,
    PROCEDURE_CHANGES,
    STANDINGS,
    UNDATED,
    against,
    early_deaths,
    moved,
)
from crlm_dash.analyses.comparing import CUTS, compared_facts, cuts_table, first_cut
from crlm_dash.analyses.framing import (
    filter_note,
    group_order,
    population_words,
    records,
    result_of,
    table,
    whole,
)
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.withheld import is_unsplit, tells
from crlm_dash.analyses.words import day, plural
from crlm_dash.errors import RequestError
from crlm_dash.store.comparing import Comparison, beside_earlier
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import WITHHELD_TERMS

MOST_LISTED = 1000
_NUMBERS = "before now difference happened corrected"
_COLUMNS = {
    "headline": f"measure {_NUMBERS}",
    "by_arm": f"measure strata {_NUMBERS}",
    "events": "change n_events n_subjects n_serious n_since n_earlier n_undated",
    "subjects": "change n_subjects n_since n_earlier",
    "procedures": "change n_procedures n_subjects n_since n_earlier",
    "new_deaths": "USUBJID SITEID change date precision day cause",
    "new_serious": "USUBJID SITEID change term grade date precision day related outcome fatal",
    "regraded": "USUBJID SITEID term grade_before grade date precision day serious related outcome",
}
_Asked = Mapping[str, Any]


def changes(
    door: Door, *, since: int | None = None, by: str | None = None, where: str = "", limit: int = MOST_LISTED
) -> Result:
    """
    What changed since an earlier data cut: what happened, and what was entered late or corrected.

    Parameters
    ----------
    since : number of the earlier cut; None for the one before
    by : 'arm' fills `by_arm`; None leaves it empty
    where : a filter text, on what each cut says of a patient
    limit : most rows of each list

    Returns
    -------
    Tables `cuts`, the earlier first · `headline`: measure, before, now, difference = happened (dated after the earlier
    cut-off) + corrected (entered late or changed; both missing where no date tells them apart); what the data do not
    record is missing · `by_arm`: the same of patients, by group · `events`: change, n_events, n_subjects, n_serious,
    n_since (begun after the earlier cut-off), n_undated, n_earlier; one event may have changed in several ways ·
    `subjects`: change, n_subjects, n_since, n_earlier · `procedures`, where the viewer may see them · `new_deaths`,
    `new_serious`, `regraded`: one row a patient or event of the viewer's sites. Zero rows stay.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm; or as `store.comparing.earlier_cut` for `since`
    """
    if by not in (None, BY_ARM):
        raise RequestError(f"Changes are told for all patients together or by arm, not by '{by}'.")
    if by == BY_ARM:
        door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    both = beside_earlier(door, since)
    if both is None:
        n = whole(door.ask("group_sizes", population="SCRNFL", where=where)["n"].sum())
        population = population_words(door, "SCRNFL")
        return first_cut(door, "changes", ("cuts", *_COLUMNS), _nothing, population=population, n_total=n)
    asked: dict[str, Any] = {"where": where, "cutoff": both.cut.cutoff, "cutoff_before": both.since.cutoff}
    n = whole(both.ask("group_sizes", population="SCRNFL", where=where)["n"].sum())
    lists = {name: both.ask(query, row_limit=limit, **asked) for name, query in _LISTS.items()}
    tables = {
        "cuts": cuts_table(both),
        "headline": _headline(both, asked),
        "by_arm": _by_arm(both, asked) if by else _nothing("by_arm"),
        "events": _kinds(both.ask("changes_events", **asked), EVENT_CHANGES),
        "subjects": _kinds(both.ask("changes_subjects", population="SCRNFL", **asked), STANDINGS),
        "procedures": _procedures(both, asked),
        **{name: _seen(both, found) for name, found in lists.items()},
    }
    return result_of(
        door,
        "changes",
        tables,
        population=against(population_words(door, "SCRNFL"), both.since),
        n_used=n,
        n_total=n,
        notes=[*_notes(both, by, tables), *_not_listed(tables, lists), filter_note(where)],
        filters=where,
        sentence=moved(tables["headline"], both.since) if n else "",
        empty="" if n else "No subject has been screened yet.",
        facts=compared_facts(both) | {"measures": MEASURES},
    )


def _nothing(name: str) -> pd.DataFrame:
    return table([], _COLUMNS.get(name, CUTS))


def _headline(both: Comparison, asked: _Asked) -> pd.DataFrame:
    """One row a measure of all arms together, in the order of `MEASURES`, then deaths soon after procedures."""
    people = both.ask("changes_people", population="SCRNFL", **asked).set_index("state")
    safety = both.ask("changes_safety", population="SAFFL", **asked).set_index("state")
    states = both.ask("changes_states", population="SCRNFL", **asked).set_index("state")
    known = pd.concat([people, safety, states], axis=1)
    rows = [(words, *_numbers(known[key], dated=key not in UNDATED)) for key, words in MEASURES.items()]
    return table([*rows, *_early_deaths(both, asked)], _COLUMNS["headline"]).astype(_FLOATS)


def _numbers(by_state: pd.Series, *, dated: bool = True) -> tuple[float, ...]:
    """Before, now, difference, what happened since and what was corrected, of one measure by state."""
    before, revised, now = by_state.reindex(_STATES).astype(float)
    if not dated:
        return before, now, now - before, float("nan"), float("nan")
    return before, now, now - before, now - revised, revised - before


def _early_deaths(both: Comparison, asked: _Asked) -> list[tuple[object, ...]]:
    if not both.can(Action.SEE_OUTCOMES_BY_ARM):
        return []
    days = list(both.protocol.safety.procedure_days)
    found = both.ask("changes_procedures", days=days, **asked)
    return [(early_deaths(each), *_numbers(found[found["days"] == each].set_index("state")["n_died"])) for each in days]


def _by_arm(both: Comparison, asked: _Asked) -> pd.DataFrame:
    """The same of patients by arm: as planned, and as treated for what befell them on treatment."""
    kept = {"screened", *(["serious_events"] if is_unsplit(both, BY_ARM) else [])}
    found: dict[str, list[tuple[object, ...]]] = {key: [] for key in MEASURES if key not in kept}
    for query, population in (("changes_people", "ENRLFL"), ("changes_safety", "SAFFL")):
        frame = both.ask(query, by=BY_ARM, population=population, **asked).set_index(["strata", "state"])
        for strata in group_order(both, BY_ARM, frame.index.get_level_values("strata")):
            known = frame.reindex([(strata, state) for state in _STATES], fill_value=0).droplevel("strata")
            for key in frame.columns.intersection(list(found)):
                found[key].append((MEASURES[key], strata, *_numbers(known[key], dated=key not in UNDATED)))
    return table([row for rows in found.values() for row in rows], _COLUMNS["by_arm"]).astype(_FLOATS)


def _kinds(found: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """Counts of each kind of change in its order, also of those that did not happen."""
    counted = found.set_index("change").reindex(list(words), fill_value=0).rename_axis("change").reset_index()
    n, undated = counted.columns[1], counted.get("n_undated", 0)
    return counted.assign(change=list(words.values()), n_earlier=counted[n] - counted["n_since"] - undated)


def _procedures(both: Comparison, asked: _Asked) -> pd.DataFrame:
    """For who sees arm names too: the number of patients newly treated locally is that of one arm."""
    if not _sees_treatment(both):
        return _nothing("procedures")
    return _kinds(both.ask("changes_treatments", **asked), PROCEDURE_CHANGES)


def _sees_treatment(both: Comparison) -> bool:
    return both.can(Action.SEE_OUTCOMES_BY_ARM) and both.can(Action.SEE_ARM_NAMES)


def _seen(both: Comparison, found: pd.DataFrame) -> pd.DataFrame:
    """
    A list without the arm, but for who sees its name: in lists of patients whose telling terms are withheld a code, or
    its absence, would tell with the numbers by arm which treatment it stands for.
    """
    whole_numbers = {name: "Int64" for name in ("grade", "grade_before", "day") if name in found}
    return found.drop(columns=["n_found", *([] if _sees_treatment(both) else ["arm"])]).astype(whole_numbers)


def _not_listed(tables: Mapping[str, pd.DataFrame], lists: Mapping[str, pd.DataFrame]) -> list[str]:
    """What is counted and not listed: of other sites, or beyond the longest list."""
    events, subjects = ({row["change"]: row for row in records(tables[name])} for name in ("events", "subjects"))
    counted = {
        "new_deaths": subjects[STANDINGS["died"]]["n_subjects"],
        "new_serious": events[EVENT_CHANGES["new"]]["n_serious"] + events[EVENT_CHANGES["serious"]]["n_events"],
        "regraded": sum(events[EVENT_CHANGES[each]]["n_events"] for each in _REGRADED),
    }
    notes = []
    for name, what in (
        ("new_deaths", "new death"),
        ("new_serious", "new serious event"),
        ("regraded", "regraded event"),
    ):
        n_here, n_listed = whole(lists[name]["n_found"].max()), len(lists[name])
        if other := whole(counted[name]) - n_here:
            notes.append(f"{plural(other, what)} of other sites: counted, not listed.")
        if beyond := n_here - n_listed:
            notes.append(f"{plural(beyond, what)} beyond the first {n_listed:,}: narrow the list by a filter.")
    return notes


def _notes(both: Comparison, by: str | None, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    since, undated = day(both.since.cutoff), int(tables["events"]["n_undated"].iloc[0])
    return [
        f"“Since” is dated after {since}. “Earlier” is of the time up to then, but was entered later, or "
        "stood otherwise in the earlier cut; where nothing tells the two apart there is a dash."
        if both.since.cutoff != both.cut.cutoff
        else "Both cuts have the same cut-off: whatever differs was entered late or corrected.",
        "The protocol file is not the same in both cuts: eligibility, visits and endpoints may differ for that alone."
        if not both.same_protocol
        else "",
        *COUNTING,
        PROCEDURAL if both.can(Action.SEE_OUTCOMES_BY_ARM) else "",
        f"{plural(undated, 'new adverse event')} without a start date." if undated else "",
        *_coded_notes(both, by, tables),
    ]


def _coded_notes(both: Comparison, by: str | None, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """What is kept from who may not know the treatment."""
    told = tells(*(tables[name][column] for name, column in _TEXTS))
    return [
        f"“{WITHHELD_TERMS}” stands for words that would tell which treatment was given." if told else "",
        "By arm there are numbers of patients only, and the lists show no arm: with the terms that are withheld either "
        "would tell which treatment stands behind a code."
        if by == BY_ARM and not both.can(Action.SEE_ARM_NAMES)
        else "",
    ]


_STATES = ("before", "revised", "now")
_FLOATS = dict.fromkeys(_NUMBERS.split(), float)
_LISTS = {"new_deaths": "changes_deaths", "new_serious": "changes_serious", "regraded": "changes_regraded"}
_TEXTS = (("new_deaths", "cause"), ("new_serious", "term"), ("regraded", "term"))
_REGRADED = ("graded up", "graded down", "graded", "ungraded")
