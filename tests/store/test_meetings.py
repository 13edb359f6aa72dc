"""Lists of meetings: saved by name and day, changed without loss when two save at once, for who may."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import time
from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.errors import AccessDenied, NotFound, RequestError
from crlm_dash.store.door import Door
from crlm_dash.store.meetings import MOST, meetings_of, save_meeting
from crlm_dash.store.shelf import TrialStore
from tests.pairs import person, sealed

DAY = dt.date(2026, 1, 15)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with P-01 … P-09 of site 01, P-10 of site 02."""
    root = tmp_path_factory.mktemp("meetings")
    sealed(root, {"adsl": [*(person(n) for n in range(1, 10)), person(10, SITEID="02")]})
    return root


@pytest.fixture
def store(trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrialStore:
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    return TrialStore(trial)


def at(store: TrialStore, role: Role = Role.MDT, *sites: str) -> Door:
    return store.open(Viewer(role, frozenset(sites) or None), "TINY")


def test_a_list_comes_back_in_its_order_each_patient_once(store: TrialStore) -> None:
    saved = save_meeting(at(store), "  Liver   board ", DAY, ["P-03", "P-01", "P-03"], made_from="by hand")
    (meeting,) = meetings_of(at(store))
    assert (meeting.title, meeting.subjects) == ("2026-01-15 Liver board", ("P-03", "P-01"))
    assert (meeting.saved, meeting.n_saved, meeting.is_joined) == (saved, 1, False)
    assert store.journal.verify() == ()


def test_the_last_saving_counts_and_the_latest_day_comes_first(store: TrialStore) -> None:
    first = save_meeting(at(store), "A", DAY, ["P-01", "P-02"])
    save_meeting(at(store), "B", DAY + dt.timedelta(days=7), ["P-01"])
    save_meeting(at(store), "A", DAY, ["P-02"], seen=first.hash)
    assert [(m.title, m.subjects, m.n_saved) for m in meetings_of(at(store))] == [
        ("2026-01-22 B", ("P-01",), 1),
        ("2026-01-15 A", ("P-02",), 2),
    ]
    assert len(store.journal.entries()) == 3  # what was saved before is still there


@pytest.mark.parametrize(
    ("seen", "subjects", "joined"),
    [("first", ("P-02",), False), ("", ("P-01", "P-02"), True), ("0" * 64, ("P-01", "P-02"), True)],
)
def test_who_did_not_see_the_last_saving_takes_nobody_off(
    store: TrialStore, seen: str, subjects: tuple[str, ...], joined: bool
) -> None:
    first = save_meeting(at(store), "A", DAY, ["P-01"])
    save_meeting(at(store), "A", DAY, ["P-02"], seen=first.hash if seen == "first" else seen)
    (meeting,) = meetings_of(at(store))
    assert (meeting.subjects, meeting.is_joined) == (subjects, joined)


@pytest.mark.parametrize(
    ("name", "subjects", "error", "words"),
    [
        (" ", ["P-01"], RequestError, "What is the meeting called"),
        ("x" * 81, ["P-01"], RequestError, "1 to 80 characters"),
        ("A", [], RequestError, "1 to 200 patients"),
        ("A", [f"X-{n}" for n in range(MOST + 1)], RequestError, "this one has 201"),
        ("A", ["P-01", "P-99"], NotFound, "'P-99' is no patient of your sites in data cut 1 of TINY"),
    ],
)
def test_a_list_that_is_none_is_refused(
    store: TrialStore, name: str, subjects: list[str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        save_meeting(at(store), name, DAY, subjects)
    assert store.journal.entries() == ()


@pytest.mark.parametrize("role", [Role.DSMB, Role.STATISTICIAN, Role.DATA_MANAGER])
def test_others_than_the_mdt_and_the_pi_save_none(store: TrialStore, role: Role) -> None:
    with pytest.raises(AccessDenied, match="may not record what a meeting decides"):
        save_meeting(at(store, role), "A", DAY, ["P-01"])


def test_a_list_holds_the_patients_of_ones_sites(store: TrialStore) -> None:
    save_meeting(at(store), "Both", DAY, ["P-10", "P-01"])
    save_meeting(at(store), "One", DAY, ["P-01"])
    assert [(m.name, m.subjects) for m in meetings_of(at(store, Role.PI, "02"))] == [("Both", ("P-10",))]
    with pytest.raises(NotFound, match="P-01"):
        save_meeting(at(store, Role.PI, "02"), "Mine", DAY, ["P-10", "P-01"])
    with pytest.raises(AccessDenied):
        meetings_of(at(store, Role.DSMB))


def test_a_change_by_who_sees_one_site_keeps_the_patients_of_the_others(store: TrialStore) -> None:
    first = save_meeting(at(store), "Both", DAY, ["P-10", "P-01", "P-02"])
    save_meeting(at(store, Role.PI, "02"), "Both", DAY, ["P-10"], seen=first.hash)
    (meeting,) = meetings_of(at(store))
    assert set(meeting.subjects) == {"P-10", "P-01", "P-02"}


def _save(root: str, url: str, who: int, start: float) -> None:
    os.environ["CRLM_JOURNAL"] = url
    door = TrialStore(Path(root)).open(Viewer(Role.MDT), "TINY")
    time.sleep(max(start - time.time(), 0))
    for number in range(1, 5):
        save_meeting(door, "A", DAY, [f"P-{who * 4 + number:02d}"])


def test_two_people_saving_at_once_lose_nobody(store: TrialStore, trial: Path, tmp_path: Path) -> None:
    context, start = multiprocessing.get_context("spawn"), time.time() + 4.0
    url = f"sqlite:///{tmp_path}/journal.sqlite"
    writers = [context.Process(target=_save, args=(str(trial), url, k, start)) for k in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    (meeting,) = meetings_of(at(store))
    assert set(meeting.subjects) == {f"P-{n:02d}" for n in range(1, 9)}
    assert (meeting.n_saved, store.journal.verify()) == (8, ())
