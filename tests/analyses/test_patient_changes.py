"""One patient's timeline in two hand-made cuts: each dated thing is the same, new, late, changed, ended or removed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from crlm_dash import tables
from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import patient, patient_changes
from crlm_dash.analyses.patient_changes import with_news
from crlm_dash.errors import AccessDenied, NotFound
from crlm_dash.store.shelf import TrialStore
from tests.analyses.tiny import SECRET_WORDS
from tests.pairs import NOW, THEN, person, sealed


def thing(lane: str, start: str, label: str, **known: Any) -> dict[str, Any]:
    shared = {"LANE": lane, "LABEL": label, "CODE": label, "DATEFL": ""}
    return shared | {"ASTDT": dt.date.fromisoformat(start), "ASTDY": 10} | known


def adverse(start: str, label: str, seq: int, **known: Any) -> dict[str, Any]:
    end = known.pop("end", None)
    ended = {"AENDT": dt.date.fromisoformat(end)} if end else {"ONGOING": "Y"}
    return thing("Adverse events", start, label, SRCDOM="AE", SRCSEQ=str(seq), GRADE=1, SERIOUS="N") | ended | known


def marker(value: float, **known: Any) -> dict[str, Any]:
    return thing("Tumour markers", "2025-12-01", "CEA", VALUE=value, UNIT="ng/mL", **known)


Case = tuple[list[dict[str, Any]], list[dict[str, Any]], list[tuple[str, str]]]
#  what it is: the timeline then, the timeline now, and what is told: the change and what of it
CASES: dict[str, Case] = {
    "nothing recorded": ([], [], []),
    "all the same": ([adverse("2025-12-01", "Nausea", 1)] * 2, [adverse("2025-12-01", "Nausea", 1)] * 2, []),
    "the same under other numbers": (
        [adverse("2025-12-01", "Nausea", 1, end="2025-12-02")],
        [adverse("2025-12-01", "Nausea", 7, end="2025-12-02", ASTDY=11)],
        [],
    ),
    "new": ([], [thing("Visits", "2026-03-01", "MONTH 9")], [("new", "")]),
    "entered late": ([], [thing("Visits", "2026-01-31", "MONTH 7")], [("entered late", "")]),
    "a third of the same": (
        [thing("Visits", "2025-12-01", "X")] * 2,
        [thing("Visits", "2025-12-01", "X")] * 3,
        [("entered late", "")],
    ),
    "removed": ([thing("Visits", "2025-12-01", "X")], [], [("removed", "")]),
    "graded higher and serious": (
        [adverse("2025-12-01", "Nausea", 1)],
        [adverse("2025-12-01", "Nausea", 1, GRADE=3, SERIOUS="Y")],
        [("changed", "grade, seriousness")],
    ),
    "ended": (
        [adverse("2025-12-01", "Nausea", 1, DETAIL="not recovered")],
        [adverse("2025-12-01", "Nausea", 1, end="2026-02-01", DETAIL="recovered")],
        [("ended", "")],
    ),
    "ended and graded higher": (
        [adverse("2025-12-01", "Nausea", 1)],
        [adverse("2025-12-01", "Nausea", 1, end="2026-02-01", GRADE=2)],
        [("changed", "grade")],
    ),
    "its end entered late": (
        [adverse("2025-12-01", "Nausea", 1)],
        [adverse("2025-12-01", "Nausea", 1, end="2025-12-24")],
        [("changed", "end")],
    ),
    "its day corrected": (
        [adverse("2025-12-01", "Nausea", 1)],
        [adverse("2025-12-04", "Nausea", 1)],
        [("changed", "start")],
    ),
    "its name corrected": (
        [adverse("2025-12-01", "Nausea", 1)],
        [adverse("2025-12-01", "Vomiting", 1)],
        [("changed", "name")],
    ),
    "its number given to a later event": (
        [adverse("2025-12-01", "Nausea", 1)],
        [adverse("2026-02-01", "Nausea", 1)],
        [("removed", ""), ("new", "")],
    ),
    "a value and its limits corrected": (
        [marker(7.5, HIGH=5.0)],
        [marker(75.0, HIGH=3.0)],
        [("changed", "value, limits")],
    ),
    "two of one day, one corrected": (
        [marker(1.0), marker(2.0)],
        [marker(1.0), marker(3.0)],
        [("changed", "value")],
    ),
    "a partial date made whole": (
        [thing("Disease", "2025-12-01", "Liver metastases diagnosed", DATEFL="D")],
        [thing("Disease", "2025-12-01", "Liver metastases diagnosed")],
        [("changed", "start")],
    ),
}  # fmt: skip


def timeline(told: list[dict[str, Any]], usubjid: str) -> list[dict[str, Any]]:
    return [row | {"USUBJID": usubjid} for row in told]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A patient a case; P-90 came later, P-91 is gone, P-93 of the arm Zap has what tells the arm."""
    root = tmp_path_factory.mktemp("timelines")
    people = [person(place) for place, _ in enumerate(CASES, start=1)]
    telling = [
        thing("Local treatment", "2026-03-01", "Zap"),
        thing("Trial status", "2026-03-02", "Enrolled: Zap now", DETAIL="Zap"),
        adverse("2026-03-03", "Nausea", 1, DETAIL="after zap"),
    ]
    for n, (cutoff, more) in enumerate(((THEN, [person(91)]), (NOW, [person(90), person(93)]))):
        rows = [
            row for place, case in enumerate(CASES.values(), start=1) for row in timeline(case[n], f"P-{place:02d}")
        ]
        rows += timeline(telling, "P-93") if n else []
        sealed(root, {"adsl": [*people, *more], "adtl": rows}, cutoff)
    return root


@pytest.mark.parametrize("what", CASES)
def test_a_dated_thing_is_told_by_what_became_of_it(root: Path, what: str) -> None:
    door = TrialStore(root).open(Viewer(Role.PI), "TINY")
    result = patient_changes(door, usubjid=f"P-{list(CASES).index(what) + 1:02d}")
    found = result.tables["timeline"]
    assert list(zip(found["change"], found["what"], strict=True)) == CASES[what][2]
    assert len(tables.patient_changes(result)) == len(found)
    if not CASES[what][2]:
        assert result.sentence.endswith("nothing new or changed.")


@pytest.mark.parametrize("what", CASES)
def test_each_thing_that_is_told_is_marked_on_the_timeline(root: Path, what: str) -> None:
    door, usubjid = TrialStore(root).open(Viewer(Role.PI), "TINY"), f"P-{list(CASES).index(what) + 1:02d}"
    before, changes = patient(door, usubjid=usubjid), patient_changes(door, usubjid=usubjid)
    marked = with_news(before, changes)
    told = [f"{change}: {field}" if field else change for change, field in CASES[what][2] if change != "removed"]
    timeline = marked.tables["timeline"]
    assert sorted(timeline["news"][timeline["news"] != ""]) == sorted(told)
    assert marked.facts["since"] == THEN.isoformat()
    assert "news" not in before.tables["timeline"]


def test_before_and_now_stand_side_by_side(root: Path) -> None:
    door = TrialStore(root).open(Viewer(Role.PI), "TINY")
    place = list(CASES).index("graded higher and serious") + 1
    result = patient_changes(door, usubjid=f"P-{place:02d}")
    row = result.tables["timeline"].iloc[0]
    assert (row["grade"], row["grade_before"], row["serious"], row["serious_before"]) == (3, 1, "Y", "N")
    assert result.sentence == "Since data cut 1 (cut-off 31 January 2026): 1 changed."
    assert result.population == f"Patient P-{place:02d}, against data cut 1 of 31 January 2026"
    shown = tables.patient_changes(result).iloc[0]
    assert (shown["What changed"], shown["What"]) == ("changed: grade, seriousness", "Nausea, grade 3, serious")
    assert shown["Before"] == "Nausea, grade 1, 2025-12-01"


def test_who_came_later_is_new_as_a_whole_and_who_left_the_data_is_told_of(root: Path) -> None:
    door = TrialStore(root).open(Viewer(Role.PI), "TINY")
    assert patient_changes(door, usubjid="P-93").tables["timeline"]["change"].tolist() == ["new"] * 3
    assert patient_changes(door, usubjid="P-90").sentence.endswith("nothing new or changed.")
    with pytest.raises(NotFound, match="was in data cut 1 of TINY and is no longer in data cut 2"):
        patient_changes(door, usubjid="P-91")
    with pytest.raises(NotFound, match="no subject 'P-99'"):
        patient_changes(door, usubjid="P-99")


def test_codes_come_without_what_tells_the_arm(root: Path) -> None:
    told = {}
    for role in (Role.PI, Role.DSMB):
        result = patient_changes(TrialStore(root).open(Viewer(role), "TINY"), usubjid="P-93")
        told[role] = result.tables["timeline"]
    assert told[Role.PI]["lane"].tolist() == ["Local treatment", "Trial status", "Adverse events"]
    assert told[Role.DSMB]["lane"].tolist() == ["Trial status", "Adverse events"]
    assert not any(word in told[Role.DSMB].to_csv().lower() for word in SECRET_WORDS)


def test_only_patients_of_the_viewers_sites(root: Path) -> None:
    door = TrialStore(root).open(Viewer(Role.MDT, frozenset({"09"})), "TINY")
    with pytest.raises(AccessDenied, match="may not see"):
        patient_changes(door, usubjid="P-01")


def test_a_first_cut_has_no_changes_to_a_timeline(tmp_path: Path) -> None:
    sealed(tmp_path, {"adsl": [person(1)]}, THEN)
    door = TrialStore(tmp_path).open(Viewer(Role.PI), "TINY")
    result = patient_changes(door, usubjid="P-01")
    assert (result.empty, len(result.tables["timeline"])) == ("This is the first data cut.", 0)
    assert with_news(patient(door, usubjid="P-01"), result).facts["since"] is None
    with pytest.raises(NotFound):
        patient_changes(door, usubjid="P-02")
