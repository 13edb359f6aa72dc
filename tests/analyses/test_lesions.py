"""The lesions of one patient: their states drawn as tables, where they sit, what was done there, who may see what."""

from __future__ import annotations

import datetime as dt

import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import Result, lesions
from crlm_dash.analyses.couinaud import SEGMENTS, segments_in
from crlm_dash.errors import AccessDenied, NotFound, RequestError
from tests.analyses.imaged import DAYS, Row, Sizes, imaged, lesion, procedure


def asked(*found: list[Row], procedures: tuple[Row, ...] = (), role: Role = Role.STATISTICIAN, scan: int = 0) -> Result:
    return lesions(imaged(found, procedures, role=role), usubjid="T-01", scan=scan)


def states(result: Result, name: str) -> list[str]:
    table = result.tables["states"]
    return table.loc[table["lesion"] == name, "state"].tolist()


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        # diameters at four scans; the state at each
        ([30, 20, 22, 24], ["present", "controlled", "controlled", "controlled"]),  # 20 %, but 4 mm
        ([30, 20, 25, 25], ["present", "controlled", "progressing", "progressing"]),  # 5 mm and 25 % from 20
        ([60, 50, 55, 59], ["present", "controlled", "controlled", "controlled"]),  # 9 mm, but 18 %
        ([60, 50, 55, 60], ["present", "controlled", "controlled", "progressing"]),
        ([30, 0, 0, 0], ["present", "gone", "gone", "gone"]),
        ([30, 0, None, 0], ["present", "gone", "gone", "gone"]),  # not mentioned: still gone
        ([30, 0, 0, 3], ["present", "gone", "gone", "progressing"]),  # seen again, however small
        ([30, "GONE", "PRESENT", "GONE"], ["present", "gone", "progressing", "gone"]),
        ([30, None, 28, 27], ["present", "not assessed", "controlled", "controlled"]),
        (["PRESENT", "PRESENT", "PROGRESSED", "PRESENT"], ["present", "controlled", "progressing", "controlled"]),
        ([None, 8, 9, 9], ["present", "controlled", "controlled"]),  # late, though nobody called it new
    ],
)
def test_the_state_at_each_scan(sizes: Sizes, expected: list[str]) -> None:
    assert states(asked(lesion("L1", sizes), lesion("L2", [1, 1, 1, 1])), "L1") == expected


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([None, 8, 9, 9], ["new", "controlled", "controlled"]),
        ([None, 8, 13, 0], ["new", "progressing", "gone"]),
        ([None, "EQUIVOCAL", "PROGRESSED", 9], ["uncertain", "controlled", "controlled"]),  # a new one for certain
        ([8, 9, 9, 9], ["present", "controlled", "controlled", "controlled"]),  # called new, but there at baseline
    ],
)
def test_a_new_lesion_is_new_once(sizes: Sizes, expected: list[str]) -> None:
    found = asked(lesion("L1", sizes, role="NEW"), lesion("L2", [1, 1, 1, 1]))
    assert states(found, "L1") == expected


def test_the_counts_of_a_scan_are_of_every_lesion_seen_by_then() -> None:
    result = asked(
        lesion("L1", [30, 20, 0]),
        lesion("L2", [30, 20, 40]),
        lesion("L3", [None, None, 9], role="NEW", organ="LUNG", segment=None),
    )
    counts = result.tables["counts"]
    assert counts.groupby("scan")["n"].sum().to_dict() == {1: 2, 2: 2, 3: 3}
    last = counts[counts["scan"] == 3].set_index(["place", "state"])["n"].to_dict()
    assert last == {("liver", "progressing"): 1, ("liver", "gone"): 1, ("elsewhere", "new"): 1}
    assert "2 lesions (1 new, 1 locally progressing), 1 of them outside the liver, 1 gone." in result.sentence
    assert result.facts["scan"] == 3


def test_an_earlier_scan_can_be_told_about_and_no_other() -> None:
    found = (lesion("L1", [30, 20, 0]), lesion("L2", [None, None, 5], role="NEW"))
    assert "Scan 2, 10 April 2025, day 91: 1 lesion (1 controlled)." in asked(*found, scan=2).sentence
    with pytest.raises(RequestError, match="There is no scan 4"):
        asked(*found, scan=4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8", ["8"]),
        ("4A", ["4A"]),
        ("4", ["4A", "4B"]),
        ("IVb", ["4B"]),
        ("S7", ["7"]),
        ("V/VIII", ["5", "8"]),
        ("LIVER SEGMENTS 4A, 5, 6", ["4A", "5", "6"]),
        ("SEGMENTS 5-8", ["5", "6", "7", "8"]),
        ("SEGMENT II AND III", ["2", "3"]),
        ("RIGHT LOBE OF LIVER", ["5", "6", "7", "8"]),
        ("LEFT LATERAL SECTION", ["2", "3"]),
        ("left liver", ["2", "3", "4A", "4B"]),
        ("CAUDATE LOBE", ["1"]),
        ("LIVER", []),
        ("LUNG SEGMENT 6", []),
        ("RIGHT PORTAL VEIN", []),
        ("9", []),
        ("", []),
        (None, []),
        (float("nan"), []),
    ],
)
def test_segments_are_read_as_sites_write_them(text: object, expected: list[str]) -> None:
    assert list(segments_in(text)) == expected
    assert set(expected) <= set(SEGMENTS)


def done(result: Result) -> dict[str, str]:
    table = result.tables["lesions"]
    return dict(zip(table["lesion"], table["treated"], strict=True))


def test_a_lesion_is_treated_where_the_procedure_names_its_place_while_it_is_there() -> None:
    result = asked(
        lesion("L1", [30, 0, 0], segment="6"),
        lesion("L2", [12, 0, 0], segment="4"),
        lesion("L3", [12, 12, 12], segment="2"),
        lesion("L4", [None, None, 8], segment="6", role="NEW"),
        lesion("L5", [15, 15, 0], organ="LUNG", segment=None),
        lesion("L6", [15, 15, 15], segment=None),
        procedures=(
            procedure("HEPATECTOMY", dt.date(2025, 2, 1), "LIVER SEGMENTS 4B, 6"),
            procedure("ABLATION", dt.date(2025, 5, 1), "LIVER SEGMENT 6"),  # L1 was gone, L4 not yet there
            procedure("HAIC", dt.date(2025, 5, 2), "LIVER"),
            procedure("HAIC", dt.date(2025, 6, 2), "LIVER"),
            procedure("METASTASECTOMY", dt.date(2025, 6, 20), "LUNG"),
        ),
    )
    assert done(result) == {
        "L1": "Hepatectomy day 23 (segment)",
        "L2": "Hepatectomy day 23 (segment)",
        "L3": "HAIC ×2 from day 113 (whole liver)",
        "L4": "",
        "L5": "Metastasectomy day 162 (organ)",
        "L6": "HAIC ×2 from day 113 (whole liver)",
    }


def test_what_cannot_be_placed_is_said_and_kept_apart() -> None:
    result = asked(
        lesion("L1", [9, 9], segment=None),
        lesion("L2", [9, 9], segment="SOMEWHERE"),
        lesion("L3", [9, 9], organ=None, segment=None),
        lesion("L4", [9, 9]),
    )
    places = dict(zip(result.tables["lesions"]["lesion"], result.tables["lesions"]["place"], strict=True))
    unplaced = "liver, segment unknown"
    assert places == {"L1": unplaced, "L2": unplaced, "L3": "organ unknown", "L4": "liver"}
    assert any("3 lesions could not be placed" in note for note in result.notes)


def test_forty_lesions_are_all_counted() -> None:
    names = [f"L{number:02d}" for number in range(40)]
    result = asked(*(lesion(name, [10, 10, 10], segment=SEGMENTS[n % 9]) for n, name in enumerate(names)))
    assert result.n_used == 40
    assert result.tables["counts"].groupby("scan")["n"].sum().tolist() == [40, 40, 40]
    assert "40 lesions (40 controlled)" in result.sentence


def test_lesions_that_are_no_targets_have_no_sum() -> None:
    door = imaged([lesion("N1", [9, 9], role="NON-TARGET")])
    door._connection.execute("update cut.main.adtrsum set N_TARGET = 0, OVRCALC = 'NON-CR/NON-PD'")
    result = lesions(door, usubjid="T-01")
    expected = "No target lesion. By the measurements: neither complete response nor progression."
    assert result.facts["headline"] == expected


def test_a_patient_without_lesions_is_told_of_in_words() -> None:
    result = lesions(imaged([]), usubjid="T-01")
    assert result.empty == "No lesion is recorded."
    assert all(frame.empty for frame in result.tables.values())


@pytest.mark.parametrize("scan", [1, 2])
def test_a_disagreement_is_told_calmly_and_overwrites_nothing(scan: int) -> None:
    door = imaged([lesion("L1", [30, 20])])
    door._connection.execute(
        "update cut.main.adtrsum set AVAL = 20, OVRCALC = 'PR', OVRLRESP = 'SD', PCHG = -33.3 where SCANNO = 2"
    )
    result = lesions(door, usubjid="T-01", scan=scan)
    assert result.tables["scans"]["assessed"].tolist()[1] == "SD"
    assert any(
        "At 1 scan the reader's response is not what follows from the diameters" in each for each in result.notes
    )
    told = "The reader says stable disease (SD); the measurements alone would give partial response (PR)."
    assert (told in result.facts["headline"]) == (scan == 2)


def test_who_sees_codes_is_told_no_treatment() -> None:
    found = (lesion("L1", [30, 0], segment="6"),)
    procedures = (procedure("HEPATECTOMY", dt.date(2025, 2, 1), "LIVER SEGMENT 6"),)
    open_to = asked(*found, procedures=procedures, role=Role.MDT)
    assert done(open_to) == {"L1": "Hepatectomy day 23 (segment)"}
    coded = asked(*found, procedures=procedures, role=Role.DSMB)
    assert coded.tables["treatments"].empty
    assert coded.tables["treated"].empty
    assert done(coded) == {"L1": ""}
    assert states(coded, "L1") == ["present", "gone"]
    assert any("withheld" in note for note in coded.notes)


def test_other_readers_are_named_but_not_mixed_in() -> None:
    other = {**lesion("R1-L1", [99])[0], "ANL01FL": None, "EVALID": "RADIOLOGIST 1"}
    result = lesions(imaged([lesion("L1", [30, 20])], more=[other]), usubjid="T-01")
    assert result.tables["lesions"]["lesion"].tolist() == ["L1"]
    assert any("Radiologist 1" in note for note in result.notes)


def test_a_patient_of_another_site_is_refused() -> None:
    door = imaged([lesion("L1", [30])])
    with pytest.raises(NotFound):
        lesions(door, usubjid="NOBODY")
    object.__setattr__(door.viewer, "sites", frozenset({"02"}))
    with pytest.raises(AccessDenied):
        lesions(door, usubjid="T-01")


def test_the_scans_are_those_of_the_patient() -> None:
    result = asked(lesion("L1", [30, 20, 20, 20, 20]))
    assert [each.date() for each in result.tables["scans"]["date"]] == list(DAYS)
