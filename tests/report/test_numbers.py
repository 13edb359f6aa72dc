"""What stands in the files is what the analyses say: every table, and the numbers a committee decides on."""

from __future__ import annotations

import math
import re

import pytest

from crlm_dash import analyses
from crlm_dash.access import Role
from crlm_dash.report import Document, Kind, Table, html, word
from crlm_dash.terms import POOLED
from tests.report.conftest import DoorOf, ReportOf
from tests.report.reading import INDENT, Cells, html_tables, word_tables

REPORTS = [
    ("CRLM10", Role.DSMB, Kind.CLOSED),
    ("CRLM10", Role.PI, Kind.OPEN),
    ("CRLM-EHD", Role.STATISTICIAN, Kind.CLOSED),
    ("CRLM-EHD", Role.DATA_MANAGER, Kind.OPEN),
]


_READ: dict[tuple[int, str], tuple[Document, dict[str, Cells]]] = {}  # each file is written and read back once


def in_html(document: Document) -> dict[str, Cells]:
    """The tables of a report as a file for browsers."""
    if (id(document), "html") not in _READ:
        _READ[id(document), "html"] = document, html_tables(html(document))
    return _READ[id(document), "html"][1]


def in_word(document: Document) -> dict[str, Cells]:
    """The tables of a report as a file for Word."""
    if (id(document), "word") not in _READ:
        _READ[id(document), "word"] = document, word_tables(word(document))
    return _READ[id(document), "word"][1]


def titled(document: Document, title: str) -> Table:
    found = [each for each in document.displays(Table) if each.title == title]
    assert len(found) == 1, title
    assert isinstance(found[0], Table)
    return found[0]


def written(table: Table) -> Cells:
    """A table's cells as both files show them: a heading without numbers is one cell."""
    rows = [[str(name) for name in table.frame.columns]]
    for place, cells in enumerate(table.frame.astype(str).to_numpy().tolist()):
        rows.append(cells[:1] if place in table.strong and not any(cells[1:]) else cells)
    return [[cell.strip().strip(INDENT) for cell in row] for row in rows]


@pytest.mark.parametrize(("trial", "role", "kind"), REPORTS)
def test_both_files_hold_every_table_cell_by_cell(report_of: ReportOf, trial: str, role: Role, kind: Kind) -> None:
    document = report_of(trial, role, kind)
    expected = {each.name: written(each) for each in document.displays(Table) if isinstance(each, Table)}
    assert len(expected) > 15
    assert in_html(document) == expected
    assert in_word(document) == expected


def numbers(cell: str) -> list[float]:
    return [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", cell.replace(",", ""))]


@pytest.mark.parametrize(("trial", "role", "kind"), REPORTS)
@pytest.mark.parametrize("read", [in_html, in_word], ids=["html", "docx"])
def test_every_number_of_the_safety_overview(
    report_of, door_of: DoorOf, trial: str, role: Role, kind: Kind, read
) -> None:
    document = report_of(trial, role, kind)
    closed = kind is Kind.CLOSED
    result = analyses.safety(door_of(trial, role if closed else Role.PI), by="arm" if closed else None)
    head, *rows = read(document)[titled(document, "Patients with adverse events").name]
    groups = list(dict.fromkeys(result.tables["overview"]["strata"]))
    sizes = result.tables["overview"].drop_duplicates("strata")["n"].tolist()
    names = ["All patients" if group == POOLED else group for group in groups]
    assert head[1 : 1 + len(groups)] == [f"{name} (n = {n:,})" for name, n in zip(names, sizes, strict=True)]
    found = result.tables["overview"]
    kinds = set(found["measure"])  # deaths after procedures stand below them
    cells = {(row[0], group): row[1 + place] for row in rows if row[0] in kinds for place, group in enumerate(groups)}
    assert len(cells) == len(found) > 0
    for strata, measure, n_subjects, percent in found[["strata", "measure", "n_subjects", "percent"]].to_numpy():
        n, share = numbers(cells[measure, strata])
        assert n == n_subjects
        assert share == pytest.approx(percent, abs=0.5)


@pytest.mark.parametrize(("trial", "role", "kind"), [each for each in REPORTS if each[2] is Kind.CLOSED])
@pytest.mark.parametrize("read", [in_html, in_word], ids=["html", "docx"])
def test_every_number_of_the_survival_summary(
    report_of, door_of: DoorOf, trial: str, role: Role, kind: Kind, read
) -> None:
    document = report_of(trial, role, kind)
    result = analyses.survival(door_of(trial, role), by="arm", unit="months")
    rows = read(document)[titled(document, f"{result.facts['label']}: in numbers").name]
    head, lines = rows[0], {row[0]: row[1:] for row in rows[1:]}
    for row in result.tables["summary"].to_dict("records"):
        column = head[1:].index(row["strata"])
        assert numbers(lines["Patients"][column]) == [row["n"]]
        assert numbers(lines["Events"][column]) == [row["n_event"]]
        known = [row[name] for name in ("median", "conf_low", "conf_high") if not math.isnan(row[name])]
        if math.isnan(row["median"]):
            assert lines["Median, months (95 % CI)"][column] == "not reached"
        else:
            assert numbers(lines["Median, months (95 % CI)"][column]) == pytest.approx(known, abs=0.0501)
        assert numbers(lines["Median follow-up, months"][column]) == pytest.approx([row["followup_median"]], abs=0.0501)
    ratio = result.tables["hazard_ratio"].iloc[0]
    shown = numbers(lines["Hazard ratio (95 % CI)"][head[1:].index(ratio["comparison"])])
    assert shown == pytest.approx([ratio["estimate"], ratio["conf_low"], ratio["conf_high"]], abs=0.00501)


def test_the_summary_page_says_what_the_analyses_say(report_of, door_of: DoorOf) -> None:
    document, door = report_of("CRLM10", Role.DSMB, Kind.CLOSED), door_of("CRLM10", Role.DSMB)
    said = " ".join(document.sections[0].displays[0].frame["Finding"]).replace("\n", " ")
    for result in (analyses.enrolment(door), analyses.deviations(door), analyses.quality(door)):
        assert result.sentence in said
    for result in (analyses.safety(door, by="arm"), analyses.survival(door, by="arm", unit="months")):
        for part in re.split(r"[;:] ", result.sentence.rstrip(".")):
            assert part in said
    assert document.sections[0].sentence == analyses.overview(door).sentence


def test_every_stopping_line_and_its_verdict(report_of: ReportOf, door_of: DoorOf) -> None:
    document = report_of("CRLM10", Role.DSMB, Kind.CLOSED)
    result = analyses.monitoring(door_of("CRLM10", Role.DSMB))
    section = next(each for each in document.sections if each.heading == "Stopping lines")
    assert section.sentence.startswith(result.facts["verdict"])
    head, *rows = in_html(document)[titled(document, "Stopping rules: where they stand").name]
    seen = {row[0]: row[head.index("Seen")] for row in rows}
    for rule in result.tables["rules"].to_dict("records"):
        assert seen[rule["label"]] == f"{rule['n_event']} of {rule['n']}"
    looks = in_html(document)[titled(document, "Looks and bounds").name]
    assert [row[2] for row in looks[1:]] == [str(n) for n in result.tables["boundary"]["events"]]


def test_each_death_and_serious_event_is_listed_once(report_of: ReportOf, door_of: DoorOf) -> None:
    document = report_of("CRLM-EHD", Role.STATISTICIAN, Kind.CLOSED)
    result = analyses.safety_events(door_of("CRLM-EHD", Role.STATISTICIAN))
    for title, name in (
        ("Deaths, the latest first", "deaths"),
        ("Serious adverse events, the latest first", "serious"),
    ):
        _, *rows = in_html(document)[titled(document, title).name]
        assert [row[0] for row in rows] == result.tables[name]["USUBJID"].tolist()
        assert rows
