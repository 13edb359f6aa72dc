"""The key on the screen: who is offered it, what opening and closing it does, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from crlm_dash.access import Role, Viewer
from crlm_dash.store.journal import Journal
from crlm_dash.terms import WITHHELD_TERMS
from crlm_dash.ui.session import _key_of
from tests.pages.visiting import Visit, words

SEALED = "Arms coded, key sealed"
REASON = "Deaths within ninety days differ"
NAMED = "Palliative chemotherapy"


@pytest.fixture(autouse=True)
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    """A journal of its own for each test, and a server that has not read another."""
    url = f"sqlite:///{tmp_path}/journal.sqlite"
    monkeypatch.setenv("CRLM_JOURNAL", url)
    st.cache_resource.clear()
    yield Journal(url)
    st.cache_resource.clear()


def opened(visit: Visit, reason: str = REASON, page: str = "safety") -> AppTest:
    """A DSMB member's page after giving `reason` and confirming."""
    app = visit(page, trial="CRLM10", role="DSMB", by="arm")
    app.text_area(key="key_reason").input(reason)
    return app.button(key="key_open").click().run()


@pytest.mark.parametrize("role", ["PI", "MDT", "Data manager", "Statistician"])
def test_only_who_sees_codes_is_offered_the_key(visit: Visit, role: str) -> None:
    app = visit("overview", trial="CRLM10", role=role)
    assert not app.exception
    assert [each.key for each in app.text_area] == []
    assert not any("key" in str(each.key) for each in app.button)


@pytest.mark.parametrize("page", ["overview", "survival", "patient", "quality"])
def test_the_key_is_beside_the_role_on_every_page(visit: Visit, page: str) -> None:
    app = visit(page, trial="CRLM10", role="DSMB")
    assert SEALED in words(app)
    assert app.text_area(key="key_reason").label == "Why do you open it?"
    assert "What you have seen cannot be unseen" in words(app)


def test_opening_it_shows_the_arms_on_every_page_until_it_is_closed(visit: Visit, journal: Journal) -> None:
    app = opened(visit)
    assert "Key opened by you on" in words(app)
    assert NAMED in words(app)
    assert WITHHELD_TERMS not in words(app)
    (entry,) = journal.entries()
    assert (entry.role, entry.trial, entry.reason) == ("dsmb", "CRLM10", REASON)
    app.button(key="key_close").click().run()
    assert SEALED in words(app)
    assert NAMED not in words(app)
    assert WITHHELD_TERMS in words(app)
    assert len(journal.entries()) == 1


def test_a_short_reason_leaves_it_sealed(visit: Visit, journal: Journal) -> None:
    app = opened(visit, "because")
    assert "at least 10 characters" in app.warning[0].value
    assert SEALED in words(app)
    assert NAMED not in words(app)
    assert journal.entries() == ()


def test_without_a_journal_it_stays_sealed(visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/none/journal.sqlite")
    st.cache_resource.clear()
    app = opened(visit)
    assert "cannot be written" in app.warning[0].value
    assert SEALED in words(app)
    assert NAMED not in words(app)


def test_it_is_open_to_this_visitor_trial_and_role_only(visit: Visit) -> None:
    app = opened(visit)
    assert NAMED in words(app)
    assert SEALED in words(visit("safety", trial="CRLM10", role="DSMB", by="arm"))  # another visitor
    app.selectbox(key="role").select("PI").run()
    assert NAMED not in words(app)
    assert "Key opened" not in words(app)
    app.selectbox(key="role").select("DSMB").run()
    assert "Key opened by you on" in words(app)
    app.selectbox(key="trial").select("CRLM-EHD").run()
    assert SEALED in words(app)


def test_openings_are_told_to_the_dsmb_and_the_statistician(visit: Visit) -> None:
    opened(visit)
    opened(visit, "Bile leaks look too frequent")
    told = words(visit("overview", trial="CRLM10", role="DSMB"))
    assert "The key of this trial was opened on" in told
    assert "reason withheld" in told  # it names what tells the arm, and the key is sealed to this member
    assert "It was opened 2 times in all" in told
    assert "Bile leaks look too frequent" in words(visit("overview", trial="CRLM10", role="Statistician"))
    for role in ("PI", "MDT", "Data manager"):
        assert "was opened on" not in words(visit("overview", trial="CRLM10", role=role))
    assert "was opened on" not in words(visit("overview", trial="CRLM-EHD", role="DSMB"))


@pytest.mark.parametrize("name", ["key", "key_reason", "key_open", "_keys_opened"])
def test_an_address_opens_nothing(visit: Visit, journal: Journal, name: str) -> None:
    opened(visit)
    (entry,) = journal.entries()
    for value in ("1", "true", entry.hash):
        app = visit("safety", trial="CRLM10", role="DSMB", by="arm", **{name: value})
        assert SEALED in words(app)
        assert NAMED not in words(app)
    assert len(journal.entries()) == 1


def test_every_field_of_the_viewer_is_part_of_the_cache_key() -> None:
    viewer = Viewer(Role.DSMB)
    others = {"role": Role.PI, "sites": frozenset({"01"}), "name": "somebody", "key": "f" * 64}
    others |= {"trials": frozenset({"CRLM10"}), "visit": "v" * 32}
    assert set(others) == {field.name for field in fields(Viewer)}
    keys = {_key_of(viewer), *(_key_of(replace(viewer, **{name: value})) for name, value in others.items())}
    assert len(keys) == 1 + len(others)
