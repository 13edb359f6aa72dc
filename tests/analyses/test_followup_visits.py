"""Planned visits, who is overdue, and how complete follow-up is, of trials drawn up for one question each."""

from __future__ import annotations

from typing import Any

import pytest

from crlm_dash import figures, tables
from crlm_dash.access import Role
from crlm_dash.analyses import followup
from crlm_dash.errors import AccessDenied, RequestError
from tests.analyses.test_conduct import DAY, patient
from tests.analyses.tiny import CUTOFF, PROTOCOL, cut_of, door_into

FLAGGED = (
    PROTOCOL
    + """
[[visits]]
visitnum = 1
visit = "BASELINE"
day = 1
qol = true
[[visits]]
visitnum = 2
visit = "MONTH 3"
day = 92
window_before = 14
window_after = 14
imaging = true
"""
)
YEAR = 365.25


def visit(number: int, status: str, due: int | None = -50, *, visitnum: float = 2, **more: Any) -> dict[str, Any]:
    """A visit of patient `number`, due so many days before (-) or after the cut-off, window of 14 days."""
    known: dict[str, Any] = {"USUBJID": f"T-{number:02d}", "VISITNUM": visitnum, "STATUS": status}
    known["VISIT"] = "BASELINE" if visitnum == 1 else "MONTH 3"
    if due is not None:
        day = CUTOFF + due * DAY
        known |= {"DUE": day, "WINDOW_LOW": day - 14 * DAY, "WINDOW_HIGH": day + 14 * DAY}
    return known | more


#         status in the cut  due, days from the cut-off → status told
SOON = [
    ("due",                      -14,                     "due soon"),
    ("not yet",                   30,                     "due soon"),
    ("not yet",                   31,                     "not yet"),
    ("overdue",                  -15,                     "overdue"),
    ("not applicable",             5,                     "not applicable"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "due", "told"), SOON)
def test_due_soon_is_an_open_window_or_thirty_days(status: str, due: int, told: str) -> None:
    result = followup(door_into(cut_of({"adsl": [patient(1)], "adsv": [visit(1, status, due)]})))
    assert result.tables["visits"]["status"].tolist() == [told]
    assert result.tables["heat"].to_numpy().tolist() == [["01", "T-01", told]]


def overdue_trial() -> dict[str, list[dict[str, Any]]]:
    """T-01 (site 01) is twice overdue and was seen after the first, T-02 (02) once, T-03 (02) made its visits."""
    return {
        "adsl": [patient(1), patient(2, SITEID="02"), patient(3, SITEID="02")],
        "adsv": [
            visit(1, "overdue", -300, visitnum=1),
            visit(1, "overdue", -50),
            visit(1, "unscheduled", None, visitnum=1.5, VISIT="UNSCHEDULED", ACTUAL=CUTOFF - 200 * DAY),
            visit(2, "overdue", -20),
            visit(3, "done", -50, ACTUAL=CUTOFF - 49 * DAY),
        ],
    }


def test_the_call_list_says_how_long_overdue_and_whether_seen_since() -> None:
    result = followup(door_into(cut_of(overdue_trial(), FLAGGED)))
    found = result.tables["overdue"][["SITEID", "USUBJID", "visit", "days_overdue"]].to_numpy().tolist()
    assert found == [["01", "T-01", "BASELINE", 286], ["01", "T-01", "MONTH 3", 36], ["02", "T-02", "MONTH 3", 6]]
    seen = result.tables["overdue"]["seen_since"]
    assert seen.dt.date.iloc[0] == CUTOFF - 200 * DAY
    assert seen.isna().tolist() == [False, True, True]
    assert result.facts["verdict"] == (
        "2 of 3 patients have an overdue visit, each with a scan due; sites 01 and 02 have most (1 each)."
    )
    shown = tables.followup_overdue(result)
    assert shown.loc[2, ["Site", "Patient", "Visit", "Days overdue"]].tolist() == ["02", "T-02", "Month 3", 6]
    assert shown.loc[2, "Last contact"] == CUTOFF - 10 * DAY


def test_a_kind_of_visit_and_a_site_narrow_the_lists() -> None:
    door = door_into(cut_of(overdue_trial(), FLAGGED))
    scans = followup(door, visits="imaging")
    assert scans.tables["overdue"]["USUBJID"].tolist() == ["T-01", "T-02"]
    assert list(scans.tables["heat"].columns) == ["SITEID", "USUBJID", "MONTH 3"]
    forms = followup(door, visits="qol")
    assert forms.tables["overdue"]["visit"].tolist() == ["BASELINE"]
    assert forms.facts["verdict"] == "1 of 3 patients has an overdue quality-of-life visit; site 01 has most (1)."
    here = followup(door, site="02")
    assert here.tables["overdue"]["USUBJID"].tolist() == ["T-02"]
    assert here.facts["verdict"] == "1 of 2 patients has an overdue visit, each with a scan due."
    with pytest.raises(RequestError):
        followup(door, visits="blood")
    with pytest.raises(RequestError):
        followup(door_into(cut_of(overdue_trial())), visits="imaging")


def test_only_patients_of_the_viewers_sites_are_listed_and_all_are_counted() -> None:
    result = followup(door_into(cut_of(overdue_trial(), FLAGGED), Role.PI, frozenset({"02"})))
    assert set(result.tables["visits"]["USUBJID"]) == {"T-02", "T-03"}
    assert result.tables["overdue"]["USUBJID"].tolist() == ["T-02"]
    assert result.tables["by_site"].set_index("siteid")["n_with_overdue"].to_dict() == {None: 2, "01": 1, "02": 1}
    assert "Patients of your sites only are listed; counts are of all sites." in result.notes


def test_a_large_trial_is_cut_short_and_says_so() -> None:
    result = followup(door_into(cut_of(overdue_trial(), FLAGGED)), limit=2)
    assert result.tables["heat"]["USUBJID"].tolist() == ["T-01", "T-02"]
    assert "Visits are shown of the first 2 of 3 patients: narrow them by a site or a filter." in result.notes


def test_an_unscheduled_visit_is_listed_and_not_planned() -> None:
    result = followup(door_into(cut_of(overdue_trial(), FLAGGED)))
    assert result.tables["visits"]["status"].tolist().count("unscheduled") == 1
    assert "UNSCHEDULED" not in result.tables["heat"].columns
    assert "Not planned" in tables.followup_patients(result)["Status"].tolist()


def test_the_picture_has_a_cell_a_patient_and_visit() -> None:
    drawn = figures.visits(followup(door_into(cut_of(overdue_trial(), FLAGGED))))
    cells = drawn.data[0]
    assert len(cells.y) == 3
    assert [list(line) for line in cells.text] == [
        ["Overdue", "Overdue"],
        ["No day known", "Overdue"],
        ["No day known", "Made in its window"],
    ]
    assert [trace.name.strip() for trace in drawn.data[1:]] == ["Made in its window", "Overdue"]
    assert list(drawn.layout.yaxis.ticktext) == ["Site 01  ", "Site 02  "]


def test_nothing_is_drawn_of_nobody() -> None:
    result = followup(door_into(cut_of({})))
    assert result.tables["overdue"].empty
    assert not len(figures.visits(result).data[0].x)
    assert "No visits were delivered" in result.facts["verdict"]


# -- Clark's C ---------------------------------------------------------------------------------------------

ENTERED = CUTOFF - 1000 * DAY
#            followed, days  died    end of participation → observed, possible (days), left before the end
FOLLOWED = [
    ("to the cut-off",   1000, False, "ONGOING",      (1000, 1000, 0)),
    ("not lately",        900, False, "ONGOING",      (900, 1000, 0)),
    ("lost",              250, False, "DISCONTINUED", (250, 1000, 1)),
    ("died",              400, True,  "DISCONTINUED", (400, 400, 0)),
    ("completed",         700, False, "COMPLETED",    (700, 700, 0)),
    ("never seen again", None, False, "ONGOING",      (0, 1000, 0)),
]  # fmt: skip


def followed(number: int, days: int | None, *, died: bool, ended: str, arm: str = "Zap") -> dict[str, Any]:
    last = None if days is None else ENTERED + days * DAY
    end = last if ended != "ONGOING" else None
    return patient(
        number, arm, ENRLDT=ENTERED, LSTALVDT=last, EOSSTT=ended, EOSDT=end,
        DTHDT=last if died else None, DTHFL="Y" if died else None,
    )  # fmt: skip


@pytest.mark.parametrize(("what", "days", "died", "ended", "found"), FOLLOWED, ids=[row[0] for row in FOLLOWED])
def test_what_could_have_been_followed(
    what: str, days: int | None, died: bool, ended: str, found: tuple[int, int, int]
) -> None:
    row = followup(door_into(cut_of({"adsl": [followed(1, days, died=died, ended=ended)]}))).tables["completeness"]
    observed, possible, gone = found
    assert row["observed"].iloc[0] * YEAR == pytest.approx(observed)
    assert row["possible"].iloc[0] * YEAR == pytest.approx(possible)
    assert row["n_gone"].iloc[0] == gone


def test_completeness_is_that_of_a_cohort_worked_by_hand() -> None:
    # The cohort of Xue et al., BMC Med Res Methodol 17 (2017) 155, figure 1, scenario A, a tenth of it: of ten, one has
    # the event in the first, and a half each in the second and third of three years, four drop out in the first; all at
    # mid-year. In half-years of 100 days, doubled to whole patients (20): events 2 at 1, 1 at 3, 1 at 5; 8 drop out at
    # 1; 8 are followed to 6. Observed 2 + 3 + 5 + 8 + 48 = 66; possible 2 + 3 + 5 + (8 + 8) × 6 = 106.
    def half_years(number: int, n: int, what: str) -> dict[str, Any]:
        last = CUTOFF - 600 * DAY + 100 * n * DAY
        ended = {"died": "DISCONTINUED", "lost": "DISCONTINUED", "followed": "ONGOING"}[what]
        died = what == "died"
        return patient(number, ENRLDT=CUTOFF - 600 * DAY, LSTALVDT=last, EOSSTT=ended, DTHDT=last if died else None)

    cohort = [(1, "died")] * 2 + [(3, "died"), (5, "died")] + [(1, "lost")] * 8 + [(6, "followed")] * 8
    rows = [half_years(number, n, what) for number, (n, what) in enumerate(cohort, start=1)]
    found = followup(door_into(cut_of({"adsl": rows}))).tables["completeness"].iloc[0]
    assert found["completeness"] == pytest.approx(66 / 106)
    assert found[["n", "n_died", "n_gone", "n_whole"]].tolist() == [20, 4, 8, 12]


def test_follow_up_planned_to_end_is_complete_when_it_ended() -> None:
    short = PROTOCOL.replace("[accrual]", "[accrual]", 1).replace(
        'title = "A tiny trial"', 'title = "A tiny trial"\nfollowup_months = 24'
    )
    rows = [followed(1, 1000, died=False, ended="ONGOING"), followed(2, 365, died=False, ended="ONGOING")]
    found = followup(door_into(cut_of({"adsl": rows}, short))).tables["completeness"].iloc[0]
    planned = round(24 * 30.4375)
    assert found["completeness"] == pytest.approx((planned + 365) / (2 * planned))


def test_completeness_by_arm_is_an_outcome_by_arm() -> None:
    rows = [
        followed(1, 1000, died=False, ended="ONGOING"),
        followed(2, 250, died=False, ended="DISCONTINUED", arm="Pills"),
    ]
    con = cut_of({"adsl": rows})
    for role in (Role.PI, Role.MDT, Role.DATA_MANAGER):
        with pytest.raises(AccessDenied):
            followup(door_into(con, role), by="arm")
    found = followup(door_into(con), by="arm").tables["completeness"].set_index("strata")
    assert found["completeness"].to_dict() == {"Zap now": 1.0, "Pills only": 0.25}
    assert found["n_gone"].to_dict() == {"Zap now": 0, "Pills only": 1}
    coded = followup(door_into(con, Role.DSMB), by="arm")
    assert coded.tables["completeness"]["strata"].tolist() == ["Arm A", "Arm B"]
    shown = tables.followup_summary(coded).set_index("")
    assert sorted(shown.loc["Completeness (Clark’s C), patient-years"]) == [
        "100 % (2.7 of 2.7)", "25 % (0.7 of 2.7)",
    ]  # fmt: skip
