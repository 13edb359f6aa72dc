"""A cut beside an earlier one: who is who, which event is which, and that nothing is seen that either cut withholds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.errors import AccessDenied, CrlmDashError, NotFound, RequestError, StoreError
from crlm_dash.store import door as door_module
from crlm_dash.store.comparing import Comparison, beside_earlier, made
from crlm_dash.store.rooms import Room
from crlm_dash.store.seal import CutInfo
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import WITHHELD_TERMS
from tests.analyses.tiny import PROTOCOL
from tests.pairs import NOW, THEN, event, person, sealed

LATER = "2026-05-01"  # after the earlier cut-off
#  what it is: events of one subject in the earlier cut, in the present one, and what is told of them
EVENTS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], list[list[str]]]] = {
    "nothing changed": ([{"seq": 1}], [{"seq": 1}], []),
    "a new one": ([], [{"seq": 1, "began": LATER}], [["new"]]),
    "one entered late, and the numbers moved on": (
        [{"seq": 1}, {"seq": 2, "began": "2026-01-20"}],
        [{"seq": 1}, {"seq": 2, "began": "2025-12-24"}, {"seq": 3, "began": "2026-01-20"}],
        [["new"]],
    ),
    "one removed, and the numbers moved up": (
        [{"seq": 1, "term": "Rash"}, {"seq": 2}, {"seq": 3, "term": "Fatigue"}],
        [{"seq": 1}, {"seq": 2, "term": "Fatigue"}],
        [["removed"]],
    ),
    "graded higher": ([{"seq": 1}], [{"seq": 1, "AEGRADE": 3}], [["graded up"]]),
    "graded lower": ([{"seq": 1, "AEGRADE": 4}], [{"seq": 1, "AEGRADE": 2}], [["graded down"]]),
    "graded at last": ([{"seq": 1, "AEGRADE": None}], [{"seq": 1}], [["graded"]]),
    "its grade withdrawn": ([{"seq": 1}], [{"seq": 1, "AEGRADE": None}], [["ungraded"]]),
    "now serious and fatal": (
        [{"seq": 1}],
        [{"seq": 1, "AEGRADE": 5, "AESER": "Y", "FATALFL": "Y"}],
        [["graded up", "serious", "fatal"]],
    ),
    "no longer serious": ([{"seq": 1, "AESER": "Y"}], [{"seq": 1, "AESER": None}], [["not serious"]]),
    "relation changed": ([{"seq": 1}], [{"seq": 1, "RELFL": "Y"}], [["relation"]]),
    "its day corrected": ([{"seq": 1}], [{"seq": 1, "began": "2025-12-05"}], [["dates"]]),
    "its day found": ([{"seq": 1, "began": None}], [{"seq": 1}], [["dates"]]),
    "coded anew": ([{"seq": 1}], [{"seq": 1, "AEDECOD": "Vomiting"}], [["term"]]),
    "term corrected": ([{"seq": 1}], [{"seq": 1, "term": "Vomiting"}], [["term"]]),
    "ended since": ([{"seq": 1}], [{"seq": 1, "AENDT": dt.date(2026, 3, 1)}], [["ended"]]),
    "its end entered late": ([{"seq": 1}], [{"seq": 1, "AENDT": dt.date(2026, 1, 3)}], [["dates"]]),
    "its end corrected": (
        [{"seq": 1, "AENDT": dt.date(2026, 1, 3)}],
        [{"seq": 1, "AENDT": dt.date(2026, 3, 1)}],
        [["dates"]],
    ),
    "spelled otherwise, coded the same": ([{"seq": 1}], [{"seq": 1, "AETERM": "nausea!"}], []),
    "its number given to another": (
        [{"seq": 1, "began": "2026-01-20"}],
        [{"seq": 1, "term": "Rash", "began": LATER}],
        [["new"], ["removed"]],
    ),
    "its number given to a later one of its term": ([{"seq": 1}], [{"seq": 1, "began": LATER}], [["new"], ["removed"]]),
    "term and day corrected at once": (
        [{"seq": 1}],
        [{"seq": 1, "term": "Rash", "began": "2025-12-05"}],
        [["new"], ["removed"]],
    ),
    "no numbers at all": ([{"seq": None}], [{"seq": None, "AEGRADE": 2}], [["graded up"]]),
    "two alike without numbers, one more now": ([{"seq": None}] * 2, [{"seq": None}] * 3, [["new"]]),
    "two of one term and day, the second graded higher": (
        [{"seq": 1}, {"seq": 2}],
        [{"seq": 1}, {"seq": 2, "AEGRADE": 2}],
        [["graded up"]],
    ),
    "one number thrice, then four times": ([{"seq": 1}] * 3, [{"seq": 1}] * 4, [["new"]]),
    "one number twice": (
        [{"seq": 1}, {"seq": 1, "term": "Rash"}],
        [{"seq": 1, "AEGRADE": 2}, {"seq": 1, "term": "Rash", "AEGRADE": 3}],
        [["graded up"], ["graded up"]],
    ),
}  # fmt: skip
UNDER_OTHER_NUMBERS = 50  # the present cut has so many subjects more, all before those of the cases


def events_of(place: int, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event(place, **each) for each in told]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[str]]]:
    """What is told of the events of each case; its subject has another number in each cut."""
    root = tmp_path_factory.mktemp("events")
    cases = dict(enumerate(EVENTS.values(), start=1))
    people = [person(place) for place in cases]
    before = [row for place, (events, _, _) in cases.items() for row in events_of(place, events)]
    now = [row for place, (_, events, _) in cases.items() for row in events_of(place, events)]
    newcomers = [person(1) | {"USUBJID": f"A-{n:02d}"} for n in range(UNDER_OTHER_NUMBERS)]
    sealed(root, {"adsl": people, "adae": before}, THEN)
    sealed(root, {"adsl": newcomers + people, "adae": now}, NOW)
    both = TrialStore(root).compare(Viewer(Role.STATISTICIAN), "TINY")
    made(both._connection, "changed_events")
    rows = both._connection.execute(
        "select USUBJID, CHANGES from compared.main.changed_events c join cut.main.adsl a on a.SUBJKEY = c.SUBJECT "
        "order by USUBJID, CHANGES"
    ).fetchall()
    return {
        what: [changes for usubjid, changes in rows if usubjid == f"P-{place:02d}"]
        for place, what in enumerate(EVENTS, start=1)
    }


@pytest.mark.parametrize("what", EVENTS)
def test_an_event_is_found_again_or_new_or_removed(told: dict[str, list[list[str]]], what: str) -> None:
    assert told[what] == EVENTS[what][2]


def test_two_cuts_can_be_compared_only_where_the_earlier_one_is_earlier(tmp_path: Path) -> None:
    one = {"adsl": [person(1)]}
    sealed(tmp_path, one, THEN)
    sealed(tmp_path, one, NOW)
    sealed(tmp_path, one, THEN)
    store, viewer = TrialStore(tmp_path), Viewer(Role.PI)
    assert store.compare(viewer, "TINY", 2).since.number == 1
    assert store.compare(viewer, "TINY", 3).since.number == 1  # cut 2 has a later cut-off
    assert beside_earlier(store.open(viewer, "TINY", 1)) is None
    with pytest.raises(NotFound, match="no data cut before cut 1"):
        store.compare(viewer, "TINY", 1)
    for cut, since, kind, words in (
        (2, 2, RequestError, "cannot be compared with itself"),
        (2, 3, RequestError, "is not earlier than data cut 2"),
        (
            3,
            2,
            RequestError,
            r"Data cut 2 \(cut-off 2026-07-31\) is not earlier than data cut 3 \(cut-off 2026-01-31\)",
        ),
        (2, 9, NotFound, r"TINY has no cut 9\. Cuts: 1, 2, 3\."),
    ):
        with pytest.raises(kind, match=words):
            store.compare(viewer, "TINY", cut, since)


def test_of_three_cuts_any_earlier_one_can_be_named(tmp_path: Path) -> None:
    days = (dt.date(2025, 7, 31), THEN, NOW)
    for n, day in enumerate(days, start=1):
        sealed(tmp_path, {"adsl": [person(each) for each in range(1, n + 1)]}, day)
    store = TrialStore(tmp_path)
    door = store.open(Viewer(Role.PI), "TINY")
    for named, number in ((None, 2), (2, 2), (1, 1)):
        both = beside_earlier(door, named)
        assert isinstance(both, Comparison)
        assert (both.cut.number, both.since.number, both.since.cutoff) == (3, number, days[number - 1])
        assert _numbers(both) == {"before": number, "now": 3}


def _numbers(both: Comparison, **asked: Any) -> dict[str, int]:
    found = both.ask("changes_people", cutoff_before=both.since.cutoff, population="SCRNFL", **asked).set_index("state")
    return {state: int(found.at[state, "enrolled"]) for state in ("before", "now") if state in found.index}


def test_real_patients_are_not_compared_with_invented_ones(tmp_path: Path) -> None:
    sealed(tmp_path, {"adsl": [person(1)]}, THEN, kind="real")
    sealed(tmp_path, {"adsl": [person(1)]}, NOW, kind="public")
    store = TrialStore(tmp_path)
    assert beside_earlier(store.open(Viewer(Role.PI), "TINY")) is None
    with pytest.raises(AccessDenied, match="the data of cut 1 are real, those of cut 2 are public"):
        store.compare(Viewer(Role.PI), "TINY", 2, 1)


def test_a_cut_of_another_version_is_refused_in_words(tmp_path: Path) -> None:
    sealed(tmp_path, {"adsl": [person(1)]}, THEN, more="alter table cut.main.adae drop column FATALFL")
    sealed(tmp_path, {"adsl": [person(1)]}, NOW)
    with pytest.raises(StoreError, match=r"cut 1 was built by another version .* lacks adae.FATALFL"):
        TrialStore(tmp_path).compare(Viewer(Role.PI), "TINY")


def test_an_earlier_file_that_was_changed_is_not_opened(tmp_path: Path) -> None:
    first = sealed(tmp_path, {"adsl": [person(1)]}, THEN)
    sealed(tmp_path, {"adsl": [person(1)]}, NOW)
    first.path.chmod(0o600)
    first.path.write_bytes(first.path.read_bytes() + b"x")
    with pytest.raises(StoreError, match=r"cut 1: cut-0001\.duckdb is not the file that was sealed"):
        TrialStore(tmp_path).compare(Viewer(Role.PI), "TINY")


# -- what a query sees ------------------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., pd.DataFrame]:
    """`asked(both, Room.OUTCOMES, "select …")`: a query of our own, in a room."""

    def of(both: Comparison, room: Room, body: str, **options: Any) -> pd.DataFrame:
        monkeypatch.setattr(door_module, "read_query", lambda name: (room, body))
        return both.ask("ours", **options)

    return of


def compared(root: Path, before: dict[str, Any], now: dict[str, Any], role: Role, **of: Any) -> Comparison:
    """Two cuts with these tables, and protocols `then` and `since`, as a viewer sees them."""
    sealed(root, before, THEN, protocol=of.get("then", PROTOCOL))
    sealed(root, now, NOW, protocol=of.get("since", PROTOCOL))
    return TrialStore(root).compare(Viewer(role, of.get("sites")), "TINY")


def test_subjects_are_matched_by_name_not_by_number(tmp_path: Path, asked: Callable[..., pd.DataFrame]) -> None:
    before = {"adsl": [person(2), person(3, AGE=50), person(4)]}
    now = {"adsl": [person(1), person(2, AGE=61), person(3, AGE=70)]}
    both = compared(tmp_path, before, now, Role.PI)
    body = (
        "select before_adsl.AGE as was, adsl.AGE as age from before_population join before_adsl using (USUBJID) "
        "left join adsl using (USUBJID) order by all"
    )
    assert asked(both, Room.OUTCOMES, body).to_numpy().tolist()[:2] == [[50, 70], [60, 61]]
    gone = asked(both, Room.OUTCOMES, "select USUBJID from before_adsl where USUBJID not in (select USUBJID from adsl)")
    assert gone["USUBJID"].tolist() == [-3]


@pytest.mark.parametrize(
    ("room", "table"),
    [
        (Room.OUTCOMES, "before_adex"),
        (Room.OUTCOMES, "before_adproc"),
        (Room.COUNTS, "before_adae"),
        (Room.COUNTS, "changed_events"),
        (Room.PROCEDURES, "changed_events"),
        (Room.LISTING, "changed_events"),
        (Room.RECEIVED, "before_adtte"),
        (Room.QUALITY, "before_faults"),
        (Room.OUTCOMES, "same_subjects"),
    ],
)
def test_a_table_outside_the_room_does_not_exist(
    tmp_path: Path, asked: Callable[..., pd.DataFrame], room: Room, table: str
) -> None:
    both = compared(tmp_path, {"adsl": [person(1)]}, {"adsl": [person(1)]}, Role.STATISTICIAN)
    with pytest.raises(Exception, match=f"Table with name {table} does not exist"):
        asked(both, room, f"select * from {table}")


def test_the_earlier_cut_has_the_columns_of_the_room(tmp_path: Path, asked: Callable[..., pd.DataFrame]) -> None:
    tables = {"adsl": [person(1, WILLING="LOCAL")], "adae": [event(1, 1, AEMODAL="ABLATION")]}
    for role in (Role.PI, Role.DSMB):
        both = compared(tmp_path / role, tables, tables, role)
        for table in ("adsl", "adae"):
            here, there = (
                set(asked(both, Room.OUTCOMES, f"select * from {each}")) for each in (table, f"before_{table}")
            )
            assert here == there
            assert not here & {"TRT01P", "ARM", "WILLING", "AEMODAL", "TRTSDT"}


def test_of_two_protocols_the_stricter_holds(tmp_path: Path, asked: Callable[..., pd.DataFrame]) -> None:
    covariate = '[[covariates]]\ncolumn = "ECOG"\nlabel = "ECOG"\nlevels = ["1", "0"]\n'
    masking = PROTOCOL.replace('masks = ["WILLING"]', 'masks = ["WILLING", "ECOG"]').replace(covariate, "")
    given = covariate + '[covariates.source]\ndomain = "EX"\ncolumn = "EXDOSE"\ntake = "first"\n'
    reading = PROTOCOL.replace(covariate, given)  # read from what was given, so it tells the arm
    closed = PROTOCOL.replace('["dsmb", "statistician"]', '["statistician"]')
    tables = {"adsl": [person(1), person(2)]}
    pairs = ((masking, PROTOCOL), (PROTOCOL, masking), (reading, PROTOCOL), (PROTOCOL, reading))
    for n, (then, since) in enumerate(pairs):
        both = compared(tmp_path / f"masks-{n}", tables, tables, Role.PI, then=then, since=since)
        assert "ECOG" not in both.filter_columns()
        with pytest.raises(RequestError, match="'ECOG' cannot be filtered on"):
            _numbers(both, where="ECOG = '0'")
        for table in ("adsl", "before_adsl"):
            assert "ECOG" not in asked(both, Room.OUTCOMES, f"select * from {table}")
    for then, since in ((closed, PROTOCOL), (PROTOCOL, closed)):
        both = compared(tmp_path / f"by-{then == closed}", tables, tables, Role.DSMB, then=then, since=since)
        with pytest.raises(AccessDenied, match="outcomes by arm"):
            asked(both, Room.OUTCOMES, "select * from before_population", by="arm")


def test_words_that_either_protocol_withholds_are_withheld_in_both(
    tmp_path: Path, asked: Callable[..., pd.DataFrame]
) -> None:
    telling = PROTOCOL.replace("[access]", '[safety]\ngive_away = ["nausea"]\n[access]')
    tables = {
        "adsl": [person(1, DTHFL="Y", DTHCAUS="Nausea of old age"), person(2)],
        "adae": [event(1, 1), event(2, 1, "Rash")],
        "adtl": [{"USUBJID": "P-01", "LANE": "Adverse events", "ASTDT": THEN, "LABEL": "Nausea", "CODE": "Nausea"}],
    }
    for then, since in ((telling, PROTOCOL), (PROTOCOL, telling)):
        both = compared(tmp_path / str(then == telling), tables, tables, Role.DSMB, then=then, since=since)
        for prefix in ("", "before_"):
            events = asked(both, Room.EVENTS, f"select AETERM, AEDECOD, AEBODSYS from {prefix}adae order by all")
            assert events.to_numpy().tolist() == [[WITHHELD_TERMS] * 3, ["rash", "Rash", "Gut"]]
            people = asked(both, Room.EVENTS, f"select DTHCAUS, TRT01P, ARM from {prefix}adsl order by DTHCAUS")
            assert people["DTHCAUS"].tolist() == [WITHHELD_TERMS, None]
            assert people[["TRT01P", "ARM"]].isna().all(axis=None)  # no code beside what only one of them knows
            told = asked(both, Room.RECORDS, f"select LABEL, CODE from {prefix}adtl", usubjid="P-01")
            assert told.to_numpy().tolist() == [[WITHHELD_TERMS] * 2]


def test_codes_are_those_of_the_present_cut(tmp_path: Path, asked: Callable[..., pd.DataFrame]) -> None:
    """While only one arm had patients its code was the first; beside a cut with both it has its own."""
    both = compared(tmp_path, {"adsl": [person(1)]}, {"adsl": [person(1), person(2)]}, Role.DSMB)
    alone = TrialStore(tmp_path).open(Viewer(Role.DSMB), "TINY")
    assert both.arms == alone.arms
    now = asked(both, Room.OUTCOMES, "select USUBJID, STRATA from population", by="arm").set_index("USUBJID")["STRATA"]
    before = asked(both, Room.OUTCOMES, "select USUBJID, STRATA from before_population", by="arm")
    assert before["STRATA"].tolist() == [now[1]]


def test_a_key_that_was_opened_opens_both_cuts(tmp_path: Path) -> None:
    tables = {"adsl": [person(1), person(2)]}
    sealed_arms = compared(tmp_path, tables, tables, Role.DSMB)
    store = TrialStore(tmp_path)
    viewer = store.open_key(Viewer(Role.DSMB), "TINY", "Two deaths after operations within a week")
    both = store.compare(viewer, "TINY")
    assert both.arms == ("Zap now", "Pills only")
    assert not set(sealed_arms.arms) & set(both.arms)


def test_a_subject_is_of_the_site_it_is_at_now(tmp_path: Path, asked: Callable[..., pd.DataFrame]) -> None:
    before = {"adsl": [person(1), person(2), person(3, SITEID="02"), person(4, SITEID="02")]}
    before["adae"] = [event(n, 1) for n in (1, 2, 3, 4)]
    now = {"adsl": [person(1), person(2, SITEID="02"), person(3)], "adae": [event(n, 1, AEGRADE=3) for n in (1, 2, 3)]}
    sites = {"01": ["P-01", "P-03"], "02": ["P-02", "P-04"]}  # who is gone is of the site it was at
    for site, mine in sites.items():
        both = compared(tmp_path / site, before, now, Role.PI, sites=frozenset({site}))
        for table in ("before_adsl", "before_adae", "before_population", "changed_events"):
            found = asked(both, Room.EVENTS, f"select distinct USUBJID from {table} order by 1", population="SCRNFL")
            assert found["USUBJID"].tolist() == mine, table


def test_a_filter_compares_what_both_cuts_have_alike(tmp_path: Path) -> None:
    before = {"adsl": [person(1, SEX="M"), person(2)]}
    both = compared(tmp_path, before, {"adsl": [person(1), person(2), person(3)]}, Role.STATISTICIAN)
    assert _numbers(both, where="SEX = 'F'") == {"before": 1, "now": 3}
    lacking = tmp_path / "lacking"
    sealed(lacking, before, THEN, more="alter table cut.main.adsl drop column ECOG")
    sealed(lacking, {"adsl": [person(1), person(2)]}, NOW)
    other = TrialStore(lacking).compare(Viewer(Role.STATISTICIAN), "TINY")
    assert "ECOG" not in other.filter_columns() | other.groupings()
    assert set(other.groupings()) == {"arm"}


def test_a_subject_that_is_gone_is_told_of_to_who_may_know(tmp_path: Path) -> None:
    before, now = {"adsl": [person(1), person(2)]}, {"adsl": [person(1)]}
    both = compared(tmp_path, before, now, Role.PI)
    with pytest.raises(NotFound, match="'P-02' was in data cut 1 of TINY and is no longer in data cut 2"):
        both.ask("patient_changes", usubjid="P-02", cutoff_before=THEN)
    elsewhere = TrialStore(tmp_path).compare(Viewer(Role.PI, frozenset({"09"})), "TINY")
    for usubjid, kind, words in (("P-02", NotFound, "no subject 'P-02'"), ("P-01", AccessDenied, "may not see")):
        with pytest.raises(kind, match=words):
            elsewhere.ask("patient_changes", usubjid=usubjid, cutoff_before=THEN)


def test_a_store_without_a_shelf_has_nothing_earlier(tmp_path: Path) -> None:
    cut: CutInfo = sealed(tmp_path, {"adsl": [person(1)]}, THEN)
    door = TrialStore(tmp_path).open(Viewer(Role.PI), cut.trial)
    door.shelf = None
    assert beside_earlier(door) is None
    assert issubclass(NotFound, CrlmDashError)
