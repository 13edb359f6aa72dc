"""Cumulative enrolment against curves that others delivered, day by day: Rho's library of clinical graphics.

Its files are public but not part of this repository: CRLM_RHO_LIBRARY names the folder `data_cleaning`. Without it
there is nothing to compare, and the tests say so. `dashboard-accrual.csv` has a line a patient and step (Screened,
Randomized) with its day; DM and DS are made of it. `dashboard-accrual-over-time.csv` has the curves expected.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import enrolment, followup
from crlm_dash.analyses.enrolment_pace import planned_by
from crlm_dash.analyses.result import Result
from crlm_dash.figures import accrual, accrual_by
from crlm_dash.store.build import build_cut
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import DAYS_PER_MONTH, TrialKind

FOLDER = os.environ.get("CRLM_RHO_LIBRARY", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="CRLM_RHO_LIBRARY names no folder with the library's accrual files")
CUTOFF = dt.date(2016, 2, 26)  # the last day of the curves
STUDY = "RHO"
STATUSES = ("Expected", "Overdue")
Row = dict[str, str]
Built = Callable[[dt.date | None], Door]


def lines(name: str) -> list[Row]:
    with (Path(FOLDER) / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def written(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    with (folder / f"{name}.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Cuts of the delivered days: DM with consent and arm, DS with randomisation, SV and TV with visits."""
    source, root = tmp_path_factory.mktemp("sdtm"), tmp_path_factory.mktemp("store")
    steps = lines("dashboard-accrual")
    entered = {row["subjid"]: row["date"] for row in steps if row["population"] == "Randomized"}
    subjects = [row for row in steps if row["population"] == "Screened"]
    written(source, "dm", [_dm(row, entered) for row in subjects])
    written(source, "ds", [_ds(number, each, day) for number, (each, day) in enumerate(entered.items(), start=1)])
    written(source, "sv", [_sv(row) for row in lines("visits") if row["visit_status"] in ("Completed", "Missed")])
    visits = {row["visit_number"]: row["visit_name"] for row in lines("visits")}
    planned = {row["VISIT"]: row for row in lines("dictionary-schedule-of-events")}
    days = [(number, name, planned[name]["STDY"]) for number, name in visits.items() if name in planned]
    written(source, "tv", [_tv(*each) for each in sorted(days)])

    def cut_at(cutoff: dt.date | None) -> Door:
        cut = build_cut(source, root, cutoff=cutoff, kind=TrialKind.PUBLIC)
        return TrialStore(root).open(Viewer(Role.STATISTICIAN), cut.trial, cut.number)

    return cut_at


@pytest.fixture(scope="module")
def door(built: Built) -> Door:
    return built(CUTOFF)


def _dm(row: Row, entered: dict[str, str]) -> dict[str, Any]:
    inside = row["subjid"] in entered
    arm = row["filter:Arm"] if inside else "Screen Failure" if row["filter:Arm"] == "Screen Failure" else ""
    codes = {"Placebo": "P", "Treatment A": "A", "Treatment B": "B", "Screen Failure": "SCRNFAIL", "": ""}
    return {
        "STUDYID": STUDY, "DOMAIN": "DM", "USUBJID": row["subjid"], "SUBJID": row["subjid"],
        "RFICDTC": row["date"], "SITEID": row["filter:Site"], "AGE": row["listing:Age"], "SEX": row["listing:Sex"],
        "ARM": arm, "ARMCD": codes[arm], "COUNTRY": "USA",
    }  # fmt: skip


def _ds(number: int, subject: str, day: str) -> dict[str, Any]:
    return {
        "STUDYID": STUDY, "DOMAIN": "DS", "USUBJID": subject, "DSSEQ": number, "DSTERM": "RANDOMIZED",
        "DSDECOD": "RANDOMIZED", "DSCAT": "PROTOCOL MILESTONE", "DSSTDTC": day,
    }  # fmt: skip


def _sv(row: Row) -> dict[str, Any]:
    done = row["visit_status"] == "Completed"
    return {
        "STUDYID": STUDY, "DOMAIN": "SV", "USUBJID": row["subjectnameoridentifier"], "VISITNUM": row["visit_number"],
        "VISIT": row["visit_name"], "SVSTDTC": row["visit_date"], "SVOCCUR": "Y" if done else "N",
    }  # fmt: skip


def _tv(number: str, name: str, day: str) -> dict[str, Any]:
    return {"STUDYID": STUDY, "DOMAIN": "TV", "VISITNUM": number, "VISIT": name, "VISITDY": day, "ARMCD": ""}


@pytest.fixture(scope="module")
def shown(door: Door) -> Result:
    return enrolment(door, days=True)


def delivered(name: str, population: str) -> dict[tuple[str, dt.date], float]:
    return {
        (row["filter:Site"], dt.date.fromisoformat(row["date"])): float(row["participant_count"])
        for row in lines(name)
        if row["population"] == population
    }


@pytest.mark.parametrize(("population", "ours"), [("Screened", "screened"), ("Randomized", "enrolled")])
@pytest.mark.parametrize("name", ["dashboard-accrual-over-time", "dashboard-accrual-over-time-overall-target"])
def test_each_site_on_each_day(shown: Result, name: str, population: str, ours: str) -> None:
    expected = delivered(name, population)
    assert len(expected) == 2027
    found = shown.tables["days"]
    for site in {site for site, _ in expected}:
        steps = {row["day"].date(): row[ours] for row in found[found["siteid"] == site].to_dict("records")}
        so_far = 0
        for day in sorted(day for at, day in expected if at == site):
            so_far = steps.get(day, so_far)
            assert so_far == expected[site, day], (site, day)


def test_all_sites_together_at_the_end_of_each_month(shown: Result) -> None:
    """The table of months, and what is drawn of it."""
    expected = delivered("dashboard-accrual-over-time", "Randomized")
    last: Counter[dt.date] = Counter()
    for (_, day), n in expected.items():
        if (day + dt.timedelta(days=1)).day == 1 or day == CUTOFF:
            last[day.replace(day=1)] += int(n)
    months = {row["month"].date(): row["cumulative"] for row in shown.tables["monthly"].to_dict("records")}
    assert months == {month: n for month, n in last.items() if month >= min(months)}
    drawn = next(trace for trace in accrual(shown).data if trace.name == "Enrolled")
    assert list(drawn.y) == list(months.values())


def test_the_lines_of_sites_as_drawn(shown: Result) -> None:
    expected = delivered("dashboard-accrual-over-time", "Randomized")
    traces = accrual_by(shown, "site").data
    assert len(traces) == 5
    for trace in traces:
        site = next(each for each, _ in expected if each in trace.name)
        for month, n in zip(trace.x[:-1], trace.y[:-1], strict=True):
            end = max(day for at, day in expected if at == site and (day.year, day.month) == (month.year, month.month))
            assert n == expected[site, end]
        assert trace.y[-1] == expected[site, CUTOFF]


def test_the_line_of_a_steady_plan(door: Door) -> None:
    """Each site's target of 30 in the days it was open, a straight line: as far as ours goes, up to the target."""
    rates = {row["site"]: row for row in lines("dictionary-sites")}
    expected = delivered("dashboard-accrual-over-time", "Target")
    for (site, day), n in expected.items():
        row = rates[site]
        a_day = int(row["site_target"]) / int(row["site_accrual_duration"])
        start = dt.date.fromisoformat(row["site_accrual_start_date"])
        plan = door.protocol.accrual.model_copy(update={"start": start, "per_month": a_day * DAYS_PER_MONTH})
        assert planned_by(plan, day) == pytest.approx(n, abs=1e-9)
        capped = plan.model_copy(update={"target": int(row["site_target"])})
        assert planned_by(capped, day) == pytest.approx(min(n, 30.0), abs=1e-9)


def test_visits_made_and_missed_are_counted_as_delivered(built: Built) -> None:
    """
    Of everyone randomised, those recorded as made or as missed, visit by visit.

    Which of the others are overdue cannot be told as delivered: no one day parts them, since visits that are expected
    in the future begin before the last that is overdue.
    """
    found = followup(built(None)).tables["attendance"]
    entered = {row["subjid"] for row in lines("dashboard-accrual") if row["population"] == "Randomized"}
    visits = [row for row in lines("visits") if row["subjectnameoridentifier"] in entered]
    expected = Counter((row["visit_name"], row["visit_status"]) for row in visits)
    planned = found[found["visitnum"].notna()].to_dict("records")
    assert len(planned) == 8
    for row in planned:
        counted = (row["n_in_window"] + row["n_early"] + row["n_late"], row["n_missed"])
        assert counted == (expected[row["visit"], "Completed"], expected[row["visit"], "Missed"])
    days = {each: [row["visit_date"] for row in visits if row["visit_status"] == each] for each in STATUSES}
    assert min(days["Expected"]) < max(days["Overdue"])
