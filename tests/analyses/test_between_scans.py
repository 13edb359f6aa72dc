"""What happened between two scans: treatments, growth and severe events drawn as tables, and who may see what."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import Result, between_scans
from crlm_dash.errors import AccessDenied, NotFound, RequestError
from tests.analyses.imaged import Row, Sizes, imaged, lesion

# The scans are of 5 January, 10 April, 10 July, 10 October 2025; asked is what was between the second and the third.
ONE = lesion("L1", [10, 10, 10, 10])


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def given(lane: str, what: str, start: str, end: str | None = None, **known: Any) -> Row:
    return {"LANE": lane, "LABEL": what, "ASTDT": day(start), "AENDT": day(end), **known}


def drug(what: str, start: str, end: str | None = None, **known: Any) -> Row:
    return given("Systemic therapy", what, start, end, **known)


def local(what: str, start: str, end: str | None = None, **known: Any) -> Row:
    return given("Local treatment", what, start, end, **known)


def event(what: str, start: str, end: str | None = None, grade: int = 3, **known: Any) -> Row:
    return given("Adverse events", what, start, end, GRADE=grade, **known)


def asked(*rows: Row, scan: int = 3, role: Role = Role.STATISTICIAN, undated: tuple[Row, ...] = ()) -> Result:
    return between_scans(imaged([ONE], role=role, timeline=rows, undated=undated), usubjid="T-01", scan=scan)


def told(result: Result) -> dict[str, str]:
    rows = result.tables["told"]
    return dict(zip(rows["item"], rows["value"], strict=True))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # what was given when; what is told of it between 10 April and 10 July
        (drug("FOLFOX", "2025-04-09"), "nothing on record"),
        (drug("FOLFOX", "2025-04-10"), "FOLFOX, 10 Apr 2025"),  # on the day of the scan: after it
        (drug("FOLFOX", "2025-07-09"), "FOLFOX, 9 Jul 2025"),
        (drug("FOLFOX", "2025-07-10"), "nothing on record"),  # after the later scan
        (drug("CAPECITABINE", "2025-05-02", "2025-05-15"), "Capecitabine, 2 May 2025 to 15 May 2025"),
        (drug("FOLFOX", "2025-03-02", "2025-04-10"), "FOLFOX, begun before, until 10 Apr 2025"),
        (drug("FOLFOX", "2025-03-02", "2025-04-09"), "nothing on record"),
        (drug("FOLFOX", "2025-03-02", "2025-07-10"), "FOLFOX, begun before, going on"),
        (drug("FOLFOX", "2025-05-02", ONGOING="Y"), "FOLFOX, since 2 May 2025, going on"),
        (drug("FOLFOX", "2025-03-02", ONGOING="Y"), "FOLFOX, begun before, going on"),
        (drug("FOLFOX", "2025-05-02", "2025-04-15"), "FOLFOX, 2 May 2025"),  # an end before the start
        (drug("FOLFOX", "2025-05-01", DATEFL="D"), "FOLFOX, May 2025"),
        (drug("FOLFOX", "2025-04-01", DATEFL="D"), "perhaps FOLFOX, Apr 2025"),  # before or after 10 April
        (drug("FOLFOX", "2025-07-01", DATEFL="D"), "perhaps FOLFOX, Jul 2025"),
        (drug("FOLFOX", "2025-01-01", DATEFL="M"), "perhaps FOLFOX, 2025"),
        (drug("FOLFOX", "2025-03-01", "2025-04-30", AENDTF="D"), "perhaps FOLFOX, begun before, until Apr 2025"),
        (drug("FOLFOX", "2025-03-01", "2025-05-31", AENDTF="D"), "FOLFOX, begun before, until May 2025"),
        (
            local("Ablation", "2025-05-02", DETAIL="LIVER SEGMENT 4A, R0"),
            "Ablation (liver segment 4A, R0), 2 May 2025",
        ),
        (event("Nausea", "2025-05-02"), "nothing on record"),
    ],
)
def test_what_was_given(row: Row, expected: str) -> None:
    assert told(asked(row))["Given"] == expected


def test_cycles_of_a_regimen_are_counted_and_procedures_of_a_day_are_not_cycles() -> None:
    result = asked(
        *(drug("FOLFOX", f"2025-0{month}-{on}", f"2025-0{month}-{on}") for month in (4, 5, 6) for on in (11, 25)),
        drug("FOLFOX", "2025-03-25", "2025-03-26"),
        local("Ablation", "2025-07-02"),
        local("Hepatectomy", "2025-07-02"),
    )
    ablation, hepatectomy = "Ablation, 2 Jul 2025", "Hepatectomy, 2 Jul 2025"
    assert told(result)["Given"] == f"{ablation}; {hepatectomy}; FOLFOX ×6, 11 Apr 2025 to 25 Jun 2025"
    assert result.tables["given"]["n_begun"].tolist() == [1, 1, 6]


def test_before_the_first_scan_it_is_everything_up_to_it_and_after_the_last_what_was_given_since() -> None:
    rows = (drug("CAPOX", "2024-01-02", "2024-02-02"), drug("FOLFOX", "2025-10-10"), drug("FOLFIRI", "2026-01-31"))
    first, last = asked(*rows, scan=1), asked(*rows, scan=0)
    assert first.facts["heading"] == "Up to scan 1 (5 Jan 2025)"
    assert told(first)["Given"] == "CAPOX, 2 Jan 2024 to 2 Feb 2024"
    assert "Lesions" not in told(first)
    assert last.facts["heading"] == "Between scan 3 (10 Jul 2025) and scan 4 (10 Oct 2025)"
    assert told(last)["Given since scan 4"] == "FOLFOX, 10 Oct 2025; FOLFIRI, 31 Jan 2026"  # up to the cut-off
    assert len(asked(*rows, scan=3).tables["since"]) == 0


@pytest.mark.parametrize(
    ("sizes", "became", "words"),
    [
        # diameters at three scans; what the lesion did from the second to the third
        ([10, 10, 18], "grew", "1 grew, 1 locally progressing (▲): ▲ L9 (S8) 10 → 18 mm"),
        ([10, 10, 11], "grew", "1 grew: L9 (S8) 10 → 11 mm"),
        ([10, 20, 20], "unchanged", "none grew; 2 as large as before"),
        ([10, 20, 12], "shrank", "none grew; 1 smaller; 1 as large as before"),
        ([10, 12, 0], "gone", "none grew; 1 gone; 1 as large as before"),
        ([10, 0, 0], "still gone", "none grew; 1 as large as before; 1 gone since before"),
        ([10, 0, 4], "seen again", "none grew; 1 seen again: L9 (S8) 4 mm; 1 as large as before"),
        ([10, None, 12], "not compared", "none grew; 1 as large as before; 1 not measured at both"),
        ([10, 12, None], "not compared", "none grew; 1 as large as before; 1 not measured at both"),
        ([None, None, 7], "new", "none grew; 1 new: L9 (S8) 7 mm; 1 as large as before"),
        ([None, None, "EQUIVOCAL"], "uncertain", "none grew; 1 as large as before; 1 perhaps new"),
        (["PRESENT", "PRESENT", "PROGRESSED"], "grew", "1 grew, 1 locally progressing (▲): ▲ L9 (S8)"),
    ],
)
def test_what_became_of_a_lesion(sizes: Sizes, became: str, words: str) -> None:
    role = "NEW" if sizes[0] is None and sizes[1] is None else "TARGET"
    door = imaged([ONE, lesion("L9", sizes, role=role)], timeline=())
    result = between_scans(door, usubjid="T-01", scan=3)
    changes = result.tables["changes"].set_index("lesion")
    assert changes.loc["L9", "became"] == became
    assert told(result)["Lesions"].startswith(words)


def test_of_many_lesions_those_that_grew_most_are_named() -> None:
    many = [lesion(f"L{n:02d}", [10, 10, 10 + n]) for n in range(40)]
    result = between_scans(imaged(many, timeline=()), usubjid="T-01", scan=3)
    words = told(result)["Lesions"]
    assert words.startswith("39 grew, 35 locally progressing (▲): ▲ L39 (S8) 10 → 49 mm; ▲ L38 (S8) 10 → 48 mm")
    assert "and 33 more in the table" in words
    assert result.tables["changes"]["lesion"].tolist()[-1] == "L00"
    assert result.tables["changes"]["percent"].tolist()[0] == 390.0


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # a severe event; what is told between 10 April and 10 July
        (event("Sepsis", "2025-05-01", "2025-05-04"), "Sepsis grade 3, 1 May 2025 to 4 May 2025"),
        (event("Sepsis", "2025-03-01", "2025-04-09"), "none on record"),
        (event("Sepsis", "2025-03-01", "2025-04-10"), "Sepsis grade 3, 1 Mar 2025 to 10 Apr 2025"),
        (event("Sepsis", "2025-07-10", "2025-07-12"), "none on record"),
        (event("Sepsis", "2025-03-01", ONGOING="Y"), "Sepsis grade 3, since 1 Mar 2025, going on"),
        (event("Sepsis", "2025-03-01"), "perhaps Sepsis grade 3, from 1 Mar 2025, end not known"),
        (event("Sepsis", "2025-05-01"), "Sepsis grade 3, from 1 May 2025, end not known"),
        (event("Sepsis", "2025-04-01", "2025-04-02", DATEFL="D", AENDTF="D"), "none on record"),
        (event("Sepsis", "2025-04-01", "2025-04-30", DATEFL="D", AENDTF="D"), "perhaps Sepsis grade 3, Apr 2025"),
        (event("Sepsis", "2025-01-01", "2025-12-31", DATEFL="M", AENDTF="M"), "perhaps Sepsis grade 3, 2025"),
        (event("Sepsis", "2025-05-04", "2025-05-01", grade=4), "Sepsis grade 4, 4 May 2025"),  # an end before it
        (event("Sepsis", "2025-05-01", "2025-05-01", SERIOUS="Y"), "Sepsis grade 3, serious, 1 May 2025"),
        (event("Sepsis", "2025-05-01", "2025-05-04", grade=2), "none on record"),
    ],
)
def test_which_severe_events_were_active(row: Row, expected: str) -> None:
    result = asked(row)
    assert told(result)["Active grade ≥ 3"] == expected
    assert (len(result.tables["severe"]) > 0) == (expected != "none on record")


def test_an_event_that_comes_again_is_named_once_with_all_its_times() -> None:
    once, again = event("Sepsis", "2025-05-01", "2025-05-04"), event("Sepsis", "2025-06-01", "2025-06-02")
    worse = event("Sepsis", "2025-06-20", "2025-06-20", grade=4)
    result = asked(once, again, again, worse)
    assert told(result)["Active grade ≥ 3"] == (
        "Sepsis grade 4, 20 Jun 2025; Sepsis grade 3, 1 May 2025 to 4 May 2025 and 1 Jun 2025 to 2 Jun 2025 (twice)"
    )
    assert len(result.tables["severe"]) == 4


def test_what_was_active_at_each_procedure() -> None:
    result = asked(
        local("Hepatectomy", "2025-02-01"),
        local("Ablation", "2025-02-01"),
        local("Sbrt", "2025-05-02", "2025-05-10"),
        local("Haic", "2025-08-01", DATEFL="D"),
        event("Sepsis", "2025-02-01", "2025-02-09", grade=4),
        event("Anaemia", "2025-05-05", "2025-05-20"),
        event("Nausea", "2025-05-01", "2025-05-20", grade=2),
        event("Fever", "2025-07-30", "2025-08-31"),
        event("Bleeding", "2025-08-20", "2025-08-21"),
    )
    assert told(result)["Grade ≥ 3 at procedures"] == (
        "1. Ablation + Hepatectomy, 1 Feb 2025: Sepsis grade 4 (begun then); "
        "2. Sbrt, 2 May 2025: Anaemia grade 3 (begun then); "
        "3. Haic, Aug 2025: Fever grade 3 (since 30 Jul 2025) and perhaps Bleeding grade 3 (since 20 Aug 2025)"
    )


def test_of_many_procedures_those_with_something_active_are_told() -> None:
    days = [dt.date(2025, 2, 1) + dt.timedelta(days=7 * n) for n in range(12)]
    rows = [local("Haic", each.isoformat()) for each in days]
    severe = event("Sepsis", "2025-02-07", "2025-02-09")
    assert told(asked(*rows, severe))["Grade ≥ 3 at procedures"] == (
        "2. Haic, 8 Feb 2025: Sepsis grade 3 (since 7 Feb 2025); none at 11 others"
    )
    assert told(asked(*rows))["Grade ≥ 3 at procedures"] == "none at any of 12"
    assert len(asked(*rows).tables["procedures"]) == 12


def test_an_event_without_a_date_is_counted_apart() -> None:
    undated = ({"USUBJID": "T-01", "AEGRADE": 4, "AEDECOD": "Sepsis", "AESER": "Y"},)
    result = asked(undated=undated)
    assert told(result)["Active grade ≥ 3"] == "none on record"
    severe_in_tiny = 1  # nausea of grade 3, without a date
    assert len(result.tables["undated"]) == 1 + severe_in_tiny
    assert "2 events of grade 3 or worse without a date: not considered." in result.notes


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OBSERVER])
def test_who_sees_codes_reads_of_lesions_and_events_only(role: Role) -> None:
    result = asked(
        local("Zap", "2025-05-02"), drug("Pills", "2025-05-03"), event("Sepsis", "2025-05-01", ONGOING="Y"), role=role
    )
    coded = role is Role.DSMB
    assert "Zap" not in result.sentence
    assert "Pills" not in result.sentence
    assert ("Zap" in str(told(result)), "Pills" in str(told(result))) == (not coded, not coded)
    assert set(told(result)) == {"Lesions", "Active grade ≥ 3"} | (
        set() if coded else {"Given", "Grade ≥ 3 at procedures"}
    )
    assert all(len(result.tables[name]) == 0 for name in ("given", "since", "procedures")) == coded
    assert any("withheld because they would show the arm" in note for note in result.notes) == coded


def test_nobody_else_and_no_other_scan() -> None:
    door = imaged([ONE], timeline=())
    with pytest.raises(AccessDenied, match="may not see the records of single patients"):
        asked(role=Role.OBSERVER)
    with pytest.raises(RequestError, match="There is no scan 5"):
        between_scans(door, usubjid="T-01", scan=5)
    with pytest.raises(NotFound):
        between_scans(door, usubjid="T-99")
    from tests.analyses.tiny import cut_of, door_into, full

    elsewhere = door_into(cut_of(full()), Role.PI, frozenset({"02"}))
    with pytest.raises(AccessDenied):
        between_scans(elsewhere, usubjid="T-01")


def test_a_patient_without_scans_and_without_anything() -> None:
    from tests.analyses.tiny import cut_of, door_into, full

    result = between_scans(door_into(cut_of(full() | {"adtl": []})), usubjid="T-24")
    assert result.empty == "No scan is recorded."
    assert all(isinstance(frame, pd.DataFrame) for frame in result.tables.values())
    assert told(result) == {"Given": "nothing on record", "Active grade ≥ 3": "none on record"}
