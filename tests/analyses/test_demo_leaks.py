"""Both demonstration trials, asked everything as everybody: no arm, no term that gives it away, no treatment."""

from __future__ import annotations

import dataclasses
import html
import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from crlm_dash import figures
from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import ANALYSES, Result, safety
from crlm_dash.errors import CrlmDashError
from crlm_dash.protocol import parse_protocol
from crlm_dash.store.door import Door
from crlm_dash.store.revealing import give_away_pattern
from crlm_dash.store.shelf import TrialStore
from crlm_dash.tables import READABLE
from crlm_dash.terms import WITHHELD_TERMS, Modality
from tests.demo_store import TRIALS
from tests.test_pages_rules import PAGES, keys

# What is said to everybody in words that an arm of CRLM10 is called by, too.
SAID_TO_ALL = (
    "Withheld because they would show the arm: ",
    "Treatments, and events at procedures, are withheld because they would show the arm.",
    "Local treatments are withheld because they would show the arm.",
    "A metastasis removed or destroyed counts as 0 mm",
)
Leak = tuple[str, dict[str, Any], str, str]
DRAWN: dict[str, list[Callable[..., go.Figure]]] = {
    "enrolment": [
        figures.accrual,
        lambda result: figures.accrual_by(result, "site"),
        figures.sites,
        figures.consort,
        figures.forecast,
        figures.lookback,
    ],
    "eligibility": [figures.criteria, figures.screening, figures.by_month, figures.by_site, figures.together],
    "eligibility_limit": [figures.moved_limit],
    "followup": [figures.visits],
    "totals": [lambda result: figures.totals(result, "state"), lambda result: figures.totals(result, "patients")],
    "sites": [lambda result: figures.site_funnel(result, "failure")],
    "survival": [figures.survival],
    "qol": [figures.qol, figures.qol_deterioration],
    "qol_model": [figures.qol_model],
    "incidence": [figures.first_failure, lambda result: figures.incidence(result, 1)],
    "response": [figures.response_waterfall, figures.response_spider, figures.response_swimmer],
    "riskfactors": [figures.riskfactors, figures.subgroups],
    "comparison": [figures.balance, figures.propensity],
    "safety": [figures.measures, figures.terms, figures.grades],
    "laboratory": [figures.edish, figures.liver_path, figures.lab_trends, figures.worst_grades, figures.grade_shifts],
    "monitoring": [figures.stopping_rules, figures.boundary],
    "patient": [figures.timeline],
    "patient_qol": [lambda result: figures.patient_qol(result, "QLQ-C30")],
    "lesions": [lambda result: figures.liver_map(result, 0), lambda result: figures.lesion_lanes(result, 0)],
}
OUTCOMES_COMPARED = {"weighted_curves", "hazard_ratios"}  # drawn where the comparison has outcomes
OF_TREATMENTS_ONLY = {"complications"}  # drawn of tables that name treatments, all arms together
EVERYTHING = frozenset(ANALYSES)
OPEN = frozenset({"survival", "safety", "safety_subjects", "patient"})  # asked once more, by who holds the key
OF_ONE_PATIENT = {(name, "*") for name in ("patient", "lesions", "between_scans", "patient_changes", "decisions")}
NAMELESS = {
    "accrual_by",
    "incidence",
    "lesion_lanes",
    "liver_map",
    "patient_qol",
    "site_funnel",
    "totals",
}  # drawn above by functions without a name of their own
# What is about treatments themselves, all arms together, as the room of procedures hands it out.
OF_TREATMENTS = {
    ("monitoring", "*"),
    *(("safety", table) for table in ("procedures", "modalities", "complications", "complication_terms")),
}  # fmt: skip


@cache
def door_of(root: Path, trial: str, viewer: Viewer) -> Door:
    return TrialStore(root).open(viewer, trial)


def questions(door: Door) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every analysis, as it is and with each kind of option it takes."""
    subjects = ANALYSES["patients"](door).tables["subjects"]
    often = subjects.sort_values("events", ascending=False)["USUBJID"].tolist()
    endpoints = [each.paramcd for each in door.protocol.endpoints]
    for name, analysis in ANALYSES.items():
        takes = inspect.signature(analysis).parameters
        if "usubjid" in takes and name != "laboratory":
            yield from ((name, {"usubjid": each}) for each in [*often[:3], often[-1]])
            continue
        yield name, {}
        if "endpoint" in takes:
            yield from ((name, {"endpoint": each}) for each in endpoints[1:4])
        if "by" in takes:
            yield from ((name, {"by": each}) for each in ["arm", *door.groupings()][:2])
        if "where" in takes:
            yield name, {"where": "AGE > 60"}
        if "population" in takes:
            yield name, {"population": "SCRNFL"}
        yield from ((name, {flag: True}) for flag in ("subgroups", "severe", "overstated", "band") if flag in takes)
    for soc, term in ((WITHHELD_TERMS, ""), ("", WITHHELD_TERMS), ("Hepatobiliary disorders", "")):
        yield "safety_subjects", {"soc": soc, "term": term, "by": "arm"}
    yield from (("survival", {"origin": each}) for each in ("diagnosis", "enrolment"))


@cache
def answers(door: Door, asked: frozenset[str]) -> list[tuple[str, dict[str, Any], Result]]:
    """The answers to every question that this viewer may ask and these data can answer."""
    found = []
    for name, options in questions(door):
        if name in asked:
            with suppress(CrlmDashError):
                found.append((name, options, ANALYSES[name](door, **options)))
    return found


def texts(value: Any) -> Iterator[str]:
    """Every text within a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, pd.DataFrame):
        yield from map(str, value.columns)
        for column in value.select_dtypes(object):
            yield from (cell for cell in value[column] if isinstance(cell, str))
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from (*texts(key), *texts(part))
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from texts(part)
    elif hasattr(value, "dtype") and value.dtype == object:
        yield from texts(value.tolist())


def shown(name: str, result: Result) -> Iterator[tuple[str, list[str]]]:
    """All that is read of a result: each table (also as a person reads it), each figure, and every other word."""
    for table, frame in result.tables.items():
        yield table, list(texts(frame))
    if not result.empty:
        for table, readable in READABLE[name].items():
            yield table, list(texts(readable(result)))
        compared = name == "comparison" and len(result.tables["curves"])
        for draw in (*DRAWN.get(name, []), *((figures.weighted_curves, figures.hazard_ratios) if compared else ())):
            yield draw.__name__, list(texts(draw(result).to_dict()))
    said = dataclasses.asdict(dataclasses.replace(result, tables={}))
    yield "words", list(texts({key: value for key, value in said.items() if key not in ("trial", "title", "analysis")}))


@cache
def own_words(protocol: str, *, arms: bool) -> re.Pattern[str]:
    """What the protocol file itself says to everybody: criteria, endpoints, assumptions; arms where they are open."""
    everything = parse_protocol(protocol, "cut").model_dump()
    everything["safety"].pop("give_away")
    everything["arms"] = everything["arms"] if arms else []
    said = {one_line(part) for each in texts(everything) for part in (each, *each.splitlines())}
    longest_first = sorted((each for each in said if len(each) > 12), key=len, reverse=True)
    return re.compile("|".join(re.escape(each) for each in longest_first), re.IGNORECASE)


def one_line(text: str) -> str:
    """A text as it is compared, however a figure broke and escaped it."""
    return re.sub(r"\s+", " ", html.unescape(text.replace("<br>", " ")).replace("\\", "")).strip()


def telling(door: Door, *, names: bool) -> Callable[[str], bool]:
    """Whether a text holds a local treatment, or name, label or code of an arm, beyond what everybody is told."""
    arms = [re.escape(word) for arm in door.protocol.arms for word in (arm.name, arm.label)] if names else []
    codes = {arm.code for arm in door.protocol.arms} if names else set()
    words = re.compile("|".join([*(rf"\b{each}\b" for each in Modality), *arms]), re.IGNORECASE)
    told = own_words(door.protocol.to_toml(), arms=not names)

    def holds(text: str) -> bool:
        return bool(words.search(text)) or text.strip() in codes

    return lambda text: holds(text) and holds(told.sub(" ", one_line(text)))


@cache
def told_terms(root: Path, trial: str) -> tuple[str, ...]:
    """Terms of the data that hold a word that gives the arm away."""
    door = door_of(root, trial, Viewer(Role.STATISTICIAN))
    with door._connection.cursor() as cursor:
        found = cursor.execute("select AEDECOD from cut.main.adae union select AETERM from cut.main.adae").fetchall()
    terms = {row[0].lower() for row in found if row[0]}
    return tuple(sorted(term for term in terms if re.search(give_away_pattern(door.protocol), term)))


def leaks(
    door: Door,
    terms: tuple[str, ...],
    *,
    names: bool,
    allowed: set[tuple[str, str]],
    asked: frozenset[str] = EVERYTHING,
) -> list[Leak]:
    """Every text that this viewer should not have read, with the question that brought it."""
    tells = telling(door, names=names)

    @cache
    def wrong(text: str) -> bool:
        told = tells(text) or any(term in text.lower() for term in terms)
        return told and not text.startswith(SAID_TO_ALL)

    return [
        (name, options, place, text)
        for name, options, result in answers(door, asked)
        for place, said in shown(name, result)
        if not {(name, place), (name, "*")} & allowed
        for text in said
        if wrong(text)
    ]


@pytest.mark.parametrize("trial", TRIALS)
def test_the_dsmb_reads_nothing_that_tells_the_arm_while_the_key_is_sealed(demo_store: Path, trial: str) -> None:
    door = door_of(demo_store, trial, Viewer(Role.DSMB))
    assert leaks(door, told_terms(demo_store, trial), names=True, allowed=OF_TREATMENTS) == []
    coded = set(door.arms)
    listed = [
        (name, frame if name == "patient" else frame[frame["USUBJID"].notna()])
        for name, _, result in answers(door, EVERYTHING)
        for frame in result.tables.values()
        if name == "patient" or "USUBJID" in frame
    ]
    assert len(listed) > 10
    assert [name for name, frame in listed if coded & set(texts(frame))] == []  # no code stands beside a patient


@pytest.mark.parametrize("trial", TRIALS)
def test_who_sees_no_outcome_by_arm_reads_it_on_the_patient_page_only(demo_store: Path, trial: str) -> None:
    door = door_of(demo_store, trial, Viewer(Role.PI))
    assert leaks(door, told_terms(demo_store, trial), names=False, allowed=OF_ONE_PATIENT) == []


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("role", [Role.MDT, Role.DATA_MANAGER])
def test_all_blinded_roles_read_the_same(demo_store: Path, trial: str, role: Role) -> None:
    theirs, the_pi_s = (
        safety(door_of(demo_store, trial, Viewer(each)), population="ENRLFL") for each in (role, Role.PI)
    )
    assert theirs.notes == the_pi_s.notes
    for name, table in theirs.tables.items():
        pd.testing.assert_frame_equal(table, the_pi_s.tables[name])


@pytest.mark.parametrize("trial", TRIALS[:1])  # that the search works needs showing once
def test_the_search_finds_all_of_it_once_the_key_is_open(
    demo_store: Path, trial: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    store = TrialStore(demo_store)
    door = store.open(store.open_key(Viewer(Role.DSMB), trial, "To compare what is withheld"), trial)
    read: dict[tuple[str, str], set[str]] = {}
    for name, _, place, text in leaks(door, told_terms(demo_store, trial), names=True, allowed=set(), asked=OPEN):
        read.setdefault((name, place), set()).add(text.lower())
    assert all(any(arm.label.lower() in text for text in read["survival", "curves"]) for arm in door.protocol.arms)
    expected = set(told_terms(demo_store, trial)) & set(safety(door).tables["terms"]["AEDECOD"].str.lower())
    assert len(expected) > 2
    assert read["safety", "terms"] >= expected
    assert set(read) >= {("safety", "grades"), ("safety", "words"), ("safety_subjects", "subjects")}
    assert any(each.lower() in text for text in read["patient", "timeline"] for each in Modality)


def test_every_figure_is_searched() -> None:
    drawn = {draw.__name__ for several in DRAWN.values() for draw in several} | NAMELESS | OUTCOMES_COMPARED
    assert drawn - {"<lambda>"} == set(figures.__all__) - OF_TREATMENTS_ONLY


def test_no_file_name_tells_the_arm() -> None:
    named = [key for path in PAGES for key in keys(path.read_text(encoding="utf-8"))]
    assert len(named) > 20
    assert not [key for key in named for word in (*Modality, "bile", "wound", "chemo") if word.lower() in key.lower()]
