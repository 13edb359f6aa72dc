"""SUPP-- rows become columns of the row they qualify."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.ingest.sources import staged, subjects, write_csv, write_xpt


def supp(domain: str, subject: str, id_column: str, id_value: Any, name: str, value: str) -> dict[str, Any]:
    return {
        "STUDYID": "T1",
        "RDOMAIN": domain,
        "USUBJID": subject,
        "IDVAR": id_column,
        "IDVARVAL": id_value,
        "QNAM": name,
        "QVAL": value,
    }


TU = [
    {"STUDYID": "T1", "DOMAIN": "TU", "USUBJID": "S-001", "TUSEQ": n, "TULNKID": f"T0{n}", "TUTESTCD": "TUMIDENT"}
    for n in (1, 2)
]


def test_by_sequence_number_compared_as_a_number(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_xpt(tmp_path / "tu.xpt", TU)
    write_csv(tmp_path / "supptu.csv", [supp("TU", "S-001", "TUSEQ", " 2.0", "LIVSEG", "4A")])
    trial = staged(tmp_path)
    assert trial.rows("tu", "TULNKID", "LIVSEG", "_row") == [("T01", None, 1), ("T02", "4A", 2)]
    assert trial.messages("warning") == []


def test_by_a_text_identifier_and_by_subject(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(2))
    write_csv(tmp_path / "tu.csv", TU)
    write_csv(tmp_path / "supptu.csv", [supp("TU", "S-001", "TULNKID", "T01", "NOTE", "near vein")])
    write_csv(tmp_path / "suppdm.csv", [supp("DM", "S-002", "", "", "CENTRE", "North")])
    trial = staged(tmp_path)
    assert trial.rows("tu", "NOTE") == [("near vein",), (None,)]
    assert trial.rows("dm", "CENTRE") == [(None,), ("North",)]


def test_two_identifying_columns_and_one_qualifier(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_csv(tmp_path / "tu.csv", TU)
    write_csv(
        tmp_path / "supptu.csv",
        [supp("TU", "S-001", "TUSEQ", 1, "LIVSEG", "8"), supp("TU", "S-001", "TULNKID", "T02", "LIVSEG", "2")],
    )
    assert staged(tmp_path).rows("tu", "LIVSEG") == [("8",), ("2",)]


def test_one_file_for_several_domains(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_csv(tmp_path / "tu.csv", TU)
    rows = [supp("TU", "S-001", "TUSEQ", 1, "LIVSEG", "8"), supp("DM", "S-001", "", "", "CENTRE", "North")]
    write_csv(tmp_path / "suppqual.csv", rows)
    trial = staged(tmp_path)
    assert (trial.rows("tu", "LIVSEG")[0], trial.rows("dm", "CENTRE")[0]) == (("8",), ("North",))


def test_a_promised_qualifier_has_its_type_and_codes(tmp_path: Path) -> None:
    pr = {"STUDYID": "T1", "USUBJID": "S-001", "PRTRT": "HEPATECTOMY"}
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_csv(tmp_path / "pr.csv", [{**pr, "PRSEQ": 1}, {**pr, "PRSEQ": 2}])
    rows = [supp("PR", "S-001", "PRSEQ", 1, "NLESTRT", "12"), supp("PR", "S-001", "PRSEQ", 2, "RESMARG", "R7")]
    write_csv(tmp_path / "supppr.csv", rows)
    trial = staged(tmp_path)
    assert trial.rows("pr", "NLESTRT", "RESMARG") == [(12.0, None), (None, "R7")]
    assert trial.messages("warning") == ["pr.csv, row 2, RESMARG: 'R7' is not in the list (R0, R1, R2)"]


def test_what_qualifies_nothing_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_csv(tmp_path / "tu.csv", TU)
    rows = [
        supp("TU", "S-001", "TUSEQ", 9, "LIVSEG", "8"),
        supp("TU", "S-001", "TUREFID", "9", "LIVSEG", "8"),
        supp("TU", "S-001", "TUNONE", "9", "LIVSEG", "8"),
        supp("XX", "S-001", "XXSEQ", "1", "A", "8"),
        supp("TU", "S-404", "TUSEQ", 1, "LIVSEG", "8"),
    ]
    write_csv(tmp_path / "supptu.csv", rows)
    trial = staged(tmp_path)
    assert trial.rows("tu", "LIVSEG") == [(None,), (None,)]
    assert sorted(trial.messages("warning")) == [
        "supptu.csv, row 1, IDVARVAL: '9' has no row in TU to qualify",
        "supptu.csv, row 2, IDVARVAL: '9' has no row in TU to qualify",
        "supptu: IDVAR TUNONE is not a column of TU; its values are not used",
        "supptu: it qualifies XX, which is not there; its values are not used",
    ]
    assert trial.messages("error") == ["supptu.csv, row 5, USUBJID: 'S-404' is not a subject of DM or ADSL"]
