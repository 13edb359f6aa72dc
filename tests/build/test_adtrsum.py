"""RECIST 1.1 from the diameters, scan by scan, drawn as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from tests.build.tiny import Row, answer, built, each, rows_of, subject, together

D = dt.date
DAYS = ("2024-01-05", "2024-04-10", "2024-07-10", "2024-10-10")
VISITS = ("BASELINE", "MONTH 3", "MONTH 6", "MONTH 9")
TARGET, OTHER, NEW = "TARGET", "NON-TARGET", "NEW"
Sizes = Sequence[float | str | None]  # of the lesion at each scan: mm, or its state in a word; None: not recorded


def lesion(link: str, role: str, sizes: Sizes, organ: str = "LIVER", reader: str = "INVESTIGATOR") -> dict[str, Any]:
    """TU and TR of one lesion of T-01, identified at the first scan at which it is recorded."""
    shared = {"USUBJID": "T-01", "VISIT": ""}
    seen = [place for place, size in enumerate(sizes) if size is not None]
    found = {"TULNKID": link, "TUORRES": role, "TULOC": organ, "TUTESTCD": "TUMIDENT", "TUEVAL": reader}
    measures: list[Row] = []
    for place in seen:
        at = {**shared, "TRLNKID": link, "TREVAL": reader, "TRDTC": DAYS[place], "VISIT": VISITS[place]}
        size = sizes[place]
        if isinstance(size, str):
            measures.append({**at, "TRTESTCD": "TUMSTATE", "TRSTRESC": size})
        else:
            measures.append({**at, "TRTESTCD": "LDIAM", "TRSTRESN": size, "TRSTRESU": "mm"})
    return {"tu": [{**shared, **found, "TUDTC": DAYS[seen[0]], "VISIT": VISITS[seen[0]]}], "tr": measures}


def numbered(tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The same with sequence numbers."""
    for domain in ("tu", "tr", "rs"):
        for number, row in enumerate(tables.get(domain, []), start=1):
            row[f"{domain.upper()}SEQ"] = number
    return tables


def scans(*lesions: dict[str, Any], **more: list[Row]) -> list[Row]:
    """The rows of adtrsum of a patient enrolled on 10 January 2024."""
    return answer("select * from adtrsum order by SCANNO", numbered(together(subject(1), *lesions, more)))


def scans_each(patients: Sequence[Sequence[dict[str, Any]]]) -> list[list[Row]]:
    """The same of several patients, each with these lesions."""
    trials = [numbered(together(subject(1), *lesions)) for lesions in patients]
    return each("select * from adtrsum order by SCANNO", trials)


def column(rows: list[Row], name: str) -> list[Any]:
    return [row[name] for row in rows]


def test_the_targets_decide() -> None:
    drawn: list[tuple[tuple[Sizes, Sizes], list[float], list[float], list[str]]] = [
        #  sum of two targets      sum                 % of baseline       response
        (([60, 42], [40, 28]), [100, 70], [-30], ["PR"]),  # exactly 30 % less
        (([60, 42], [40, 29]), [100, 71], [-29], ["SD"]),
        (([60, 0], [40, 0]), [100, 0], [-100], ["CR"]),
        (([60, 60], [40, 60]), [100, 120], [20], ["PD"]),  # exactly 20 % more
        (([60, 60], [40, 59]), [100, 119], [19], ["SD"]),
        (([10, 13], [8, 9]), [18, 22], [100 * 4 / 18], ["SD"]),  # 22 % more, but 4 mm
        (([10, 14], [8, 9]), [18, 23], [100 * 5 / 18], ["PD"]),  # 28 % and 5 mm
        (([60, 30, 40], [40, 20, 20]), [100, 50, 60], [-50, -40], ["PR", "PD"]),  # from the nadir
        (([60, 30, 35], [40, 20, 24]), [100, 50, 59], [-50, -41], ["PR", "PR"]),  # 18 % from the nadir
        (([60, 0, 3], [40, 0, 0]), [100, 0, 3], [-100, -97], ["CR", "PR"]),  # back, 3 mm
        (([60, 0, 5], [40, 0, 0]), [100, 0, 5], [-100, -95], ["CR", "PD"]),
        (([60, 80, 95], [40, 60, 60]), [100, 140, 155], [40, 55], ["PD", "PD"]),  # the nadir stays the baseline
    ]
    found = scans_each([(lesion("T1", TARGET, one), lesion("T2", TARGET, two)) for (one, two), *_ in drawn])
    for (sizes, sums, of_baseline, response), rows in zip(drawn, found, strict=True):
        assert (sizes, column(rows, "AVAL")) == (sizes, sums)
        assert (sizes, column(rows, "PCHG")[1:]) == (sizes, pytest.approx(of_baseline))
        assert (sizes, column(rows, "TRGRESP")) == (sizes, [None, *response])
        assert (sizes, column(rows, "OVRCALC")) == (sizes, [None, *response])
        assert (sizes, column(rows, "ABLFL")) == (sizes, ["Y", *[None for _ in response]])


def test_change_from_the_nadir_is_told_in_per_cent_and_in_mm() -> None:
    rows = scans(lesion("T1", TARGET, [100, 50, 60, 40]))
    assert column(rows, "NADIR") == [None, 100, 50, 50]
    assert column(rows, "PCHGNAD") == [None, -50, 20, -20]
    assert column(rows, "CHGNAD") == [None, -50, 10, -10]


def test_targets_others_and_missing_ones_together() -> None:
    drawn: list[tuple[list[Sizes], list[Sizes], str]] = [
        # each target; each non-target; overall response of the second scan
        ([[30, 0]], [[8, 0]], "CR"),
        ([[30, 0]], [[8, "ABSENT"]], "CR"),
        ([[30, 0]], [["PRESENT", "TREATED"]], "CR"),
        ([[30, 0]], [[8, 7]], "PR"),  # a non-target is left
        ([[30, 0]], [[8, None]], "PR"),  # or was not looked at
        ([[30, 20]], [[8, None]], "PR"),
        ([[30, 29]], [[8, 7]], "SD"),
        ([[30, 29]], [["PRESENT", "UNEQUIVOCAL PROGRESSION"]], "PD"),
        ([[30, 0]], [["PRESENT", "UNEQUIVOCAL"]], "PD"),
        ([], [[8, 9], [7, 7]], "NON-CR/NON-PD"),
        ([], [[8, 0], [7, "ABSENT"]], "CR"),
        ([], [[8, 0], [7, None]], "NE"),
        ([[30, None]], [[8, 7]], "NE"),  # the target was not measured
        ([[30, None], [20, 10]], [[8, 7]], "NE"),
        ([[30, None], [20, 70]], [[8, 7]], "PD"),  # what was measured is enough
    ]
    found = scans_each([
        [
            *(lesion(f"T{n}", TARGET, sizes) for n, sizes in enumerate(targets)),
            *(lesion(f"N{n}", OTHER, sizes) for n, sizes in enumerate(others)),
        ]
        for targets, others, _ in drawn
    ])  # fmt: skip
    for (targets, others, expected), rows in zip(drawn, found, strict=True):
        assert (targets, others, rows[1]["OVRCALC"]) == (targets, others, expected)


def test_a_sum_of_some_targets_is_no_sum() -> None:
    rows = scans(lesion("T1", TARGET, [30, None, 20]), lesion("T2", TARGET, [20, 10, 10]))
    assert column(rows, "AVAL") == [50, None, 30]
    assert column(rows, "MEASURED") == [50, 10, 30]
    assert column(rows, "N_MEASURED") == [2, 1, 2]
    assert column(rows, "NADIR") == [None, 50, 50]  # 10 mm were not the sum
    assert column(rows, "TRGRESP") == [None, "NE", "PR"]


@pytest.mark.parametrize("role", [TARGET, OTHER])
def test_a_lymph_node_is_gone_below_ten_mm(role: str) -> None:
    drawn = {9: "CR", 9.9: "CR", 10: "PR", 0: "CR"}
    liver = lesion("T1", TARGET, [30, 0])
    found = scans_each([(liver, lesion("L2", role, [20, size], "LYMPH NODE")) for size in drawn])
    assert [rows[1]["OVRCALC"] for rows in found] == list(drawn.values())


def test_nine_mm_in_the_liver_are_not_gone() -> None:
    assert scans(lesion("T1", TARGET, [30, 9]))[1]["OVRCALC"] == "PR"


def test_a_new_lesion_is_progression() -> None:
    drawn: list[tuple[Sizes, list[int], list[str]]] = [
        ([None, 8, 9], [0, 1, 1], ["PD", "PD"]),
        ([None, None, 8], [0, 0, 1], ["PR", "PD"]),
        ([None, 8, 0], [0, 1, 1], ["PD", "PD"]),  # progression stays progression
        ([None, "EQUIVOCAL", "EQUIVOCAL"], [0, 0, 0], ["PR", "PR"]),
        ([None, "EQUIVOCAL", "UNEQUIVOCAL"], [0, 0, 1], ["PR", "PD"]),
    ]
    found = scans_each([(lesion("T1", TARGET, [30, 20, 20]), lesion("X1", NEW, new)) for new, *_ in drawn])
    for (new, n_new, expected), rows in zip(drawn, found, strict=True):
        assert (new, column(rows, "N_NEW")) == (new, n_new)
        assert (new, column(rows, "OVRCALC")) == (new, [None, *expected])


def test_gone_once_is_gone_until_it_is_seen_again() -> None:
    rows = scans(lesion("T1", TARGET, [30, 0, 0, 0]), lesion("N1", OTHER, [8, 0, None, 6]))
    assert column(rows, "NTRGRESP") == [None, "CR", "CR", "NON-CR/NON-PD"]
    assert column(rows, "OVRCALC") == [None, "CR", "CR", "PR"]


def test_the_diameter_taken_for_the_sum_is_used_and_of_a_node_the_short_axis() -> None:
    both = lesion("T1", TARGET, [30, 20])
    analysed = [{**row, "TRTESTCD": "DIAMETER", "TRSTRESN": row["TRSTRESN"] - 2} for row in both["tr"]]
    node = lesion("T2", TARGET, [25, 15], "LYMPH NODE")
    short = [{**row, "TRTESTCD": "LPERP", "TRSTRESN": row["TRSTRESN"] - 5} for row in node["tr"]]
    rows = scans({**both, "tr": both["tr"] + analysed}, {**node, "tr": node["tr"] + short})
    assert column(rows, "AVAL") == [28 + 20, 18 + 10]


def test_only_the_reader_used_for_analysis_is_summed() -> None:
    own = lesion("T1", TARGET, [30, 20])
    other = lesion("R1-T1", TARGET, [50, 10], reader="INDEPENDENT ASSESSOR")
    assert column(scans(own, other), "AVAL") == [30, 20]
    accepted = {"tu": [{**row, "TUACPTFL": "Y"} for row in other["tu"]]}
    accepted["tr"] = [{**row, "TRACPTFL": "Y"} for row in other["tr"]]
    assert column(scans(own, accepted), "AVAL") == [50, 10]


def response(day: str, answer: str) -> Row:
    return {"USUBJID": "T-01", "RSTESTCD": "OVRLRESP", "RSSTRESC": answer, "RSDTC": day, "RSEVAL": "INVESTIGATOR"}


def test_the_readers_response_stands_beside_and_is_never_overwritten() -> None:
    rows = scans(lesion("T1", TARGET, [30, 20, 19]), rs=[response("2024-04-10", "PR"), response("2024-07-20", "SD")])
    assert column(rows, "OVRCALC") == [None, "PR", "PR"]
    assert column(rows, "OVRLRESP") == [None, "PR", "SD"]  # ten days after the scan is its reading
    late = scans(lesion("T1", TARGET, [30, 20]), rs=[response("2024-05-20", "PR")])
    assert column(late, "OVRLRESP") == [None, None]


def test_days_of_one_visit_are_one_scan() -> None:
    liver, lung = lesion("T1", TARGET, [30, 20]), lesion("T2", TARGET, [20, 10], "LUNG")
    lung["tr"][1]["TRDTC"] = "2024-04-17"  # the chest a week later
    rows = scans(liver, lung)
    assert column(rows, "AVAL") == [50, 30]
    assert (rows[1]["ADT"], rows[1]["AENDT"]) == (D(2024, 4, 10), D(2024, 4, 17))
    lung["tr"][1]["TRDTC"] = "2024-05-17"
    assert column(scans(liver, lung), "AVAL") == [50, None, None]


def test_without_a_scan_before_treatment_there_is_no_baseline() -> None:
    late = lesion("T1", TARGET, [None, 30, 10])
    rows = scans(late)
    assert column(rows, "ABLFL") == [None, None]
    assert column(rows, "OVRCALC") == ["NE", "NE"]
    cycle = {"USUBJID": "T-01", "EXSEQ": 1, "EXTRT": "FOLFOX", "EXSTDTC": "2024-04-12"}
    assert column(scans(late, ex=[cycle]), "OVRCALC") == [None, "PR"]


def test_the_last_scan_before_enrolment_is_the_baseline() -> None:
    rows = scans(lesion("T1", TARGET, [40, 30]), lesion("N1", OTHER, [None, 5]))
    assert column(rows, "ABLFL") == ["Y", None]
    moved = numbered(together(subject(1, enrolled="2024-04-20"), lesion("T1", TARGET, [40, 30, 20])))
    found = rows_of(built(moved), "select ABLFL, BASE, NADIR, OVRCALC from adtrsum order by SCANNO")
    assert [row["ABLFL"] for row in found] == [None, "Y", None]
    assert found[2] == {"ABLFL": None, "BASE": 30, "NADIR": 30, "OVRCALC": "PR"}


def test_nobody_without_a_lesion_has_a_row() -> None:
    con = built(together(subject(1), subject(2)))
    assert rows_of(con, "select * from adtrsum") == []
    assert rows_of(con, "select * from adbor") == []


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        # responses of the reader at 10 April (day 92), 10 July, 10 October
        (["SD", "PR", "PD"], "PR"),
        (["PD", "CR"], "PD"),  # nothing counts after progression
        (["PR", "CR", "SD"], "CR"),
        (["NE", "SD"], "SD"),
        (["NE"], "NE"),
        ([], None),
    ],
)
def test_the_best_response_is_before_progression(answers: list[str], expected: str | None) -> None:
    rows = [response(day, answer) for day, answer in zip(DAYS[1:], answers, strict=False)]
    tables = numbered(together(subject(1), lesion("T1", TARGET, [30, 29, 28, 27]), {"rs": rows}))
    assert answer("select BOR from adbor", tables) == [{"BOR": expected}]


@pytest.mark.parametrize(("day", "expected"), [("2024-02-20", "NE"), ("2024-02-21", "SD")])
def test_disease_is_stable_only_after_six_weeks(day: str, expected: str) -> None:
    target = lesion("T1", TARGET, [30, 29])
    target["tr"][1]["TRDTC"] = day  # day 42, day 43
    tables = numbered(together(subject(1), target))
    assert answer("select BORCALC from adbor", tables) == [{"BORCALC": expected}]


def test_the_best_change_is_the_smallest_up_to_progression() -> None:
    con = built(numbered(together(subject(1), lesion("T1", TARGET, [100, 60, 90, 20]))))
    found = rows_of(con, "select BESTPCHG, BESTDY, PDDY, PDCALCDY, N_SCANS, N_CHANGES from adbor")
    assert found == [
        {"BESTPCHG": -40, "BESTDY": 92, "PDDY": None, "PDCALCDY": 183, "N_SCANS": 2, "N_CHANGES": 2}
    ]  # 20 mm came after progression


def test_both_readings_are_counted_where_they_differ() -> None:
    rows = [response(DAYS[1], "SD"), response(DAYS[2], "PR")]
    con = built(numbered(together(subject(1), lesion("T1", TARGET, [100, 60, 60]), {"rs": rows})))
    found = rows_of(con, "select BOR, BORCALC, N_BOTH, N_DIFFER from adbor")
    assert found == [{"BOR": "PR", "BORCALC": "PR", "N_BOTH": 2, "N_DIFFER": 1}]
