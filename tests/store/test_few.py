"""Who sees outcomes of all arms together only cannot single out a few patients by a filter, nor by subtracting."""

from __future__ import annotations

import pandas as pd
import pytest

from crlm_dash import analyses
from crlm_dash.access import Role, Viewer
from crlm_dash.errors import AccessDenied
from crlm_dash.store.door import FEWEST, Door
from crlm_dash.store.shelf import TrialStore
from tests.conftest import StoreAt

BLINDED = (Role.PI, Role.MDT, Role.DATA_MANAGER)
ASKED = {
    "survival": {"endpoint": "OS"},
    "incidence": {},
    "safety": {},
    "laboratory": {},
    "safety_events": {},
}


@pytest.fixture(scope="module")
def opened(store: StoreAt) -> TrialStore:
    return store()


@pytest.fixture(scope="module")
def ages(opened: TrialStore) -> pd.Series:
    """Of the enrolled patients of CRLM10, in their order."""
    listed = analyses.patients(opened.open(Viewer(Role.STATISTICIAN), "CRLM10")).tables["subjects"]
    return listed.loc[listed["enrolled"].notna(), "AGE"].sort_values(ignore_index=True)


def limits(ages: pd.Series) -> list[tuple[str, int]]:
    """Filters by age, each with how many patients it leaves."""
    return [(f"AGE >= {age}", int((ages >= age).sum())) for age in sorted(set(ages.astype(int)))]


@pytest.mark.parametrize("role", BLINDED)
def test_a_filter_leaves_nobody_or_enough_and_leaves_out_nobody_or_enough(
    opened: TrialStore, ages: pd.Series, role: Role
) -> None:
    door = opened.open(Viewer(role), "CRLM10")
    seen = set()
    for where, kept in limits(ages):
        few = 0 < kept < FEWEST or 0 < len(ages) - kept < FEWEST
        seen.add(few)
        if few:
            with pytest.raises(AccessDenied, match="fewer than 5 patients"):
                analyses.survival(door, endpoint="OS", where=where)
        else:
            assert analyses.survival(door, endpoint="OS", where=where).n_total == kept
    assert seen == {True, False}


def shown(door: Door, where: str) -> int | None:
    """Deaths among the patients of a filter, where they are shown."""
    try:
        return int(analyses.survival(door, endpoint="OS", where=where).tables["summary"]["n_event"].sum())
    except AccessDenied:
        return None


def test_nothing_of_fewer_than_five_is_found_by_subtracting_from_everyone(opened: TrialStore, ages: pd.Series) -> None:
    door = opened.open(Viewer(Role.PI), "CRLM10")
    everyone = shown(door, "")
    assert everyone is not None
    differences = [len(ages) - kept for where, kept in limits(ages) if shown(door, where) is not None]
    assert differences
    assert not [n for n in differences if 0 < n < FEWEST]


@pytest.mark.parametrize("analysis", ASKED)
def test_every_pooled_outcome_is_refused_alike(opened: TrialStore, ages: pd.Series, analysis: str) -> None:
    where = next(where for where, kept in reversed(limits(ages)) if 0 < kept < FEWEST)
    with pytest.raises(AccessDenied, match="leaves fewer than 5 patients"):
        analyses.ANALYSES[analysis](opened.open(Viewer(Role.MDT), "CRLM10"), where=where, **ASKED[analysis])


def test_who_sees_outcomes_by_arm_may_filter_as_they_like(opened: TrialStore, ages: pd.Series) -> None:
    where, kept = next((where, kept) for where, kept in reversed(limits(ages)) if 0 < kept < FEWEST)
    for role in (Role.STATISTICIAN, Role.DSMB):
        assert analyses.survival(opened.open(Viewer(role), "CRLM10"), endpoint="OS", where=where).n_total == kept


def test_nobody_and_everybody_tell_nothing_and_are_shown(opened: TrialStore) -> None:
    door = opened.open(Viewer(Role.PI), "CRLM10")
    assert analyses.survival(door, endpoint="OS", where="AGE > 200").n_used == 0
    assert analyses.survival(door, endpoint="OS", where="AGE > 0").n_used > 0
