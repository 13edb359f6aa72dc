"""Terms that give the arm away, asked for as every role in every room: who reads them, and beside what."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pandas as pd
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.errors import AccessDenied
from crlm_dash.store import door as door_module
from crlm_dash.store.door import Door
from crlm_dash.store.rooms import MASKED, Room
from crlm_dash.terms import WITHHELD_TERMS
from tests.masked import fill_twins
from tests.roles import INSIDERS
from tests.store.test_door import CUT
from tests.store.tiny import PROTOCOL, tiny_cut

TELLING = "Zapped skin"
Asked = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """T-1 and T-3 (Zap) had what only a zap does; T-3 died of it, T-2 (Pills) of something else."""
    con = tiny_cut()
    con.execute("update cut.main.adae set AETERM = 'itch', AEBODSYS = 'Skin', AOCCPFL = 'Y', TRTEMFL = 'Y'")
    con.execute("update cut.main.adae set AEDECOD = $1 where USUBJID in ('T-1', 'T-3')", [TELLING])
    con.execute("update cut.main.adsl set DTHCAUS = 'ZAPPED SKIN', DCSREAS = 'Zapped skin' where USUBJID = 'T-3'")
    con.execute("update cut.main.adsl set DTHCAUS = 'STROKE' where USUBJID = 'T-2'")
    con.execute("update cut.main.adtte set EVNTDESC = 'Zapped skin' where USUBJID = 'T-3'")
    con.execute(
        "insert into cut.main.adtl by name select 'T-1' as USUBJID, 'Adverse events' as LANE, 'Itch' as LABEL, "
        "'Itch' as CODE, 'after a zap' as DETAIL, 'Y' as MASKFL"
    )
    con.execute(
        "insert into cut.main.adtl by name select 'T-1' as USUBJID, 'Trial status' as LANE, 'Withdrew: zapped skin' "
        "as LABEL, 'WITHDREW' as CODE"
    )
    con.execute("insert into cut.main.elevidence by name select 'T-1' as USUBJID, 'zapped skin' as VALUE")
    con.execute("alter table cut.main.faults add column VALUE varchar default 'Zapped skin'")
    con.execute(
        "alter table cut.main.faults add column MESSAGE varchar default 'ae.csv, row 3: zapped skin has no date'"
    )
    words = PROTOCOL.safety.model_copy(update={"give_away": ("zapped skin",)})
    protocol = PROTOCOL.model_copy(update={"safety": words})
    fill_twins(con, protocol)
    con.execute("update cut.main.cut_info set PROTOCOL = $1", [protocol.to_toml()])
    return con


@pytest.fixture
def asked(connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """`asked(role, "events:select …")`: the rows as that role gets them."""
    monkeypatch.setattr(door_module, "read_query", lambda text: (Room(text.split(":", 1)[0]), text.split(":", 1)[1]))

    def ask(role: Role, query: str, **options: str) -> pd.DataFrame:
        found = Door(Viewer(role), CUT, connection, b"secret").ask(query, **options)
        return found.astype(object).where(found.notna(), None)

    return ask


WITHHOLDS = {Role.MDT: True, Role.PI: True, Role.DATA_MANAGER: True, Role.DSMB: True, Role.STATISTICIAN: False}
EVENTS = "select AEDECOD, AETERM, AEBODSYS, WORSTPFL, AOCCPFL from adae order by all"
TOLD = [(TELLING, "itch", "Skin", None, "Y")] * 2
KEPT = [(WITHHELD_TERMS, WITHHELD_TERMS, WITHHELD_TERMS, "Y", None)] * 2


@pytest.mark.parametrize("role", INSIDERS)
@pytest.mark.parametrize("room", [Room.OUTCOMES, Room.LISTING, Room.EVENTS])
def test_terms_of_displays(asked: Asked, role: Role, room: Room) -> None:
    found = [tuple(row) for row in asked(role, f"{room}:{EVENTS}").to_numpy()]
    assert found[-2:] == (KEPT if WITHHOLDS[role] else TOLD)
    assert {row[0] for row in found[:-2]} == {"Nausea"}
    causes = set(asked(role, f"{room}:select DTHCAUS, DCSREAS from adsl").to_numpy().ravel()) - {None}
    assert causes == ({WITHHELD_TERMS, "STROKE"} if WITHHOLDS[role] else {"ZAPPED SKIN", "Zapped skin", "STROKE"})


@pytest.mark.parametrize("role", INSIDERS)
def test_terms_of_the_patient_page(asked: Asked, role: Role) -> None:
    coded = role is Role.DSMB
    found = asked(role, f"records:{EVENTS}", usubjid="T-1")
    assert found["AEDECOD"].tolist() == [WITHHELD_TERMS if coded else TELLING]
    labels = "select LABEL, CODE, DETAIL from adtl where LANE in ('Adverse events', 'Trial status') order by LANE"
    lines = [tuple(row) for row in asked(role, f"records:{labels}", usubjid="T-1").to_numpy()]
    withheld = (WITHHELD_TERMS, WITHHELD_TERMS, None)
    assert (
        lines == [withheld] * 2
        if coded
        else [("Itch", "Itch", "after a zap"), ("Withdrew: zapped skin", "WITHDREW", None)]
    )
    value = asked(role, "records:select VALUE from elevidence", usubjid="T-1")["VALUE"].tolist()
    assert value == [WITHHELD_TERMS if coded else "zapped skin"]


@pytest.mark.parametrize("room", ["records", "events", "listing"])
def test_a_code_never_stands_beside_a_patient(asked: Asked, room: str) -> None:
    for usubjid in ("T-1", "T-2"):
        columns = asked(Role.DSMB, f"{room}:select * from adsl", usubjid=usubjid)
        assert set(columns.filter(regex="^(ARM|ACTARM|TRT01)").to_numpy().ravel()) <= {None}
        assert "Arm A" not in columns.to_csv()
    if room != "records":
        strata = f"{room}:select USUBJID, STRATA from population"
        if room == "events":
            with pytest.raises(AccessDenied):
                asked(Role.DSMB, strata, by="arm")
        else:
            assert set(asked(Role.DSMB, strata, by="arm")["STRATA"]) == {None}
        assert set(asked(Role.STATISTICIAN, strata, by="arm")["STRATA"]) == {"Zap now", "Pills only"}
    if room != "listing":
        named = asked(Role.STATISTICIAN, f"{room}:select * from adsl where USUBJID = 'T-1'", usubjid="T-1")
        assert named["TRT01P"].tolist() == ["Zap now"]


@pytest.mark.parametrize("room", ["counts", "outcomes"])
def test_codes_stand_beside_numbers(asked: Asked, room: str) -> None:
    by_arm = f"{room}:select STRATA, count(*) as n from population group by all order by all"
    found = asked(Role.DSMB, by_arm, by="arm").to_dict("list")
    assert (found["STRATA"], sorted(found["n"])) == (["Arm A", "Arm B"], [2, 3])


@pytest.mark.parametrize("role", INSIDERS)
def test_terms_in_times_to_events_and_in_faults(asked: Asked, role: Role) -> None:
    described = set(asked(role, "outcomes:select EVNTDESC from adtte")["EVNTDESC"]) - {None}
    assert described == {WITHHELD_TERMS if WITHHOLDS[role] else "Zapped skin"}
    faults = asked(role, "quality:select VALUE, MESSAGE from faults").to_numpy().ravel().tolist()
    assert (faults == [WITHHELD_TERMS] * 2) == WITHHOLDS[role]


@pytest.mark.parametrize("role", INSIDERS)
@pytest.mark.parametrize("room", [Room.OUTCOMES, Room.LISTING, Room.EVENTS, Room.PROCEDURES, Room.RECORDS])
def test_the_twins_themselves_are_handed_out_to_nobody(asked: Asked, role: Role, room: Room) -> None:
    if room is Room.PROCEDURES and role not in (Role.DSMB, Role.STATISTICIAN):
        return
    for table in ("adae", "adsl"):
        columns = asked(role, f"{room}:select * from {table}", usubjid="T-1").columns
        assert not set(columns) & set(MASKED[table])


def test_treatments_pooled_over_the_arms_keep_their_terms(asked: Asked) -> None:
    assert TELLING in set(asked(Role.DSMB, "procedures:select AEDECOD from adae")["AEDECOD"])
