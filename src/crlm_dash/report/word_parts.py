"""What python-docx has no words for: tables with repeated heads, numbered captions, contents, vector pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from crlm_dash.report.document import INDENT, Figure, Table, legible

TWIPS_PER_MM = 56.7
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_SVG_NAMESPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_RULE = 'w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"'
_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_LETTER, _PADDING = 1.75, 2.0  # millimetres
_LONGEST_WORD, _LONGEST_LINE = 26, 80  # letters that a column asks room for


def _text(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(legible(text))}</w:t>'


def table_xml(table: Table, width: float) -> Any:
    """
    A table of written cells, `width` millimetres wide: its head is repeated on every page, no row is torn apart.

    Headings stay with the row below, a short table stays on one page.
    """
    frame, right = table.frame, table.numeric
    widths = _widths(frame, width)
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    head = _row([str(name) for name in frame.columns], widths, right, keep=True, head=True)
    body = []
    for place, cells in enumerate(frame.astype(str).itertuples(index=False, name=None)):
        strong, last = place in table.strong, place == len(frame) - 1
        body.append(
            _row(list(cells), widths, right, keep=(strong or table.is_short) and not last, strong=strong, last=last)
        )
    properties = (
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="30" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
    )
    frame_xml = f"<w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    return parse_xml(f"<w:tbl {nsdecls('w')}>{frame_xml}{head}{''.join(body)}</w:tbl>")


def _widths(frame: pd.DataFrame, width: float) -> list[int]:
    """Room for each column's longest word, and of what is left the more, the longer its lines are."""
    least, wanted = [], []
    for place, name in enumerate(frame.columns):
        lines = [part for text in [str(name), *frame.iloc[:, place].astype(str)] for part in text.split("\n")]
        word = max((len(each) for line in lines for each in line.split()), default=0)
        least.append(_LETTER * min(word, _LONGEST_WORD) + _PADDING)
        wanted.append(max(_LETTER * min(max(map(len, lines)), _LONGEST_LINE) + _PADDING - least[-1], 0.01))
    left = width - sum(least)
    if left < 0:
        return [round(TWIPS_PER_MM * width * each / sum(least)) for each in least]
    return [round(TWIPS_PER_MM * (each + left * more / sum(wanted))) for each, more in zip(least, wanted, strict=True)]


def _row(
    cells: list[str], widths: list[int], right: Sequence[bool], *, keep: bool, head: bool = False, strong: bool = False,
    last: bool = False,
) -> str:  # fmt: skip
    look = {"bold": head or strong, "keep": keep, "head": head, "last": last}
    if strong and len(cells) > 1 and not any(cells[1:]):
        inside = _cell(cells[0], sum(widths), span=len(cells), **look)
    else:
        inside = "".join(
            _cell(cell, size, at_right=at_right, **look)
            for cell, size, at_right in zip(cells, widths, right, strict=True)
        )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{inside}</w:tr>"


def _cell(
    text: str, width: int, *, bold: bool, keep: bool, head: bool, last: bool, at_right: bool = False, span: int = 1
) -> str:  # fmt: skip
    line = '<w:bottom w:val="single" w:sz="2" w:space="0" w:color="EEF1F4"/>'
    if head:
        line = "".join(f"<w:{side} {_RULE.format(size=6, colour='17232E')}/>" for side in ("top", "bottom"))
    elif last:
        line = f"<w:bottom {_RULE.format(size=6, colour='17232E')}/>"
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    align = '<w:jc w:val="right"/>' if at_right else ""
    indent = '<w:ind w:left="140"/>' if text.startswith(INDENT) else ""
    kept = "<w:keepNext/>" if keep else ""
    look = f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="16"/></w:rPr>'
    lines = "<w:br/>".join(_text(part) for part in text.strip(INDENT).split("\n"))
    cell = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}<w:tcBorders>{line}</w:tcBorders></w:tcPr>'
    around = f'<w:pPr>{kept}<w:spacing w:before="20" w:after="20"/>{indent}{align}</w:pPr>'
    return f"<w:tc>{cell}<w:p>{around}<w:r>{look}{lines}</w:r></w:p></w:tc>"


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field whose value is known: it shows `shown` until somebody has the fields updated."""
    _append(paragraph, f"{_begin(instruction)}<w:r>{_text(shown)}</w:r>{_END}")


def _append(paragraph: Paragraph, runs: str) -> None:
    for element in list(parse_xml(f"<w:p {nsdecls('w')}>{runs}</w:p>")):
        paragraph._p.append(element)


def _begin(instruction: str) -> str:
    words = f'<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText>'
    return "".join(
        f"<w:r>{part}</w:r>"
        for part in ('<w:fldChar w:fldCharType="begin"/>', words, '<w:fldChar w:fldCharType="separate"/>')
    )


def add_contents(file: Word, instruction: str, entries: Sequence[tuple[str, str, int]]) -> None:
    """
    A table of contents as a field, filled already: its entries (text, bookmark, level) lead to their places.

    Page numbers come when the fields are updated; nobody is asked to on opening.
    """
    paragraph = file.add_paragraph()
    for place, (text, bookmark, level) in enumerate(entries):
        paragraph = paragraph if place == 0 else file.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.left_indent = Mm(6 * (level - 1))
        begin = _begin(instruction) if place == 0 else ""
        end = _END if place == len(entries) - 1 else ""
        run = f'<w:r><w:rPr><w:sz w:val="18"/></w:rPr>{_text(text)}</w:r>'
        _append(paragraph, f'{begin}<w:hyperlink w:anchor={quoteattr(bookmark)} w:history="1">{run}</w:hyperlink>{end}')


def add_bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """A place that contents lead to."""
    start = parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name={quoteattr(name)}/>')
    end = parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>')
    properties = paragraph._p.pPr
    paragraph._p.insert(0 if properties is None else 1, start)
    paragraph._p.append(end)


def add_figure(file: Word, paragraph: Paragraph, figure: Figure, number: int) -> None:
    """A figure as vectors (Word 2016 and later), with the same as points for older programs."""
    run = paragraph.add_run()
    run.add_picture(io.BytesIO(figure.png), width=Mm(figure.width))
    inline = run._r.xpath(".//wp:inline")[0]
    inline.docPr.set("descr", legible(figure.alt))
    inline.docPr.set("name", figure.name)
    name = PackURI(f"/word/media/figure{number}.svg")
    part = Part(name, "image/svg+xml", figure.svg.encode("utf-8"), file.part.package)
    related = file.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    blip = inline.xpath(".//a:blip")[0]
    blip.append(
        parse_xml(
            f'<a:extLst {nsdecls("a", "r")}><a:ext uri="{_SVG_EXTENSION}">'
            f'<asvg:svgBlip xmlns:asvg="{_SVG_NAMESPACE}" r:embed="{related}"/></a:ext></a:extLst>'
        )
    )
