"""The trial in numbers, as it leaves the door: small cells stay behind, whoever asks, and nothing narrows the view."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from crlm_dash import analyses, tables
from crlm_dash.access import Action, Role, Viewer
from crlm_dash.analyses import ANALYSES
from crlm_dash.errors import AccessDenied, CrlmDashError, RequestError
from crlm_dash.protocol import Covariate, Source
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from crlm_dash.store.totals import has_ages, one_grouping_each, without_small_cells
from crlm_dash.suppression import FEWEST
from tests.analyses.tiny import cut_of, door_into
from tests.conftest import StoreAt

TRIAL = "CRLM10"


@pytest.fixture(scope="module")
def opened(store: StoreAt) -> TrialStore:
    return store()


@pytest.fixture(scope="module")
def observer(opened: TrialStore) -> Door:
    return opened.open(Viewer(Role.OBSERVER), TRIAL)


@pytest.fixture(scope="module")
def shown(observer: Door) -> pd.DataFrame:
    return observer.ask("totals")


def sums(shown: pd.DataFrame) -> Iterator[tuple[Any, pd.Series]]:
    """Each whole, and the lines that add up to it."""
    inner = shown[shown["display"].ne("") & shown["part"].ne("")]
    whole = shown[shown["display"].eq("")].set_index("part")["n"]
    for (_, part), lines in inner.groupby(["display", "part"]):
        yield whole[part], lines["n"]
    for (display, line), parts in inner.groupby(["display", "line"]):
        if len(parts) > 1:
            margin = shown[shown["display"].eq(display) & shown["line"].eq(line) & shown["part"].eq("")]
            yield margin["n"].iloc[0], parts["n"]


def test_no_number_from_one_to_four_leaves_the_door(shown: pd.DataFrame) -> None:
    assert shown["n"].isna().any()
    assert not shown["n"].between(1, FEWEST - 1).any()


def test_what_is_missing_of_a_sum_is_never_one_line_nor_a_few_patients(shown: pd.DataFrame) -> None:
    looked = 0
    for whole, lines in sums(shown):
        missing = int(lines.isna().sum())
        if pd.notna(whole) and missing:
            looked += 1
            assert missing > 1
            assert whole - lines.sum() - (missing - 1) >= FEWEST  # the others are one each, at least
    assert looked > 3


def test_what_is_shown_is_what_the_trial_counts(opened: TrialStore, shown: pd.DataFrame) -> None:
    everyone = analyses.patients(opened.open(Viewer(Role.STATISTICIAN), TRIAL), limit=10_000).tables["subjects"]
    enrolled = everyone[everyone["enrolled"].notna()]
    known = {
        ("", "", "screened"): len(everyone),
        ("", "", "enrolled"): len(enrolled),
        **{("SEX", sex, "enrolled"): n for sex, n in enrolled["SEX"].value_counts().items()},
        **{("site", site, ""): n for site, n in everyone["SITEID"].value_counts().items()},
        **{("site", site, "enrolled"): n for site, n in enrolled["SITEID"].value_counts().items()},
        ("status", "died", "enrolled"): int(enrolled["status"].eq("Died").sum()),
    }
    found = {row[:3]: row[3] for row in shown.itertuples(index=False, name=None) if pd.notna(row[3])}
    compared = set(known) & set(found)
    assert {cell[0] for cell in compared} >= {"", "SEX", "site"}  # deaths may go to hide another: the key decides
    assert {cell: known[cell] for cell in compared} == {cell: found[cell] for cell in compared}


def test_everybody_gets_the_same_numbers(opened: TrialStore, shown: pd.DataFrame) -> None:
    for role in Role:
        pd.testing.assert_frame_equal(opened.open(Viewer(role, frozenset({"01"})), TRIAL).ask("totals"), shown)


@pytest.mark.parametrize(
    "narrower", [{"where": "SEX = 'F'"}, {"by": "SEX"}, {"origin": "diagnosis"}, {"usubjid": "X"}, {"ages": True}]
)
def test_the_view_cannot_be_narrowed(observer: Door, narrower: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match="neither filtered nor grouped"):
        observer.ask("totals", **narrower)


def test_nor_by_arm(observer: Door) -> None:
    with pytest.raises(AccessDenied):
        observer.ask("totals", by="arm")


@pytest.mark.parametrize("analysis", sorted(set(ANALYSES) - {"totals"}))
def test_every_other_analysis_is_refused_in_words(opened: TrialStore, analysis: str) -> None:
    takes = inspect.signature(ANALYSES[analysis]).parameters
    needed = {name: "any" for name in ("usubjid", "subjects") if name in takes}
    with pytest.raises(AccessDenied, match="An Observer may not"):
        ANALYSES[analysis](opened.open(Viewer(Role.OBSERVER), TRIAL), **needed)


def test_an_earlier_cut_is_refused_for_its_difference_could_be_a_few(opened: TrialStore) -> None:
    newest = opened.cuts(Viewer(Role.PI), TRIAL)[-1].number
    assert newest > 1
    assert opened.open(Viewer(Role.OBSERVER), TRIAL, newest).cut.number == newest
    with pytest.raises(AccessDenied, match="only the newest data cut"):
        opened.open(Viewer(Role.OBSERVER), TRIAL, 1)
    with pytest.raises(CrlmDashError, match="An Observer may not"):
        opened.compare(Viewer(Role.OBSERVER), TRIAL)  # not even for the totals of the newer


def test_nothing_is_downloaded_without_the_right(observer: Door) -> None:
    for action in (Action.DOWNLOAD, Action.DOWNLOAD_NUMBERS, Action.TAKE_MINUTES, Action.PREPARE_OPEN_REPORT):
        with pytest.raises(AccessDenied, match="An Observer may not"):
            observer.check_can(action)


def test_two_groupings_of_one_thing_would_give_away_their_difference() -> None:
    named = covariates("SEX", "AGEGR1", "AGEGR2", "ECOGBL", "CEAGR", "CEAGR1N")
    assert one_grouping_each(named) == ["SEX", "AGEGR1", "ECOGBL", "CEAGR"]
    assert has_ages(named)
    assert not has_ages(covariates("SEX", "ECOGBL"))


def covariates(*columns: str, **read: Source) -> list[Covariate]:
    sources = dict.fromkeys(columns) | read
    return [Covariate(column=column, label=column, source=source) for column, source in sources.items()]


def test_two_groupings_of_one_thing_are_known_by_what_they_are_read_from() -> None:
    age, cea = Source(domain="DM", column="AGE"), Source(domain="LB", test="CEA", column="LBSTRESN", window_days=28)
    once_more = cea.model_copy(update={"window_days": 14})
    assert one_grouping_each(covariates(AGEGR1=age, OLD=age, CEAGR=cea, CEAHIGH=once_more)) == [
        "SEX",
        "AGEGR1",
        "CEAGR",
    ]
    assert has_ages(covariates(OLD=age))
    assert one_grouping_each(covariates("RAS", CA199=cea.model_copy(update={"test": "CA199"}), CEA=cea)) == [
        "SEX",
        "RAS",
        "CA199",
        "CEA",
    ]


def test_countries_would_give_away_what_is_left_out_of_their_sites() -> None:
    assert one_grouping_each(
        covariates("COUNTRY", "SITEGR1", "REGION1", LAND=Source(domain="DM", column="COUNTRY"))
    ) == ["SEX"]


def test_displays_that_count_differently_are_a_fault_and_never_shown() -> None:
    counted = [("screening", "enrolled", "screened", 9), ("SEX", "F", "enrolled", 8)]
    with pytest.raises(AssertionError, match="do not agree"):
        without_small_cells(pd.DataFrame(counted, columns=["display", "line", "part", "n"]))


def test_a_trial_of_a_handful_shows_nothing_but_that() -> None:
    counted = [("screening", "enrolled", "screened", 3), ("screening", "not enrolled", "screened", 1)]
    counted += [("SEX", "F", "enrolled", 1), ("SEX", "M", "enrolled", 2)]
    assert without_small_cells(pd.DataFrame(counted, columns=["display", "line", "part", "n"]))["n"].isna().all()


def test_the_tables_say_what_is_left_out(observer: Door) -> None:
    result = analyses.totals(observer)
    assert result.n_used == result.n_total > 0
    every = tables.totals_displays(result)
    assert (every["Patients"] == tables.totals.NOT_SHOWN).sum() == result.tables["displays"]["n"].isna().sum() > 0
    assert (tables.totals_sites(result) == "not shown").to_numpy().any()
    assert any(note.startswith("Not shown: numbers from 1 to 4") for note in result.notes)
    assert result.masked == "Counts of the whole trial only"


def screened(n: int, enrolled: int) -> list[dict[str, Any]]:
    return [
        {
            "USUBJID": f"T-{i:02}",
            "SITEID": "01",
            "SEX": "F",
            "AGE": 60,
            "SCRNFL": "Y",
            "ENRLFL": "Y" if i < enrolled else None,
        }
        for i in range(n)
    ]


@pytest.mark.parametrize(
    ("n", "enrolled", "said"),
    [
        (0, 0, "No subject has been screened yet."),
        (3, 2, "So few patients that even"),
        (60, 58, ""),  # with the 2 who were not enrolled goes how many were screened
        (20, 20, ""),
    ],
)
def test_a_trial_that_has_hardly_begun(n: int, enrolled: int, said: str) -> None:
    result = analyses.totals(door_into(cut_of({"adsl": screened(n, enrolled)}), Role.OBSERVER))
    assert result.empty.startswith(said)
    assert bool(result.empty) is bool(said)
    assert result.n_used == (0 if said else enrolled)
    written = tables.totals_figures(result).set_index("What")["Number"]
    if not said:
        assert written["Screened"] == ("not shown" if n != enrolled else str(n))
        assert written["Enrolled"].startswith(str(enrolled))
        assert result.sentence.startswith(f"{enrolled} of 30 planned patients enrolled by")


def test_of_few_enrolled_two_of_three_numbers_go() -> None:
    shown = door_into(cut_of({"adsl": screened(20, 3)}), Role.OBSERVER).ask("totals")
    whole = shown[shown["display"].eq("")].set_index("part")["n"]
    assert whole["enrolled"] is pd.NA
    assert whole[["screened", "not enrolled"]].isna().sum() == 1


def test_a_number_that_is_left_out_is_never_called_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """It can be any: large ones go as well, to hide others."""
    door = door_into(cut_of({"adsl": screened(40, 40)}), Role.OBSERVER)
    frame = door.ask("totals")
    monkeypatch.setattr(
        door, "ask", lambda _: frame.assign(n=frame["n"].mask(frame["display"].eq("") & frame["part"].eq("enrolled")))
    )
    assert analyses.totals(door).sentence == "How many of 30 planned patients were enrolled is not shown."
