"""What became of patients after each treatment: deaths, complications by Clavien–Dindo, events attributed to it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd

from crlm_dash import stats
from crlm_dash.access import Action
from crlm_dash.analyses.framing import records, table, whole
from crlm_dash.analyses.words import plural
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import POOLED, Modality

ANY = "Any"
SYSTEMIC = "SYSTEMIC"
CLAVIEN = ("I", "II", "IIIa", "IIIb", "IVa", "IVb", "V")
NO_COMPLICATION, NOT_GRADED, SERIOUS = "none", "not graded", "serious"
AT_LEAST = {"≥ IIIa": 3, "≥ IIIb": 4}  # place in CLAVIEN from which on
EVENTS = {"any": "Any adverse event", "severe": "Grade 3 or higher", "serious": "Serious", "fatal": "Fatal"}
GRADES = ("1", "2", "3", "4", "5", "missing")
COLUMNS = {
    "procedures": "strata modality days n_subjects n_known n_unknown n_died estimate conf_low conf_high",
    "complications": "strata modality complication n_procedures of_procedures n_subjects of_subjects",
    "complication_terms": "strata modality AEDECOD n n_subjects percent n_severe n_events",
    "modalities": "strata modality n n_given measure n_subjects percent n_events",
}
HIDDEN = (
    "What became of patients after each treatment is shown only to who may see outcomes by arm: which treatment a "
    "patient had tells the arm."
)
UNSPLIT = "By treatment, for all arms together: which treatment a patient had would tell what stands behind a code."


@dataclass(frozen=True)
class Treatments:
    """Tables of `COLUMNS`, the groups they have (all patients together last), what to say, and why there is nothing."""

    tables: dict[str, pd.DataFrame]
    groups: tuple[str, ...]
    notes: tuple[str, ...]
    empty: str


def treatments(door: Door, groups: dict[str, int], by: str | None, where: str, population: str) -> Treatments:
    """
    What became of patients after each treatment received in the trial, as far as the viewer may see it.

    Parameters
    ----------
    groups : the groups of the display, in order, with their sizes
    by, where, population : as of the analysis `safety`; by coded arm everything is for all arms together

    Returns
    -------
    The tables; without rows for who may not see outcomes by arm, and where no treatment is recorded.
    """
    nothing = {name: table([], columns) for name, columns in COLUMNS.items()}
    if not door.can(Action.SEE_OUTCOMES_BY_ARM):
        return Treatments(nothing, (), (), HIDDEN)
    unsplit = by == BY_ARM and not door.can(Action.SEE_ARM_NAMES)
    asked: dict[str, Any] = {"by": None if unsplit else by, "where": where, "population": population}
    received = door.ask("safety_modalities", **asked)
    if received.empty:
        return Treatments(nothing, (), (), "No treatment received is recorded in this trial (PR, EX).")
    shown = (POOLED,) if unsplit or by is None else (*groups, POOLED)
    days = list(door.protocol.safety.procedure_days)
    modalities = _in_order(received["modality"])
    local = [ANY, *(each for each in modalities if each != SYSTEMIC)]
    counted = _with_total(received, ["modality"], split=len(shown) > 1)
    died = _with_total(door.ask("safety_mortality", **asked, days=days), ["modality", "days"], split=len(shown) > 1)
    worst = door.ask("safety_complications", **asked)
    worst = _with_total(worst, ["modality", "unit", "worst", "serious"], split=len(shown) > 1)
    terms = _with_total(door.ask("safety_modality_terms", **asked), ["modality", "AEDECOD"], split=len(shown) > 1)
    told = door.ask("safety_attributed").iloc[0]
    attributed, complicated = bool(told["n_modality"]), bool(told["n_modality"] + told["n_clavien"])
    tables = nothing | {"procedures": _mortality(died, shown, local, days) if len(local) > 1 else nothing["procedures"]}
    tables["modalities"] = _modalities(counted, shown, modalities, known=attributed)
    if complicated and len(local) > 1:
        tables["complications"] = _complications(worst, shown, local)
        tables["complication_terms"] = _terms(terms, counted, shown, modalities)
    return Treatments(tables, shown, tuple(_notes(door, counted, len(local) - 1, attributed, complicated, unsplit)), "")


def _in_order(found: pd.Series) -> list[str]:
    """Modalities as they are always listed: the local treatments of the product, others by name, systemic therapy."""
    known = [str(each) for each in Modality]
    here = set(found)
    others = sorted(here - set(known) - {SYSTEMIC})
    return [each for each in [*known, *others, SYSTEMIC] if each in here]


def _with_total(counts: pd.DataFrame, keys: list[str], *, split: bool) -> pd.DataFrame:
    """Counts by group with those of all patients together; a patient belongs to one group, so they add up."""
    if not split:
        return counts
    numbers = [name for name in counts.columns if name not in (*keys, "strata")]
    total = counts.groupby(keys, as_index=False, sort=False)[numbers].sum().assign(strata=POOLED)
    return pd.concat([counts, total[counts.columns]], ignore_index=True)


def _mortality(died: pd.DataFrame, shown: tuple[str, ...], local: list[str], days: list[int]) -> pd.DataFrame:
    """Deaths within so many days, of those of whom it is known, with exact limits."""
    found = {(row["strata"], row["modality"], row["days"]): row for row in records(died)}
    rows = []
    for modality, within, strata in product(local, days, shown):
        row = found.get((strata, modality, within), {})
        n, unknown, dead = (whole(row.get(name, 0)) for name in ("n_subjects", "n_unknown", "n_died"))
        rows.append((strata, modality, within, n, n - unknown, unknown, dead))
    counts = table(rows, " ".join(COLUMNS["procedures"].split()[:7]))
    limits = stats.clopper_pearson(
        counts.rename(columns={"n_died": "n_event", "n_known": "n"}).drop(columns="n_unknown")
    )
    return counts.join(limits)


def _complications(worst: pd.DataFrame, shown: tuple[str, ...], local: list[str]) -> pd.DataFrame:
    """Procedures and patients by worst complication; `of_…` are all of them, so that the rows none … V add up to it."""
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in records(worst):
        found.setdefault((row["strata"], row["modality"], row["unit"]), []).append(row)
    rows = []
    for modality, strata in product(local, shown):
        units = [found.get((strata, modality, unit), []) for unit in ("procedures", "patients")]
        sizes = [sum(row["n"] for row in unit) for unit in units]
        for complication in (NO_COMPLICATION, NOT_GRADED, *CLAVIEN, *AT_LEAST, SERIOUS):
            counts = [sum(row["n"] for row in unit if _is(row, complication)) for unit in units]
            rows.append((strata, modality, complication, counts[0], sizes[0], counts[1], sizes[1]))
    return table(rows, COLUMNS["complications"])


def _is(row: dict[str, Any], complication: str) -> bool:
    """Whether a count is of this complication."""
    if complication == SERIOUS:
        return bool(row["serious"])
    if complication in AT_LEAST:
        return bool(row["worst"] >= AT_LEAST[complication])
    places = {NO_COMPLICATION: -1, NOT_GRADED: 0} | {grade: place for place, grade in enumerate(CLAVIEN, start=1)}
    return bool(row["worst"] == places[complication])


def _terms(terms: pd.DataFrame, counted: pd.DataFrame, shown: tuple[str, ...], modalities: list[str]) -> pd.DataFrame:
    """Complications of each local treatment, the most frequent first; zero rows stay."""
    sizes = {(row["strata"], row["modality"]): whole(row["n"]) for row in records(counted)}
    found = {(row["strata"], row["modality"], row["AEDECOD"]): row for row in records(terms)}
    totals = terms.groupby(["modality", "AEDECOD"])["n_subjects"].sum()
    rows = []
    for modality in modalities:
        names = sorted(
            (name for mine, name in totals.index if mine == modality), key=lambda n: (-totals[modality, n], n)
        )
        for name, strata in product(names, shown):
            row, n = found.get((strata, modality, name), {}), sizes.get((strata, modality), 0)
            n_subjects, severe, events = (whole(row.get(each, 0)) for each in ("n_subjects", "n_severe", "n_events"))
            rows.append((strata, modality, name, n, n_subjects, _percent(n_subjects, n), severe, events))
    return table(rows, COLUMNS["complication_terms"])


def _modalities(counted: pd.DataFrame, shown: tuple[str, ...], modalities: list[str], *, known: bool) -> pd.DataFrame:
    """
    Events attributed to each treatment, of the patients who received it; the worst grades add up to any event.

    `known`: the data attribute events at all; else the counts are missing.
    """
    found = {(row["strata"], row["modality"]): row for row in records(counted)}
    rows: list[tuple[Any, ...]] = []
    for modality, strata in product(modalities, shown):
        row = found.get((strata, modality), {})
        n, given = whole(row.get("n", 0)), whole(row.get("n_given", 0))
        for key, measure in EVENTS.items():
            n_subjects = whole(row.get(f"{key}_subjects", 0))
            events = whole(row.get(f"{key}_events", 0))
            rows.append((strata, modality, n, given, measure, n_subjects, _percent(n_subjects, n), events))
        for grade in GRADES:
            n_subjects = whole(row.get(f"worst_{grade}", 0))
            rows.append((strata, modality, n, given, f"Worst grade {grade}", n_subjects, _percent(n_subjects, n), None))
    counts = table(rows, COLUMNS["modalities"]).astype({"n_subjects": "Int64", "n_events": "Int64"})
    if not known:
        counts[["n_subjects", "percent", "n_events"]] = pd.NA
    return counts


def _percent(n_subjects: int, n: int) -> float:
    return 100 * n_subjects / n if n else float("nan")


def _notes(
    door: Door, counted: pd.DataFrame, n_local: int, attributed: bool, complicated: bool, unsplit: bool
) -> list[str]:
    """What the numbers by treatment count."""
    total = counted[counted["strata"] == POOLED]
    longest = max(door.protocol.safety.procedure_days, default=0)
    undated = int(total.loc[total["modality"] != SYSTEMIC, "n_undated"].sum())
    unplaced = int(total["n_unplaced"].sum())
    notes = [UNSPLIT] if unsplit else []
    if n_local:
        notes.append(
            "Who died within so many days of any procedure counts once; the rate is of those of whom it is known."
        )
    if attributed:
        notes.append(
            "By treatment, events are those the site attributed to it, from its first day in the trial on, "
            "treatment-emergent or not."
        )
    else:
        notes.append("The data do not attribute adverse events to a treatment (AEMODAL).")
    if n_local and complicated:
        notes.append(
            "Complications of a procedure are such events, or events graded by Clavien–Dindo, up to "
            f"{longest} days after it and before the next of its kind."
        )
    if unplaced:
        notes.append(
            f"Not counted: {plural(unplaced, 'event')} attributed to a treatment that the patient had not had by then."
        )
    if undated:
        notes.append(f"{plural(undated, 'procedure')} without a date: in no number of days, and without complications.")
    return notes
