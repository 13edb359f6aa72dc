"""Sites: what is counted at each, what lies outside the limits of chance, and who may see it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from crlm_dash import figures, tables
from crlm_dash.access import Role
from crlm_dash.analyses import enrolment, sites
from crlm_dash.store.door import Door
from tests.analyses.test_conduct import DAY
from tests.analyses.tiny import CUTOFF, PROTOCOL, cut_of, door_into
from tests.roles import INSIDERS

OPENED = PROTOCOL.replace(
    "planned_end = 2025-12-31",
    'planned_end = 2025-12-31\nsites = [{ id = "A", opened = 2025-09-01 }, { id = "D", planned = 2026-03-01 }, '
    '{ id = "C", country = "FRA", opened = 2026-01-01 }]',
)


def screened(site: str, n: int, *, failed: int = 0, refused: int = 0, since: int = 100) -> list[dict[str, Any]]:
    """Subjects of a site: the first `failed` failed, the next `refused` declined, the others were enrolled."""
    rows = []
    for number in range(n):
        outcome = "failed" if number < failed else "refused" if number < failed + refused else "enrolled"
        day = CUTOFF - (since - number % since) * DAY
        enrolled = {"ENRLFL": "Y", "ENRLDT": day} if outcome == "enrolled" else {}
        rows.append({"USUBJID": f"{site}-{number:03d}", "SITEID": site, "SCRNDT": day, "OUTCOME": outcome, **enrolled})
    return rows


def trial(*parts: list[dict[str, Any]], protocol: str = PROTOCOL, **more: list[dict[str, Any]]) -> Door:
    rows = [row for part in parts for row in part]
    ends = [{"USUBJID": row["USUBJID"], "SITEID": row["SITEID"], "OUTCOME": row["OUTCOME"]} for row in rows]
    return door_into(cut_of({"adsl": rows, "elsum": ends, **more}, protocol))


def outside(door: Door, measure: str) -> dict[str, str]:
    funnel = sites(door).tables["funnel"]
    return funnel[funnel["measure"] == measure].set_index("siteid")["outside"].to_dict()


def test_each_site_has_its_numbers() -> None:
    visits = [
        {"USUBJID": usubjid, "VISITNUM": number, "STATUS": status}
        for usubjid, number, status in (
            ("A-004", 2, "overdue"),
            ("A-004", 3, "overdue"),
            ("A-005", 2, "done"),
            ("A-006", 2, "not yet"),
            ("B-001", 2, "late"),
        )
    ]
    door = trial(
        screened("A", 12, failed=3, refused=1), screened("B", 2), adsv=visits,
        addv=[{"USUBJID": "A-005", "DVCAT": "VISIT"}, {"USUBJID": "A-005", "DVCAT": "VISIT"}],
        faults=[{"SEVERITY": "warning", "USUBJID": each} for each in ("A-001", "A-001", "B-000", "X-999", None)],
    )  # fmt: skip
    found = sites(door).tables["sites"].set_index("siteid")
    columns = [
        "n_screened", "n_enrolled", "n_failed", "n_refused", "n_expected", "n_with_expected", "n_with_overdue",
        "n_overdue", "n_deviations", "n_faults",
    ]  # fmt: skip
    assert found.loc["A", columns].tolist() == [12, 8, 3, 1, 3, 2, 1, 2, 2, 2]
    assert found.loc["B", columns].tolist() == [2, 2, 0, 0, 1, 1, 0, 0, 0, 1]
    assert found.loc["A", ["failure_rate", "share_in_window"]].tolist() == [0.25, pytest.approx(1 / 3)]
    shown = tables.sites_table(sites(door)).set_index("Site")
    assert (shown.loc["A", "Failed, %"], shown.loc["A", "Faults a patient"]) == (25, 0.17)
    assert pd.isna(shown.loc["B", "Failed, %"])


def test_rates_are_drawn_towards_the_others_and_open_days_come_from_the_protocol() -> None:
    found = sites(trial(screened("A", 12), screened("B", 1), protocol=OPENED)).tables["sites"].set_index("siteid")
    assert found.index.tolist() == ["A", "B", "C"]  # C opened without anybody, D has not opened
    assert str(found.loc["A", "open_since"].date()) == "2025-09-01"
    assert found.loc["A", "months"] == pytest.approx(152 / 30.4375)
    assert found.loc["C", ["country", "n_screened"]].tolist() == ["FRA", 0]
    own = found["n_enrolled"] / found["months"]
    assert found.loc["A", "rate"] < own["A"]
    assert found.loc["C", "rate"] > own["C"] == 0
    assert (found["rate_low"] < found["rate"]).all()
    assert (found["rate"] < found["rate_high"]).all()


@pytest.mark.parametrize("protocol", [PROTOCOL, OPENED])
def test_rates_are_those_of_the_forecast(protocol: str) -> None:
    door = trial(screened("A", 12), screened("B", 5, failed=1), protocol=protocol)
    found = sites(door).tables["sites"].set_index("siteid")
    forecast = enrolment(door).tables["rates"].set_index("siteid")
    assert len(forecast) == len(found)
    for ours, theirs in {
        "open_since": "opened",
        "months": "months",
        "rate": "estimate",
        "rate_low": "conf_low",
    }.items():
        assert found[ours].tolist() == forecast[theirs].tolist()


def test_a_site_beyond_chance_is_named_and_a_small_one_never() -> None:
    # All sites: 56 of 309 failed. B: 30 of 50 is far above; C: 9 of 9 is too small to be judged, whatever it is.
    door = trial(*(screened(site, 50, failed=n) for site, n in zip("ADEFG", (4, 3, 5, 3, 2), strict=True)),
                 screened("B", 50, failed=30), screened("C", 9, failed=9))  # fmt: skip
    assert outside(door, "failure") == {
        "A": "", "B": "above 99.8 %", "C": "", "D": "below 95 %", "E": "", "F": "below 95 %", "G": "below 95 %",
    }  # fmt: skip
    result = sites(door)
    assert (
        result.facts["verdict"] == "1 of 7 sites stands out: failed eligibility (30 of 50 at site B; all sites: 18 %)."
    )
    drawn = figures.site_funnel(result, "failure")
    named = {trace.name.strip(): list(trace.text) for trace in drawn.data if trace.mode and "markers" in trace.mode}
    assert named["Outside 99.8 %"] == ["B"]
    assert named["Fewer than 10, not judged"] == ["C"]


def test_two_hundred_sites_are_drawn_and_only_those_outside_are_named() -> None:
    parts = [screened(f"S{site:03d}", 12, failed=2) for site in range(200)]
    result = sites(trial(*parts, screened("ODD", 40, failed=30)))
    drawn = figures.site_funnel(result, "failure")
    named = [trace for trace in drawn.data if trace.mode == "markers+text"]
    assert [list(trace.text) for trace in named] == [["ODD"]]
    assert len(result.tables["sites"]) == 201


def test_nothing_beyond_chance_and_nobody_are_said_in_words() -> None:
    result = sites(trial(screened("A", 30, failed=5), screened("B", 30, failed=6)))
    assert (
        result.facts["verdict"]
        == "No site of 2 has more failures, overdue patients or deviations than chance explains."
    )
    few = sites(trial(screened("A", 3)))
    assert few.sentence == "1 site, each too small to be judged: fewer than 10 patients."
    nobody = sites(door_into(cut_of({})))
    assert nobody.empty == "No subject has been screened yet."
    assert tables.sites_table(nobody).empty
    assert len(figures.site_funnel(nobody, "overdue").data) == 0


@pytest.mark.parametrize("role", INSIDERS)
def test_every_role_sees_all_sites_and_no_arm(role: Role) -> None:
    rows = [row | {"TRT01P": "Zap"} for row in screened("A", 12, failed=2)]
    con = cut_of({"adsl": rows, "elsum": [{"USUBJID": r["USUBJID"], "OUTCOME": r["OUTCOME"]} for r in rows]})
    result = sites(door_into(con, role, frozenset({"B"})))
    assert result.tables["sites"]["n_screened"].tolist() == [12]
    assert "Zap" not in result.tables["sites"].to_csv()
