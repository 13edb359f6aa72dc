"""People of different roles and sites at once, through the cache that all pages share: no row crosses."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import streamlit as st

from crlm_dash import analyses
from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import ANALYSES, Result
from crlm_dash.errors import AccessDenied
from crlm_dash.store.shelf import TrialStore
from crlm_dash.ui import session

TRIAL = "CRLM10"
RERUNS = 60  # of each visitor
VISITORS = (
    Viewer(Role.PI, frozenset({"01"}), "a", visit="1"),
    Viewer(Role.PI, frozenset({"02"}), "b", visit="2"),  # the same role, another site
    Viewer(Role.MDT, frozenset({"02"}), "c", visit="3"),
    Viewer(Role.DSMB, None, "d", visit="4"),
    Viewer(Role.STATISTICIAN, None, "e", visit="5"),
    Viewer(Role.OBSERVER, None, "f", visit="6"),
)
ASKED: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = (
    ("patients", ()),
    ("survival", (("by", "arm"), ("endpoint", "OS"))),
    ("safety_events", ()),
    ("totals", ()),
)


def told(result: Result) -> str:
    """All that a visitor would see of an answer."""
    return " ".join([result.sentence, result.role, *result.notes, *(f.to_csv() for f in result.tables.values())])


def asked(root: Path, viewer: Viewer, name: str, options: tuple[tuple[str, Any], ...]) -> str:
    """An answer as every page gets it; a refusal is an answer too."""
    cut = TrialStore(root).cuts(viewer, TRIAL)[-1]
    try:
        return told(session._answer(str(root), viewer, TRIAL, cut.number, cut.fingerprint, name, options))
    except AccessDenied as refused:
        return f"refused: {refused}"


@pytest.fixture(scope="module")
def alone(demo_store: Path) -> dict[tuple[Viewer, str], str]:
    """What each visitor is told when nobody else is there, past any cache."""
    found = {}
    for viewer in VISITORS:
        door = TrialStore(demo_store).open(viewer, TRIAL)
        for name, options in ASKED:
            try:
                found[viewer, name] = told(ANALYSES[name](door, **dict(options)))
            except AccessDenied as refused:
                found[viewer, name] = f"refused: {refused}"
    return found


def test_no_row_crosses_between_people_who_look_at_once(demo_store: Path, alone: dict[tuple[Viewer, str], str]) -> None:
    st.cache_data.clear()
    together = Barrier(len(VISITORS))

    def visit(viewer: Viewer) -> list[tuple[str, bool]]:
        order, found = random.Random(viewer.name), list[tuple[str, bool]]()
        together.wait()
        for rerun in range(RERUNS):
            name, options = order.choice(ASKED)
            if rerun == 30 and viewer is VISITORS[0]:
                st.cache_data.clear()  # while the others are asking
            found.append((name, asked(demo_store, viewer, name, options) == alone[viewer, name]))
        return found

    with ThreadPoolExecutor(len(VISITORS)) as people:
        answers = [answer for found in people.map(visit, VISITORS) for answer in found]
    assert len(answers) == RERUNS * len(VISITORS)
    assert Counter(right for _, right in answers) == {True: len(answers)}
    assert {name for name, _ in answers} == {name for name, _ in ASKED}


def test_they_do_not_see_the_same(alone: dict[tuple[Viewer, str], str], demo_store: Path) -> None:
    """Else nothing could have crossed."""
    of_site = analyses.patients(TrialStore(demo_store).open(VISITORS[0], TRIAL)).tables["subjects"]["USUBJID"]
    assert any(subject in alone[VISITORS[0], "patients"] for subject in of_site)
    assert not any(subject in alone[VISITORS[1], "patients"] for subject in of_site)
    for name in ("patients", "survival", "safety_events"):
        assert len({alone[viewer, name] for viewer in VISITORS}) >= 4, name
