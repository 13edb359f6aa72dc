"""The minutes of a meeting for Word: what was decided for each patient, who wrote it, and what it said before."""

from __future__ import annotations

import io
from typing import Any

import docx
import pandas as pd
from docx.document import Document as Word
from docx.shared import Mm

from crlm_dash.analyses.framing import records
from crlm_dash.analyses.result import Result
from crlm_dash.report.document import legible
from crlm_dash.report.word_parts import add_field
from crlm_dash.report.writing_word import SIDE, WIDTH, set_type
from crlm_dash.terms import Recommendation


def minutes_word(result: Result, title: str) -> bytes:
    """
    The decisions of a meeting as the bytes of a .docx file.

    Parameters
    ----------
    result : of the analysis `decisions`, of one meeting
    title : of the meeting
    """
    file = docx.Document()
    page = file.sections[0]
    page.page_width, page.page_height = Mm(WIDTH), Mm(297)
    page.left_margin = page.right_margin = Mm(SIDE)
    set_type(file)
    file.core_properties.author = "crlm-dash"
    file.core_properties.title = legible(title)
    head = f"{result.trial} · data cut {result.cut} · cut-off {result.cutoff.isoformat()} · {result.kind} data"
    page.header.paragraphs[0].add_run(legible(head))
    foot = page.footer.paragraphs[0]
    foot.add_run("Confidential: names patients · page ")
    add_field(foot, "PAGE", "1")
    file.add_paragraph(legible(f"Decisions: {title}"), style="Title")
    file.add_paragraph(legible(result.sentence))
    writings = records(result.tables["versions"])
    for row in records(result.tables["decisions"].sort_values("decision")):
        _decision(file, row, [each for each in writings if each["decision"] == row["decision"]])
    for note in result.notes:
        file.add_paragraph(legible(note), style="List Bullet")
    held = io.BytesIO()
    file.save(held)
    return held.getvalue()


def _decision(file: Word, row: dict[str, Any], writings: list[dict[str, Any]]) -> None:
    file.add_heading(legible(row["USUBJID"]), 1)
    _words(file, row)
    if row["followed"]:
        done = f": {row['done']}, {_day(row['done_on'])}" if row["done"] else ""
        _line(file, "Then", f"{row['followed']}{done}")
    for earlier in reversed(writings[:-1]):
        file.add_heading("Said before the correction", 2)
        _words(file, earlier)


def _words(file: Word, row: dict[str, Any]) -> None:
    recommended = f"{Recommendation(row['recommendation']).label}, decided {_day(row['decided'])}"
    _line(file, "Recommended", recommended)
    for name, label in (("rationale", "Rationale"), ("questions", "Open questions"), ("attended", "Attended")):
        if row[name]:
            _line(file, label, row[name])
    who = f"{row['name']}, {row['role']}" if row["name"] else f"{row['role']} (no sign-in)"
    _line(file, "Written by", f"{who}, {row['recorded']:%Y-%m-%d %H:%M} UTC, at data cut {row['cut']}")
    if row["reason"]:
        _line(file, "Why corrected", row["reason"])


def _line(file: Word, label: str, text: str) -> None:
    line = file.add_paragraph()
    line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(34), -Mm(34)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(34))
    line.add_run(f"{label}\t").bold = True
    line.add_run(legible(text))


def _day(value: Any) -> str:
    return pd.Timestamp(value).date().isoformat()
