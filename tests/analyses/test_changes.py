"""What changed between two hand-made cuts: recounted on paper, by role, and where there is nothing to compare."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import Result, changes
from crlm_dash.errors import AccessDenied, NotFound, RequestError
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from tests.analyses.tiny import PROTOCOL, SECRET_WORDS
from tests.pairs import NOW, THEN, Tables, event, person, sealed
from tests.roles import INSIDERS

NOBODY_KNOWS = (math.nan, math.nan)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def procedure(number: int, days: int | None, on: str = "2025-08-01") -> dict[str, Any]:
    shared = {"USUBJID": f"P-{number:02d}", "PROCNO": 1, "MODALITY": "ABLATION", "PHASE": "PROTOCOL"}
    return {**shared, "ASTDT": day(on), "DTHDAYS": days, "DTHFL": "N" if days is None else "Y"}


def imaged(number: int, on: str, response: str = "PD") -> dict[str, Any]:
    shared = {"USUBJID": f"P-{number:02d}", "PARAMCD": "OVRLRESP", "ANL01FL": "Y"}
    return {**shared, "ADT": day(on), "AVALC": response}


def screened(number: int, **known: Any) -> dict[str, Any]:
    missing = dict.fromkeys(("TRT01P", "ENRLDT", "ENRLFL", "ITTFL", "SAFFL", "LSTALVDT"))
    return person(number) | missing | known


def before() -> Tables:
    """Six of whom four are enrolled; P-02 died 40 days after an ablation; three have events, one of them grade 3."""
    return {
        "adsl": [
            person(1),
            person(2, DTHFL="Y", DTHDT=day("2025-09-10"), LSTALVDT=day("2025-09-10"), DTHCAUS="SEPSIS"),
            person(3),
            person(4, SITEID="02"),
            screened(5),
            screened(6),
        ],
        "elsum": [{"USUBJID": f"P-{n:02d}", "VERDICT": "eligible" if n < 5 else "undecided"} for n in range(1, 7)],
        "adae": [event(1, 1, AEGRADE=3, AESER="Y"), event(2, 1, "Rash"), event(3, 1), event(3, 2, "Rash")],
        "adproc": [procedure(2, 40), procedure(1, None)],
        "adrs": [imaged(1, "2025-12-01"), imaged(3, "2025-05-01"), imaged(4, "2025-12-01", "SD")],
        "adsv": [
            {"USUBJID": "P-01", "STATUS": "missed"},
            {"USUBJID": "P-03", "STATUS": "due", "WINDOW_HIGH": day("2026-01-30")},
            {"USUBJID": "P-04", "STATUS": "due", "WINDOW_HIGH": day("2026-03-01")},
        ],
    }


def now() -> Tables:
    """
    P-05 was enrolled, P-07 is new; P-03 died since and P-04 before, which was told late; P-06 is gone.

    Events: P-01's is no longer serious; of P-03 one is graded 3 and the other removed; P-04 has a serious one of
    before, entered late; P-05 a serious one of grade 3 since, and one without a date, which
    must be of since, for P-05 was not enrolled before.
    """
    later = {"LSTALVDT": day("2026-07-01")}
    return {
        "adsl": [
            person(1, **later),
            before()["adsl"][1],
            person(3, DTHFL="Y", DTHDT=day("2026-06-01"), LSTALVDT=day("2026-06-01"), DTHCAUS="PROGRESSION"),
            person(4, SITEID="02", DTHFL="Y", DTHDT=day("2026-01-10"), LSTALVDT=day("2026-01-10")),
            person(5, ENRLDT=day("2026-03-01"), EOSSTT="DISCONTINUED", EOSDT=day("2026-06-01"), **later),
            screened(7, SCRNDT=day("2026-07-01")),
        ],
        "elsum": [{"USUBJID": f"P-{n:02d}", "VERDICT": "eligible"} for n in (1, 2, 3, 4, 5, 7)],
        "adae": [
            event(1, 1, AEGRADE=3),
            event(2, 1, "Rash"),
            event(3, 1, AEGRADE=3),
            event(4, 1, "Bleeding", "2026-01-05", AESER="Y", AEGRADE=2, ASTDY=15),
            event(5, 1, "Bleeding", "2026-04-01", AESER="Y", AEGRADE=3),
            event(5, 2, "Rash", "2026-04-02"),
            event(5, 3, "Fever", None),
        ],
        "adproc": [
            procedure(2, 40),
            procedure(1, None),
            procedure(3, 20, "2026-05-12"),
            procedure(5, None, "2026-03-09"),
        ],
        "adrs": [imaged(1, "2025-12-01"), imaged(3, "2026-02-01"), imaged(4, "2026-01-09"), imaged(5, "2026-02-01")],
        "adsv": [{"USUBJID": "P-01", "STATUS": "missed"}, {"USUBJID": "P-04", "STATUS": "done"}],
    }


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with both cuts."""
    root = tmp_path_factory.mktemp("changes")
    sealed(root, before(), THEN)
    sealed(root, now(), NOW)
    return root


def opened(root: Path, role: Role = Role.STATISTICIAN, sites: set[str] | None = None) -> Door:
    return TrialStore(root).open(Viewer(role, None if sites is None else frozenset(sites)), "TINY")


def rows(result: Result, table: str) -> list[list[Any]]:
    return result.tables[table].to_numpy().tolist()


#  measure                          before  now  difference  happened  corrected
HEADLINE = [
    ("Patients screened",              6,   6,    0,          1,       -1),
    ("Patients enrolled",              4,   5,    1,          1,        0),
    ("Patients treated",               4,   5,    1,          *NOBODY_KNOWS),
    ("Deaths",                         1,   3,    2,          1,        1),
    ("Patients with progression",      1,   3,    2,          1,        1),
    ("With an adverse event",          3,   5,    2,          1,        1),
    ("With grade 3 or higher",         1,   3,    2,          1,        1),
    ("With a serious event",           1,   2,    1,          1,        0),
    ("Serious events, any time",       1,   2,    1,          1,        0),
    ("Eligible by the data",           4,   6,    2,          *NOBODY_KNOWS),
    ("Visits missed or overdue",       2,   1,   -1,          *NOBODY_KNOWS),
    ("30-day procedural deaths",       0,   1,    1,          1,        0),
    ("90-day procedural deaths",       1,   2,    1,          1,        0),
]  # fmt: skip


def test_every_headline_is_as_recounted_on_paper(root: Path) -> None:
    found = {row[0]: row[1:] for row in rows(changes(opened(root)), "headline")}
    years = found.pop("Patient-years of follow-up")
    assert found == {measure: pytest.approx(list(numbers), nan_ok=True) for measure, *numbers in HEADLINE}
    then = 101 * 3 + (day("2025-09-10") - day("2025-06-03")).days + 1
    ends = ((1, "2026-07-01"), (2, "2025-09-10"), (3, "2026-06-01"), (4, "2026-01-10"))
    since = sum((day(end) - day("2025-06-01")).days - n + 1 for n, end in ends) + 123  # P-05: 1 March to 1 July
    assert years[:3] == pytest.approx([then / 365.25, since / 365.25, (since - then) / 365.25])


def test_what_happened_and_what_was_corrected_add_up(root: Path) -> None:
    table = changes(opened(root), by="arm").tables
    for name in ("headline", "by_arm"):
        known = table[name].dropna()
        assert len(known) >= 6
        assert (known["happened"] + known["corrected"] == known["difference"]).all()
        assert (table[name]["now"] - table[name]["before"] == table[name]["difference"]).all()


def test_events_are_counted_by_what_changed(root: Path) -> None:
    found = {row[0]: row[1:] for row in rows(changes(opened(root)), "events")}
    assert list(found)[:2] == ["New", "Ended since"]
    told = {change: numbers for change, numbers in found.items() if numbers[0]}
    #  n_events, n_subjects, n_serious, n_since, n_undated, n_earlier
    assert told == {
        "New": [4, 2, 2, 2, 1, 1],
        "Graded higher": [1, 1, 0, 0, 0, 1],
        "No longer serious": [1, 1, 0, 0, 0, 1],
        "Removed": [1, 1, 0, 0, 0, 1],
    }
    assert len(found) == 14  # zero rows stay


def test_patients_and_procedures_are_counted_by_what_became_of_them(root: Path) -> None:
    result = changes(opened(root))
    assert rows(result, "subjects") == [
        ["Screened", 1, 1, 0],
        ["Enrolled", 1, 1, 0],
        ["Died", 2, 1, 1],
        ["Left the trial alive", 1, 1, 0],
        ["No longer recorded as enrolled", 0, 0, 0],
        ["No longer recorded as dead", 0, 0, 0],
        ["No longer in the data", 1, 0, 1],
    ]
    assert rows(result, "procedures") == [["New", 2, 2, 2, 0], ["Removed", 0, 0, 0, 0]]


def test_what_is_taken_back_is_told(tmp_path: Path) -> None:
    """Read the other way round: nobody enrolled stays so, and a death is withdrawn."""
    turned = now()["adsl"][:-1]
    sealed(tmp_path, {"adsl": turned}, THEN)
    sealed(tmp_path, {"adsl": before()["adsl"]}, THEN)
    result = changes(opened(tmp_path))
    told = {row[0]: row[1] for row in rows(result, "subjects") if row[1]}
    assert told == {"Screened": 1, "No longer recorded as enrolled": 1, "No longer recorded as dead": 2}
    assert result.notes[0].startswith("Both cuts have the same cut-off")
    known = result.tables["headline"].set_index("measure").loc["Deaths"]
    assert (known["happened"], known["corrected"]) == (0, -2)
    assert "no deaths, 2 of before taken back" in result.sentence
    assert "no patients enrolled, 1 of before taken back" in result.sentence


def test_the_sentence_names_both_cut_offs_and_the_three_numbers(root: Path) -> None:
    result = changes(opened(root))
    assert result.cutoff == NOW
    assert result.sentence == (
        "Since data cut 1 (cut-off 31 January 2026): 1 patient enrolled, 2 deaths (1 dated earlier) and "
        "1 serious adverse event."
    )
    assert result.population == "All screened patients, against data cut 1 of 31 January 2026 (SCRNFL)"
    assert (result.facts["since"], result.facts["since_cutoff"]) == (1, THEN)
    assert [row[:2] for row in rows(result, "cuts")] == [
        [1, result.tables["cuts"]["cutoff"][0]],
        [2, result.tables["cuts"]["cutoff"][1]],
    ]
    assert result.tables["cuts"]["cutoff"].dt.date.tolist() == [THEN, NOW]


def test_a_first_cut_says_so_and_has_no_rows(tmp_path: Path) -> None:
    sealed(tmp_path, before(), THEN)
    result = changes(opened(tmp_path))
    assert result.empty == result.sentence == "This is the first data cut."
    assert {len(frame) for frame in result.tables.values()} == {0}
    assert result.tables.keys() == changes(opened(tmp_path)).tables.keys() >= {"headline", "events", "new_serious"}
    sealed(tmp_path, before(), day("2025-12-01"))
    assert changes(opened(tmp_path)).empty == "No earlier data cut of this trial can be compared with this one."
    with pytest.raises(RequestError, match="is not earlier"):
        changes(opened(tmp_path), since=1)


def test_a_trial_of_nobody_has_no_changes(tmp_path: Path) -> None:
    for cutoff in (THEN, NOW):
        sealed(tmp_path, {}, cutoff)
    result = changes(opened(tmp_path))
    assert result.empty == "No subject has been screened yet."
    assert (result.tables["headline"]["difference"].fillna(0) == 0).all()


def test_what_the_data_never_record_is_missing_not_zero(tmp_path: Path) -> None:
    for cutoff in (THEN, NOW):
        sealed(tmp_path, {"adsl": [person(1)], "adae": [event(1, 1, AESER=None, AEGRADE=None)]}, cutoff)
    found = changes(opened(tmp_path)).tables["headline"].set_index("measure")["now"]
    known = found.dropna().to_dict()
    assert known.pop("Patient-years of follow-up") > 0
    assert known == {
        "Patients screened": 1, "Patients enrolled": 1, "Patients treated": 1, "Deaths": 0, "With an adverse event": 1,
        "30-day procedural deaths": 0, "90-day procedural deaths": 0,
    }  # fmt: skip
    assert "serious" not in changes(opened(tmp_path)).sentence


# -- who sees what ----------------------------------------------------------------------------------------------


def test_by_arm_counts_patients_of_each_arm(root: Path) -> None:
    """Odd numbers are in Zap: of the deaths P-03's there since, P-04's in Pills of before."""
    found = {(row[0], row[1]): row[2:] for row in rows(changes(opened(root), by="arm"), "by_arm")}
    assert found["Deaths", "Zap now"] == [0, 1, 1, 1, 0]
    assert found["Deaths", "Pills only"] == [1, 2, 1, 0, 1]
    assert found["Patients enrolled", "Zap now"] == [2, 3, 1, 1, 0]
    assert found["With a serious event", "Zap now"] == [1, 1, 0, 1, -1]
    assert found["With a serious event", "Pills only"] == [0, 1, 1, 0, 1]
    assert found["Serious events, any time", "Zap now"] == [1, 1, 0, 1, -1]
    assert {arm for _, arm in found} == {"Zap now", "Pills only"}
    assert not {"Patients screened", "Eligible by the data"} & {measure for measure, _ in found}


def test_the_dsmb_sees_codes_and_no_number_that_tells_the_treatment(root: Path) -> None:
    result = changes(opened(root, Role.DSMB), by="arm")
    named = changes(opened(root), by="arm")
    assert set(result.tables["by_arm"]["strata"]) == {"Arm X", "Arm Y"} or set(result.tables["by_arm"]["strata"]) == {
        "Arm A",
        "Arm B",
    }
    pairs = {tuple(row[2:]) for row in rows(result, "by_arm") if row[0] == "Deaths"}
    assert pairs == {tuple(row[2:]) for row in rows(named, "by_arm") if row[0] == "Deaths"}
    assert "Serious events, any time" not in set(result.tables["by_arm"]["measure"])  # a number of events by arm
    assert result.tables["procedures"].empty
    assert "30-day procedural deaths" in set(result.tables["headline"]["measure"])
    for name in ("new_deaths", "new_serious", "regraded"):
        assert "arm" not in result.tables[name], name
        assert "arm" in named.tables[name], name
    assert any("the lists show no arm" in note for note in result.notes)


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
def test_who_sees_no_outcomes_by_arm_gets_none(root: Path, role: Role) -> None:
    door = opened(root, role)
    with pytest.raises(AccessDenied, match="outcomes by arm"):
        changes(door, by="arm")
    result = changes(door)
    assert result.tables["by_arm"].empty
    assert result.tables["procedures"].empty
    assert not any("procedural" in measure for measure in result.tables["headline"]["measure"])
    assert all("arm" not in result.tables[name] for name in ("new_deaths", "new_serious", "regraded"))
    assert len(result.tables["new_serious"]) == 2


@pytest.mark.parametrize("role", INSIDERS)
def test_no_arm_is_named_to_who_may_not_know_it(root: Path, role: Role) -> None:
    door = opened(root, role)
    may = role in (Role.DSMB, Role.STATISTICIAN)
    result = changes(door, by="arm" if may else None)
    told = " ".join([result.sentence, *result.notes, *(f.to_csv() for f in result.tables.values())]).lower()
    assert any(word in told for word in SECRET_WORDS) == (role is Role.STATISTICIAN)


def test_changes_are_grouped_by_arm_or_not_at_all(root: Path) -> None:
    with pytest.raises(RequestError, match="not by 'ECOG'"):
        changes(opened(root), by="ECOG")


def test_lists_name_the_viewers_patients_and_count_the_others(root: Path) -> None:
    result = changes(opened(root, Role.PI, {"01"}))
    assert [row[0] for row in rows(result, "new_deaths")] == ["P-03"]
    assert [(row[0], row[2]) for row in rows(result, "new_serious")] == [("P-05", "since")]
    assert {note for note in result.notes if "other sites" in note} == {
        "1 new death of other sites: counted, not listed.",
        "1 new serious event of other sites: counted, not listed.",
    }
    assert result.tables["headline"].equals(changes(opened(root, Role.PI)).tables["headline"])


def test_lists_tell_what_is_new_late_or_regraded(root: Path) -> None:
    result = changes(opened(root))
    deaths, serious, regraded = (result.tables[name] for name in ("new_deaths", "new_serious", "regraded"))
    assert deaths[["USUBJID", "change", "day"]].to_numpy().tolist() == [
        ["P-03", "since", 363],
        ["P-04", "entered late", 220],
    ]
    assert serious[["USUBJID", "change", "term", "grade"]].to_numpy().tolist() == [
        ["P-05", "since", "Bleeding", 3],
        ["P-04", "entered late", "Bleeding", 2],
    ]
    assert regraded[["USUBJID", "term", "grade_before", "grade"]].to_numpy().tolist() == [["P-03", "Nausea", 1, 3]]
    short = changes(opened(root), limit=1)
    assert len(short.tables["new_deaths"]) == 1
    assert "1 new death beyond the first 1: narrow the list by a filter." in short.notes


def test_a_filter_is_exploratory_and_leaves_the_others_out(root: Path) -> None:
    result = changes(opened(root), where="SITEID = '02'")
    found = {row[0]: row[1:4] for row in rows(result, "headline")}
    assert found["Patients enrolled"] == [1, 1, 0]
    assert found["Deaths"] == [0, 1, 1]
    assert [row[0] for row in rows(result, "new_serious")] == ["P-04"]
    assert {row[0]: row[1] for row in rows(result, "events") if row[1]} == {"New": 1}
    assert result.filters == "SITEID = '02'"
    assert any(note.startswith("Exploratory") for note in result.notes)


def test_a_protocol_that_changed_is_told(tmp_path: Path) -> None:
    sealed(tmp_path, before(), THEN, protocol=PROTOCOL.replace("target = 30", "target = 40"))
    sealed(tmp_path, now(), NOW)
    told = "The protocol file is not the same in both cuts"
    assert any(note.startswith(told) for note in changes(opened(tmp_path)).notes)


def test_the_same_protocol_is_not_mentioned(root: Path) -> None:
    assert not any("protocol file" in note for note in changes(opened(root)).notes)


def test_an_unknown_cut_is_told(root: Path) -> None:
    with pytest.raises(NotFound, match=r"TINY has no cut 9\. Cuts: 1, 2\."):
        changes(opened(root), since=9)
