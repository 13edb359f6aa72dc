"""The key to the arms' codes: opened by who may, with a reason, on record; a key that was not opened opens nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crlm_dash.access import Action, Role, Viewer
from crlm_dash.analyses import safety, survival
from crlm_dash.errors import AccessDenied, RequestError, StoreError
from crlm_dash.store.door import Door
from crlm_dash.store.journal import Entry
from crlm_dash.store.key import KEY_OPENED
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import WITHHELD_TERMS

DSMB = Viewer(Role.DSMB)
REASON = "Imbalance of early deaths"


@pytest.fixture
def opened_store(demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrialStore:
    """The demonstration store with a journal of its own."""
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    return TrialStore(demo_store)


def test_opening_shows_arms_terms_and_treatments_and_is_on_record(opened_store: TrialStore) -> None:
    sealed = opened_store.open(DSMB, "CRLM10")
    assert sealed.arms == ("Arm A", "Arm B")
    assert sealed.masked == "Arms coded, key sealed"
    bearer = opened_store.open_key(DSMB, "CRLM10", f"  {REASON}\n ")
    (entry,) = opened_store.journal.entries()
    cut = sealed.cut
    said = (entry.what, entry.role, entry.trial, entry.cut, entry.fingerprint, entry.reason)
    assert said == (KEY_OPENED, "dsmb", "CRLM10", cut.number, cut.fingerprint, REASON)
    assert bearer == replace(DSMB, key=entry.hash)
    door = opened_store.open(bearer, "CRLM10")
    assert set(door.arms) == {"Local treatment", "Palliative chemotherapy"}
    assert door.can(Action.SEE_ARM_NAMES)
    assert door.control == "Palliative chemotherapy"
    assert not door.withholds_terms
    assert door.can_see_received()
    assert set(door.time_origins()) > set(sealed.time_origins())
    assert door.masked.startswith("Key opened by you on ")
    assert door.masked.endswith("UTC: arms shown")
    shown = safety(door, by="arm")
    assert WITHHELD_TERMS not in shown.tables["terms"].to_csv()
    assert WITHHELD_TERMS in safety(sealed, by="arm").tables["terms"].to_csv()
    assert survival(door, endpoint="OS", by="received", method="landmark").n_used
    with pytest.raises(AccessDenied):
        survival(sealed, endpoint="OS", by="received", method="landmark")


def test_who_opens_it_opens_it_for_nobody_else(opened_store: TrialStore) -> None:
    bearer = opened_store.open_key(replace(DSMB, name="somebody"), "CRLM10", REASON)
    for other in (
        DSMB,
        replace(DSMB, key=bearer.key),  # the key of another name
        replace(bearer, name="somebody else"),
        replace(bearer, role=Role.PI),
        replace(bearer, role=Role.STATISTICIAN),
    ):
        if other.key:
            with pytest.raises(AccessDenied, match="knows of no such opening"):
                opened_store.open(other, "CRLM10")
        else:
            assert opened_store.open(other, "CRLM10").arms == ("Arm A", "Arm B")
    with pytest.raises(AccessDenied, match="CRLM-EHD"):
        opened_store.open(bearer, "CRLM-EHD")  # the key of another trial
    assert opened_store.open(replace(bearer, sites=frozenset({"01"})), "CRLM10").can(Action.SEE_ARM_NAMES)


@pytest.mark.parametrize("forged", ["1", "yes", "0" * 64, "' or '1' = '1", "KEY"])
def test_a_forged_key_opens_nothing(opened_store: TrialStore, forged: str) -> None:
    opened_store.open_key(DSMB, "CRLM10", REASON)
    with pytest.raises(AccessDenied, match="stays sealed"):
        opened_store.open(replace(DSMB, key=forged), "CRLM10")


def test_an_entry_of_another_kind_is_no_key(opened_store: TrialStore) -> None:
    entry = opened_store.journal.add(Entry("decision", role="dsmb", trial="CRLM10", reason=REASON))
    with pytest.raises(AccessDenied):
        opened_store.open(replace(DSMB, key=entry.hash), "CRLM10")


def test_a_door_made_past_the_store_stays_shut_too(opened_store: TrialStore) -> None:
    bearer = opened_store.open_key(DSMB, "CRLM10", REASON)
    there = opened_store.open(DSMB, "CRLM10")
    with pytest.raises(AccessDenied):
        Door(bearer, there.cut, there._connection, b"secret")


def test_a_key_is_gone_with_its_journal(
    opened_store: TrialStore, demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearer = opened_store.open_key(DSMB, "CRLM10", REASON)
    assert TrialStore(demo_store).open(bearer, "CRLM10").can(Action.SEE_ARM_NAMES)  # another process, the same journal
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/another.sqlite")
    with pytest.raises(AccessDenied):
        TrialStore(demo_store).open(bearer, "CRLM10")


@pytest.mark.parametrize("reason", ["", "   ", "too short", "a b  c     d"])
def test_without_a_reason_it_stays_sealed(opened_store: TrialStore, reason: str) -> None:
    with pytest.raises(RequestError, match="at least 10 characters"):
        opened_store.open_key(DSMB, "CRLM10", reason)
    assert opened_store.journal.entries() == ()


@pytest.mark.parametrize("role", [Role.MDT, Role.PI, Role.DATA_MANAGER])
def test_others_may_neither_open_it_nor_know_of_it(opened_store: TrialStore, role: Role) -> None:
    with pytest.raises(AccessDenied, match="DSMB member and Unblinded statistician may"):
        opened_store.open_key(Viewer(role), "CRLM10", REASON)
    with pytest.raises(AccessDenied):
        opened_store.key_openings(Viewer(role), "CRLM10")
    assert opened_store.journal.entries() == ()


def test_who_sees_names_has_nothing_to_open(opened_store: TrialStore) -> None:
    with pytest.raises(RequestError, match="no key to open"):
        opened_store.open_key(Viewer(Role.STATISTICIAN), "CRLM10", REASON)


def test_without_a_journal_it_stays_sealed(demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/none/journal.sqlite")
    with pytest.raises(StoreError, match="cannot be written, so this was not done"):
        TrialStore(demo_store).open_key(DSMB, "CRLM10", REASON)


def test_openings_are_told_to_who_may_open_and_a_reason_that_tells_only_to_who_sees_names(
    opened_store: TrialStore,
) -> None:
    for reason in (REASON, "Bile leaks look too frequent", "Is Arm A the LOCAL TREATMENT arm?"):
        bearer = opened_store.open_key(DSMB, "CRLM10", reason)
    opened_store.open_key(DSMB, "CRLM-EHD", "Another trial altogether")
    withheld = "(reason withheld: it would tell the arm)"
    assert [each.reason for each in opened_store.key_openings(DSMB, "CRLM10")] == [REASON, withheld, withheld]
    for viewer in (bearer, Viewer(Role.STATISTICIAN)):
        reasons = [each.reason for each in opened_store.key_openings(viewer, "CRLM10")]
        assert reasons[1:] == ["Bile leaks look too frequent", "Is Arm A the LOCAL TREATMENT arm?"]


def test_the_journal_of_a_store_stands_beside_its_cuts(
    demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CRLM_JOURNAL", raising=False)
    shutil.copytree(demo_store, tmp_path / "store")
    store = TrialStore(tmp_path / "store")
    store.open_key(DSMB, "CRLM10", REASON)
    assert (tmp_path / "store" / "journal.sqlite").is_file()
    assert [each.trial for each in store.trials(DSMB)] == ["CRLM-EHD", "CRLM10"]
    assert TrialStore(tmp_path / "store").open(DSMB, "CRLM10").cut.fingerprint  # its cuts were not touched
