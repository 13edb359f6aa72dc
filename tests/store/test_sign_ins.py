"""A sign-in holds until it is signed out, in whatever process, and is written down once."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.errors import AccessDenied, NotFound, StoreError
from crlm_dash.store.journal import AUDIT, Entry, Journal, journal_at
from crlm_dash.store.shelf import TrialStore
from crlm_dash.store.sign_ins import SignIns, visit_of


@pytest.fixture
def audit(tmp_path: Path) -> Journal:
    """An audit trail yet to begin."""
    return journal_at(tmp_path, AUDIT)


def test_a_sign_in_is_written_down_once(audit: Journal) -> None:
    sign_ins = SignIns(audit)
    for _ in range(3):
        sign_ins.admit("a", "1")
    sign_ins.admit("a", "2")
    assert [(entry.what, entry.name, entry.details["visit"]) for entry in audit.entries()] == [
        ("signed in", "a", "1"),
        ("signed in", "a", "2"),
    ]


def test_signing_out_ends_every_sign_in_of_that_person_and_of_no_other(audit: Journal) -> None:
    here, there = SignIns(audit), SignIns(audit)  # two processes
    here.admit("a", "1")
    there.admit("a", "2")
    there.admit("b", "3")
    here.sign_out("a")
    for each in (here, there, SignIns(audit)):
        for visit in ("1", "2"):
            with pytest.raises(AccessDenied, match="You signed out"):
                each.admit("a", visit)
        each.admit("b", "3")
        each.admit("a", "4")  # a new sign-in


def test_what_another_process_writes_between_is_not_missed(audit: Journal) -> None:
    here = SignIns(audit)
    here.admit("a", "1")
    SignIns(audit).sign_out("a")
    here.admit("b", "2")  # writes an entry after one that it must still heed
    with pytest.raises(AccessDenied):
        here.admit("a", "1")


def test_nobody_is_let_in_who_cannot_be_written_down(tmp_path: Path) -> None:
    (tmp_path / AUDIT.file).mkdir()
    with pytest.raises(StoreError, match="audit trail"):
        SignIns(journal_at(tmp_path, AUDIT)).admit("a", "1")


def test_each_sign_in_is_told_apart_from_others() -> None:
    token = {"iss": "i", "sub": "s", "aud": "a", "iat": 1, "nonce": "n"}
    assert visit_of(token) == visit_of(dict(reversed(token.items())) | {"name": "whoever"})
    assert visit_of(token) != visit_of(token | {"nonce": "m"})
    assert visit_of(token) != visit_of(token | {"iat": 2})


def test_journal_and_audit_trail_are_never_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("CRLM_JOURNAL", "CRLM_AUDIT"):
        monkeypatch.setenv(variable, f"sqlite:///{tmp_path}/one.sqlite")
    with pytest.raises(StoreError, match="each needs its own"):
        journal_at(tmp_path)


def test_what_came_since_is_of_the_kinds_asked_for(audit: Journal) -> None:
    for what in ("x", "y", "x", "z"):
        audit.add(Entry(what))
    found, last = audit.since(1, ("x", "y"))
    assert ([entry.id for entry in found], last) == ([2, 3], 4)
    assert audit.since(4, ("x",)) == ((), 4)


def test_a_trial_that_is_not_the_viewer_s_does_not_exist(demo_store: Path) -> None:
    store, mine = TrialStore(demo_store), Viewer(Role.STATISTICIAN, trials=frozenset({"CRLM10"}))
    assert [each.trial for each in store.trials(mine)] == ["CRLM10"]
    assert store.open(mine, "CRLM10").cut.trial == "CRLM10"
    for ask in (store.cuts, store.open, store.compare, store.key_openings):
        with pytest.raises(NotFound) as told:
            ask(mine, "CRLM-EHD")
        assert str(told.value) == "There is no trial 'CRLM-EHD' in the store. Trials: CRLM10."
