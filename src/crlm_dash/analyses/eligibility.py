"""Eligibility: which criteria keep patients out, from the data and as the sites recorded it."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd

from crlm_dash.analyses.eligibility_counts import (
    by_place,
    reasons_by_criterion,
    reasons_together,
    verdicts_and_outcomes,
)
from crlm_dash.analyses.framing import assumed, filter_note, population_words, result_of, table, whole
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import plural
from crlm_dash.errors import RequestError
from crlm_dash.protocol import fact_label
from crlm_dash.store.door import Door

FROM_DATA, RECORDED = "data", "recorded"
BASES = {FROM_DATA: "From the data", RECORDED: "As the site recorded"}
OUTCOMES = {
    "enrolled": "Enrolled",
    "failed": "Failed eligibility",
    "refused": "Declined",
    "withdrawn": "Withdrew before enrolment",
    "pending": "Pending",
}
VERDICTS = {"eligible": "Eligible", "not eligible": "Not eligible", "undecided": "Undecided", "": "Not evaluated"}
DEVIATIONS = {
    "criterion": "Enrolled although a criterion is not met",
    "recorded": "Enrolled although the site recorded a criterion as not met",
    "disagree": "Site and data disagree",
    "consent": "Consent after the first procedure of the trial",
}
MOST_ROWS = 5000


def eligibility(door: Door, *, basis: str = "", where: str = "", limit: int = MOST_ROWS) -> Result:
    """
    Criteria met, not met and unknown among all screened; why patients fail; what became of them.

    Parameters
    ----------
    basis : 'data' (each criterion evaluated from the records) or 'recorded' (as the sites wrote it down); '' is the
        first of them that the trial has
    where : a filter text
    limit : most rows of `subjects`, `deviations` and `missing` wanted

    Returns
    -------
    Tables `funnel` (step, n, kind: step or lost), `criteria`, `together`, `sites`, `months`, `verdicts`, `outcomes`,
    `facts` (completeness), and of the viewer's sites `missing`, `subjects`, `deviations`. `facts["basis"]` says
    on which of `facts["bases"]` the reasons rest.

    Raises
    ------
    RequestError : no such basis
    """
    bases = _bases(door)
    chosen = _chosen(basis, bases)
    asked: dict[str, Any] = {"population": "SCRNFL", "where": where}
    patterns = door.ask("eligibility_patterns", basis=chosen, **asked)
    places = door.ask("eligibility_places", basis=chosen, **asked)
    n_screened = whole(patterns["n"].sum())
    lists = _lists(door, asked, limit)
    tables = {
        "funnel": _funnel(door, asked, patterns),
        "criteria": _criteria(door, asked, patterns, chosen, n_screened),
        "together": reasons_together(patterns),
        "sites": by_place(places, "site"),
        "months": by_place(places, "month"),
        "verdicts": verdicts_and_outcomes(patterns, VERDICTS, list(OUTCOMES)),
        "outcomes": _outcomes(patterns),
        "facts": _facts(door, asked),
        **lists,
    }
    return result_of(
        door,
        "eligibility",
        tables,
        population=population_words(door, "SCRNFL"),
        n_used=n_screened,
        n_total=n_screened,
        notes=[*_notes(patterns, chosen, bases, lists, limit), filter_note(where), *assumed(door, "criteria", "facts")],
        filters=where,
        sentence=_sentence(tables["criteria"], patterns, chosen),
        empty="" if n_screened else "No subject has been screened yet.",
        facts={"basis": chosen, "bases": {each: BASES[each] for each in bases}},
    )


def _bases(door: Door) -> list[str]:
    """What the trial has: rules to evaluate, and criteria on record."""
    evaluated = [FROM_DATA] if any(each.rule for each in door.protocol.criteria) else []
    return [*evaluated, RECORDED]


def _chosen(basis: str, bases: list[str]) -> str:
    if not basis:
        return bases[0]
    if basis not in bases:
        raise RequestError(f"'{basis}' is not there to count reasons by. There are: {', '.join(bases)}.")
    return basis


def _funnel(door: Door, asked: dict[str, Any], patterns: pd.DataFrame) -> pd.DataFrame:
    """Screened to treated, and those lost on the way; steps the data say nothing about are left out."""
    found = door.ask("eligibility_funnel", **asked).iloc[0]
    outcome = patterns.groupby("outcome")["n"].sum()
    evaluated = patterns["verdict"].notna().any()
    steps = [
        ("Screened", found["n_screened"], "step", True),
        ("Consented", found["n_consented"], "step", found["n_consented"] > 0),
        ("Evaluated: eligible or not", found["n_decided"], "step", evaluated),
        ("Eligible by the data", found["n_eligible"], "step", evaluated),
        *(
            (OUTCOMES[code], outcome.get(code, 0), "lost", True)
            for code in ("failed", "refused", "withdrawn", "pending")
        ),
        ("Enrolled", found["n_enrolled"], "step", True),
        ("Treated", found["n_treated"], "step", True),
    ]
    return table([(step, whole(n), kind) for step, n, kind, shown in steps if shown], "step n kind")


def _criteria(door: Door, asked: dict[str, Any], patterns: pd.DataFrame, basis: str, n_screened: int) -> pd.DataFrame:
    """Every criterion in the protocol's order, then those only the data have."""
    there = door.ask("eligibility_recorded", **asked).set_index("criterion")
    declared = {each.id: each for each in door.protocol.criteria}
    order = list(dict.fromkeys([*declared, *there.index]))
    counted = reasons_by_criterion(patterns, order)
    if basis == FROM_DATA:
        unknown = door.ask("eligibility_unknown", **asked).set_index("criterion")["n"]
        not_evaluated = [each for each in order if each not in declared or not declared[each].rule]
        n_unknown = counted["criterion"].map(unknown).fillna(0).astype("int64")
        n_unknown = n_unknown.mask(counted["criterion"].isin(not_evaluated), n_screened)
        n_met = n_screened - n_unknown - counted["n_not_met"]
    else:
        n_met = counted["criterion"].map(there["n_met"]).fillna(0).astype("int64")
        n_unknown = n_screened - n_met - counted["n_not_met"]
    kinds = [declared[each].type if each in declared else str(there.at[each, "type"]) for each in order]
    texts = [declared[each].text if each in declared else str(there.at[each, "text"] or each) for each in order]
    labels = [declared[each].label if each in declared else "" for each in order]
    full = counted.assign(label=labels, type=kinds, text=texts, n_met=n_met, n_unknown=n_unknown)
    columns = "criterion label type text n_met n_not_met n_unknown n_first n_sole n_sole_open".split()
    return pd.DataFrame(full[columns])


def _outcomes(patterns: pd.DataFrame) -> pd.DataFrame:
    counted = patterns.groupby("outcome")["n"].sum()
    return table([(label, whole(counted.get(code, 0))) for code, label in OUTCOMES.items()], "outcome n")


def _facts(door: Door, asked: dict[str, Any]) -> pd.DataFrame:
    """For how many of those screened each fact is missing and leaves a criterion unknown; the most often first."""
    found = door.ask("eligibility_facts", **asked)
    declared = {fact.name: fact for fact in door.protocol.facts}
    users = {name: [c.id for c in door.protocol.criteria if name in c.facts] for name in declared}
    rows = [
        (name, declared[name].description, " ".join(users[name]), f"{declared[name].domain} {declared[name].test}", n)
        for name, n in found.itertuples(index=False)
    ]
    return table(rows, "fact label criteria source n_missing")


def _lists(door: Door, asked: dict[str, Any], limit: int) -> dict[str, pd.DataFrame]:
    """One row a patient: what is not met, what is missing, what deviates."""
    deviations = door.ask("eligibility_deviations", row_limit=limit, **asked)
    missing = door.ask("eligibility_missing", row_limit=limit, **asked)
    labels = {fact.name: fact_label(fact) for fact in door.protocol.facts}
    named = missing["facts"].map(lambda facts: ", ".join(labels.get(each, each) for each in facts.split()))
    return {
        "missing": missing.assign(facts=named, outcome=missing["outcome"].map(OUTCOMES)),
        "subjects": door.ask("eligibility_subjects", row_limit=limit, **asked),
        "deviations": deviations.assign(deviation=deviations["kind"].map(DEVIATIONS)),
    }


def _notes(
    patterns: pd.DataFrame, basis: str, bases: list[str], lists: dict[str, pd.DataFrame], limit: int
) -> list[str]:
    failed = patterns[patterns["outcome"] == "failed"]
    silent = whole(failed.loc[failed["reasons"] == "", "n"].sum())
    failures = plural(silent, "screening failure")
    cut_short = [name for name, frame in lists.items() if len(frame) >= limit]
    said = {
        FROM_DATA: "Each criterion is evaluated from the records; a missing fact makes it unknown, never met.",
        RECORDED: "Criteria are shown as the site recorded them (IE); who was enrolled without a record met them.",
    }
    word = {FROM_DATA: "found in the data", RECORDED: "on record"}
    return [
        said[basis],
        _not_shown_eligible(patterns),
        "" if FROM_DATA in bases else "This trial has no rules to evaluate: only what the sites recorded is known.",
        f"{failures} without a criterion {word[basis]}: in no bar." if silent else "",
        "Any: everyone who did not meet it. First: in protocol order. Only: no other criterion is not met or unknown, "
        "so relaxing it would gain this patient.",
        _no_gain(patterns),
        "A refusal, a withdrawal or a pending decision is not an eligibility failure.",
        f"Only the first {limit:,} rows are listed of: {', '.join(cut_short)}." if cut_short else "",
    ]


def _not_shown_eligible(patterns: pd.DataFrame) -> str:
    """Why more are enrolled than the data find eligible."""
    enrolled = patterns[patterns["outcome"] == "enrolled"].groupby("verdict")["n"].sum()
    undecided, unmet = whole(enrolled.get("undecided", 0)), whole(enrolled.get("not eligible", 0))
    if not undecided and not unmet:
        return ""
    return (
        f"Enrolled but not found eligible by the data: {undecided:,} undecided, since a fact is missing, and "
        f"{unmet:,} with a criterion not met (Deviations)."
    )


def _no_gain(patterns: pd.DataFrame) -> str:
    """Who has an only reason and still would not be gained by relaxing it: enrolled all the same, or gone."""
    alone = patterns[(patterns["reasons"] != "") & ~patterns["reasons"].str.contains(" ", regex=False)]
    n = whole(alone.loc[alone["outcome"].isin(["enrolled", "refused", "withdrawn"]), "n_complete"].sum())
    return (
        f"Of those with an only reason {n:,} would be no gain: enrolled all the same, declined or withdrew."
        if n
        else ""
    )


def _sentence(criteria: pd.DataFrame, patterns: pd.DataFrame, basis: str) -> str:
    n_screened = whole(patterns["n"].sum())
    unmet = whole(patterns.loc[patterns["reasons"] != "", "n"].sum())
    how = "by the data" if basis == FROM_DATA else "as recorded"
    if not unmet:
        failed = whole(patterns.loc[patterns["outcome"] == "failed", "n"].sum())
        screened = plural(n_screened, "screened patient")
        return f"{failed:,} of {screened} failed eligibility; no criterion is known to be unmet."
    text = f"{unmet:,} of {plural(n_screened, 'screened patient')} did not meet a criterion {how}"
    top, n_top = _largest(criteria, "n_not_met")
    gain, n_gain = _largest(criteria, "n_sole")
    sentence = f"{text}. Top reason: {top}, {plural(n_top, 'patient')}."
    if not n_gain:
        return f"{sentence} Relaxing no single criterion would gain a patient for certain."
    if gain == top:
        return f"{sentence} Relaxing it would also gain most: +{plural(n_gain, 'patient')}."
    return f"{sentence} Largest gain if relaxed: {gain}, +{plural(n_gain, 'patient')}."


def _largest(criteria: pd.DataFrame, column: str) -> tuple[str, int]:
    first = criteria.sort_values(column, ascending=False, kind="stable").iloc[0]
    words = first["label"] or textwrap.shorten(str(first["text"]).rstrip("."), 60, placeholder=" …")
    return f"{first['criterion']} {words}", int(first[column])
