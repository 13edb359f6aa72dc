"""The door, asked as one role after another: what each query may see, and that the arm never comes along."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from crlm_dash.access import Action, Role, Viewer
from crlm_dash.errors import AccessDenied, NotFound, RequestError, StoreError
from crlm_dash.store import door as door_module
from crlm_dash.store.door import Door
from crlm_dash.store.rooms import COLUMNS, REVEALING_TABLES, REVEALS_ARM, TABLES_IN, Room
from crlm_dash.store.seal import CutInfo
from tests.roles import INSIDERS
from tests.store.tiny import SECRET_WORDS, tiny_cut

BLINDED = [Role.MDT, Role.PI, Role.DATA_MANAGER]
CUT = CutInfo(
    trial="TINY", number=1, fingerprint="0" * 64, cutoff=dt.date(2026, 1, 1), cutoff_stated=True, label="",
    sealed_at=dt.datetime(2026, 1, 2), kind="public", title="A tiny trial", sources=(), path=Path("cut-0001.duckdb"),
    n_screened=6, n_enrolled=5, n_faults=0,
)  # fmt: skip


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return tiny_cut()


@pytest.fixture
def open_as(connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch):
    """A function: role → door, whose queries are texts given in the test."""
    monkeypatch.setattr(door_module, "read_query", lambda text: (Room(text.split(":", 1)[0]), text.split(":", 1)[1]))

    def opened(role: Role, sites: frozenset[str] | None = None) -> Door:
        return Door(Viewer(role, sites), CUT, connection, b"secret")

    return opened


def words_in(frame: pd.DataFrame) -> set[str]:
    return {str(value) for column in frame for value in frame[column]} | set(frame.columns)


@pytest.mark.parametrize("role", BLINDED)
def test_blinded_roles_are_refused_outcomes_by_arm(open_as, role: Role) -> None:
    with pytest.raises(AccessDenied, match="may not see outcomes by arm"):
        open_as(role).ask("outcomes:select STRATA, count(*) as n from population join adtte using (USUBJID) group by 1",
                          by="arm")  # fmt: skip


@pytest.mark.parametrize("role", INSIDERS)
@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("room", [Room.OUTCOMES, Room.LISTING])
def test_no_outcome_table_holds_the_arm_for_anyone(open_as, role: Role, table: str, room: Room) -> None:
    door = open_as(role)
    if table not in TABLES_IN[room]:
        with pytest.raises(duckdb.CatalogException):
            door.ask(f"{room}:select * from {table}")
        return
    frame = door.ask(f"{room}:select * from {table}")
    assert not words_in(frame) & set(SECRET_WORDS)
    assert not set(frame.columns) & (REVEALS_ARM | {"WILLING", "TRTDUR"})


def test_what_lies_in_no_room_without_arms() -> None:
    assert {"adex", "adfirst", "adproc"} <= REVEALING_TABLES
    for room in (Room.COUNTS, Room.OUTCOMES, Room.LISTING):
        assert not set(TABLES_IN[room]) & {"adex", "adfirst", "adproc", "adtl"}


@pytest.mark.parametrize("role", BLINDED)
def test_what_became_of_procedures_is_kept_from_blinded_roles(open_as, role: Role) -> None:
    with pytest.raises(AccessDenied, match="may not see outcomes by arm"):
        open_as(role).ask("procedures:select count(*) as n from adproc")


def test_procedures_never_stand_beside_a_code(open_as) -> None:
    dsmb, statistician = open_as(Role.DSMB), open_as(Role.STATISTICIAN)
    by_modality = "procedures:select MODALITY, count(*) as n from population join adproc using (USUBJID) group by 1"
    assert dsmb.ask(by_modality).to_dict("list") == {"MODALITY": ["Zap"], "n": [3]}
    assert "TRT01P" not in dsmb.ask("procedures:select * from adsl").columns
    assert set(dsmb.ask("procedures:select * from adae")["AEMODAL"]) == {"Zap", "Pills"}
    with pytest.raises(AccessDenied, match="which treatment stands behind"):
        dsmb.ask(by_modality, by="arm")
    by_arm = "procedures:select STRATA, count(*) as n from population join adproc using (USUBJID) group by 1"
    assert statistician.ask(by_arm, by="arm").to_dict("list") == {"STRATA": ["Zap now"], "n": [3]}


@pytest.mark.parametrize(
    ("role", "arms", "modalities", "procedures"),
    [
        (Role.PI, {None}, {None}, 0),
        (Role.MDT, {None}, {None}, 0),
        (Role.DATA_MANAGER, {None}, {None}, 0),
        (Role.DSMB, {None}, {None}, 0),
        (Role.STATISTICIAN, {"Zap now", "Pills only"}, {"Zap", "Pills"}, 3),
    ],
)
def test_beside_an_event_stands_what_the_role_may_see(open_as, role: Role, arms, modalities, procedures: int) -> None:
    door = open_as(role)
    events = door.ask("events:select * from adae join adsl using (USUBJID)").astype(object)
    events = events.where(events.notna(), None)
    assert (set(events["TRT01A"]), set(events["AEMODAL"])) == (arms, modalities)
    assert set(events["USUBJID"]) == {"T-1", "T-2", "T-3", "T-4", "T-5"}
    assert set(events["TRTSDT"]) == {None}
    assert len(door.ask("events:select * from adproc")) == procedures
    at_one_site = open_as(role, frozenset({"01"})).ask("events:select USUBJID from adae")
    assert set(at_one_site["USUBJID"]) == {"T-1", "T-2"}


def test_events_are_grouped_by_arm_for_who_sees_its_name_only(open_as) -> None:
    by_arm = "events:select STRATA, count(*) as n from population join adae using (USUBJID) group by 1 order by 1"
    assert open_as(Role.STATISTICIAN).ask(by_arm, by="arm").to_dict("list") == {
        "STRATA": ["Pills only", "Zap now"],
        "n": [2, 3],
    }
    for role in (Role.DSMB, *BLINDED):
        with pytest.raises(AccessDenied):  # a code among groups would stand beside terms that tell the arm
            open_as(role).ask(by_arm, by="arm")


@pytest.mark.parametrize("role", INSIDERS)
def test_the_room_of_counts_has_arms_and_no_outcome(open_as, role: Role) -> None:
    door = open_as(role)
    columns = set(door.ask("counts:select * from adsl").columns)
    assert "TRT01P" in columns
    assert not columns & {"DTHDT", "DTHFL", "DTHCAUS", "LSTALVDT", "EOSDT", "EOSSTT", "DCSREAS", "TRTSDT", "TRTEDT",
                          "SAFFL", "TRTDUR"}  # fmt: skip
    for table in ("adtte", "adae", "adrs", "adtl"):
        with pytest.raises(duckdb.CatalogException):
            door.ask(f"counts:select * from {table}")


def test_the_statistician_sees_arms_by_their_labels(open_as) -> None:
    door = open_as(Role.STATISTICIAN)
    frame = door.ask("outcomes:select STRATA, count(*) as n from population group by 1 order by 1", by="arm")
    assert frame.to_dict("list") == {"STRATA": ["Pills only", "Zap now"], "n": [2, 3]}
    assert door.arms == ("Zap now", "Pills only")
    assert door.control == "Pills only"
    assert open_as(Role.DSMB).control is None


def test_the_dsmb_sees_arms_by_code_and_never_a_name(open_as) -> None:
    door = open_as(Role.DSMB)
    assert set(door.arms) == {"Arm A", "Arm B"}
    frames = [
        door.ask("outcomes:select STRATA, count(*) as n from population group by 1", by="arm"),
        door.ask("counts:select STRATA, count(*) as n from population group by 1", by="arm"),
        door.ask("counts:select * from adsl"),
        *(door.ask(f"records:select * from {t}", usubjid="T-1") for t in COLUMNS),
    ]
    assert not set().union(*(words_in(f) for f in frames)) & set(SECRET_WORDS)
    assert set(frames[0]["STRATA"]) == {"Arm A", "Arm B"}


def test_the_code_does_not_tell_the_order_of_the_protocol(connection: duckdb.DuckDBPyConnection) -> None:
    orders = {
        tuple(sorted(Door(Viewer(Role.DSMB), CUT, connection, bytes([i]))._arm_labels.items())) for i in range(20)
    }
    assert len(orders) == 2


def test_what_reveals_the_arm_is_withheld_from_coded_records(open_as) -> None:
    dsmb, mdt = open_as(Role.DSMB), open_as(Role.MDT)
    lanes = "records:select LANE from adtl order by 1"
    assert list(dsmb.ask(lanes, usubjid="T-1")["LANE"]) == ["Visits"]
    assert len(mdt.ask(lanes, usubjid="T-1")) == 4
    details = "records:select DETAIL from adtl where LANE = 'Visits'"
    assert (dsmb.ask(details, usubjid="T-1")["DETAIL"][0], mdt.ask(details, usubjid="T-1")["DETAIL"][0]) == (
        None,
        "Zap now",
    )
    assert len(dsmb.ask("records:select * from adex", usubjid="T-1")) == 0
    assert list(mdt.ask("records:select ARM from adsl", usubjid="T-1")["ARM"]) == ["Zap now"]


def test_records_are_of_one_subject_at_the_viewers_sites(open_as) -> None:
    door = open_as(Role.MDT, frozenset({"01"}))
    assert list(door.ask("records:select USUBJID from adtte", usubjid="T-1")["USUBJID"]) == ["T-1"]
    with pytest.raises(AccessDenied, match="'T-3'"):
        door.ask("records:select * from adsl", usubjid="T-3")
    with pytest.raises(NotFound, match="no subject 'T-9'"):
        door.ask("records:select * from adsl", usubjid="T-9")
    with pytest.raises(RequestError, match="Which patient"):
        door.ask("records:select * from adsl")


def test_listings_are_of_the_viewers_sites_and_pooled_figures_of_all(open_as) -> None:
    door = open_as(Role.PI, frozenset({"01"}))
    assert sorted(door.ask("listing:select USUBJID from population")["USUBJID"]) == ["T-1", "T-2"]
    assert sorted(door.ask("listing:select USUBJID from adtte")["USUBJID"]) == ["T-1", "T-2"]
    assert len(door.ask("outcomes:select USUBJID from population")) == 5
    assert len(open_as(Role.PI, frozenset()).ask("listing:select USUBJID from population")) == 0


def test_populations_filters_and_groups(open_as) -> None:
    door = open_as(Role.STATISTICIAN)
    count = "outcomes:select STRATA, count(*) as n from population group by 1 order by 1"
    assert door.ask(count)["n"].tolist() == [5]
    assert door.ask(count, population="SCRNFL")["n"].tolist() == [6]
    assert door.ask(count, where="SEX = 'F' and AGE >= 60")["n"].tolist() == [1]
    assert door.ask(count, by="ECOG").to_dict("list") == {"STRATA": ["(missing)", "0", "1"], "n": [1, 2, 2]}
    assert door.ask(count, by="LESIONS")["STRATA"].tolist() == ["10"]
    with pytest.raises(RequestError, match="not a population"):
        door.ask(count, population="1=1 or ENRLFL")


@pytest.mark.parametrize("role", INSIDERS)
@pytest.mark.parametrize("column", ["TRT01P", "ARM", "WILLING", "TRTDUR", "TRTSDT"])
def test_nothing_that_reveals_the_arm_can_be_grouped_or_filtered_by(open_as, role: Role, column: str) -> None:
    door = open_as(role)
    with pytest.raises(RequestError):
        door.ask("outcomes:select * from population", by=column)
    with pytest.raises(RequestError):
        door.ask("outcomes:select * from population", where=f"{column} = 'Zap'")


def test_quality_shows_faults_and_what_was_delivered(open_as) -> None:
    door = open_as(Role.DATA_MANAGER)
    assert door.ask("quality:select * from faults")["SEVERITY"].tolist() == ["warning"]
    assert door.ask("quality:select * from delivered")["n_rows"].tolist() == [6]


def test_a_cut_of_another_version_is_refused_in_words() -> None:
    old = tiny_cut()
    old.execute("alter table cut.main.adae drop column WORSTFL")
    with pytest.raises(StoreError, match=r"another version.*adae\.WORSTFL.*crlm-dash ingest"):
        Door(Viewer(Role.PI), CUT, old, b"secret")


def test_a_pooled_door_has_no_outcome_by_arm_whatever_the_protocol_opens(open_as) -> None:
    door = open_as(Role.STATISTICIAN)
    pooled = door.pooled()
    assert door.can(Action.SEE_OUTCOMES_BY_ARM)
    assert not pooled.can(Action.SEE_OUTCOMES_BY_ARM)
    assert "arm" in door.groupings()
    assert "arm" not in pooled.groupings()
    with pytest.raises(AccessDenied):
        pooled.ask("outcomes:select STRATA, count(*) as n from population group by 1", by="arm")
    assert pooled.withholds_terms
