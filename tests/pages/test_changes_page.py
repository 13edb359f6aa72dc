"""The page on changes, by role and by address, and its sentence on the overview."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import changes
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, tables, visited, words
from tests.pairs import NOW, THEN, person, sealed


def captions(visit: object) -> list[str]:
    return [each.value for each in visit.caption]  # type: ignore[attr-defined]


def test_the_dsmb_sees_both_cuts_and_coded_arms(visit: Visit) -> None:
    app = visit("changes", trial="CRLM10", role="DSMB")
    told = words(app)
    assert "against data cut 1 of 30 April 2026" in told
    assert "2026-04-30" in told
    assert app.selectbox(key="since").value == ""
    by_arm = tables(app)[1]
    assert list(by_arm.columns) == ["", *(c for c in by_arm.columns if c.startswith("Arm "))]
    assert len(by_arm.columns) == 3
    for name in ("Localized interventions", "Palliative chemotherapy"):
        assert name.lower() not in told.lower()


def test_the_numbers_are_those_of_the_analysis(visit: Visit, demo_store: Path) -> None:
    app = visit("changes", trial="CRLM-EHD", role="Statistician")
    door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), "CRLM-EHD")
    result = changes(door, by="arm")
    assert result.sentence in [each.value.replace("\\", "") for each in app.markdown]
    deaths = result.tables["headline"].set_index("measure").loc["Deaths"]
    shown = tables(app)[0].set_index("")
    assert shown.loc["Deaths"].tolist()[:2] == [f"{deaths['before']:.0f}", f"{deaths['now']:.0f}"]
    assert [metric.value for metric in app.metric][2] == f"+{deaths['difference']:.0f}"


def test_who_may_not_see_arms_is_told_so_and_refused_by_the_address(visit: Visit) -> None:
    app = visit("changes", trial="CRLM10", role="PI")
    assert "Outcomes by arm are not shown to this role." in captions(app)
    assert not app.warning
    refused = visit("changes", trial="CRLM10", role="PI", by="arm")
    assert "may not see outcomes by arm" in refused.warning[0].value
    assert not tables(refused)


@pytest.mark.parametrize(
    ("since", "said"), [("2", "cannot be compared with itself"), ("9", "has no cut 9"), ("x", "not the number")]
)
def test_what_cannot_be_compared_is_refused_in_words(visit: Visit, since: str, said: str) -> None:
    app = visit("changes", trial="CRLM10", since=since)
    assert said in app.warning[0].value
    assert not tables(app)
    assert not app.error


def test_a_first_cut_says_so_and_shows_no_table(visit: Visit) -> None:
    app = visit("changes", trial="CRLM10", cut="1")
    assert [each.value for each in app.info] == ["This is the first data cut."]
    assert not tables(app)
    assert not app.metric
    overview = visit("overview", trial="CRLM10", cut="1")
    assert "first data cut" not in words(overview)


def test_the_overview_says_what_changed_and_leads_there(visit: Visit, demo_store: Path) -> None:
    app = visit("overview", trial="CRLM10")
    result = changes(TrialStore(demo_store).open(Viewer(Role.PI), "CRLM10"))
    assert result.sentence.startswith("Since data cut 1 (cut-off 30 April 2026): ")
    assert result.sentence in [each.value.replace("\\", "") for each in app.markdown]


def test_of_three_cuts_the_one_that_is_named_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n, cutoff in enumerate((THEN.replace(year=2025), THEN, NOW), start=1):
        sealed(tmp_path, {"adsl": [person(each) for each in range(1, n + 1)]}, cutoff)
    monkeypatch.setenv("CRLM_STORE", str(tmp_path))
    app = visited("changes", trial="TINY")
    assert "against data cut 2 of 31 January 2026" in words(app)
    app.selectbox(key="since").select("1").run()
    assert "against data cut 1 of 31 January 2025" in words(app)
    assert "against data cut 1 of 31 January 2025" in words(visited("changes", trial="TINY", since="1"))


def test_an_earlier_cut_of_another_version_does_not_break_the_overview(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed(tmp_path, {"adsl": [person(1)]}, THEN, more="alter table cut.main.adae drop column FATALFL")
    sealed(tmp_path, {"adsl": [person(1)]}, NOW)
    monkeypatch.setenv("CRLM_STORE", str(tmp_path))
    app = visited("overview", trial="TINY")
    assert any("cut 1 was built by another version" in each.replace("\\", "") for each in captions(app))
    assert tables(app)
    assert not app.warning
