"""The files themselves: self-contained HTML, sound XML, real captions and heads, drawings as vectors."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from crlm_dash.access import Role
from crlm_dash.report import Document, Figure, Kind, Table, html, word
from tests.report.conftest import ReportOf
from tests.report.reading import html_drawings, parsed, word_drawings

CLOSED = ("CRLM10", Role.DSMB, Kind.CLOSED)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def closed(report_of: ReportOf) -> Document:
    return report_of(*CLOSED)


@pytest.fixture(scope="module")
def page(closed: Document) -> str:
    return html(closed)


@pytest.fixture(scope="module")
def file(closed: Document) -> bytes:
    return word(closed)


# -- HTML -------------------------------------------------------------------------------------------------


def test_the_page_fetches_nothing(page: str) -> None:
    assert re.findall(r'(?:src|href|action|data|poster)\s*=\s*["\']?(?!#)[^"\'>\s]+', page) == []
    assert re.findall(r"url\((?!#)[^)]*\)|@import|<(?:script|link|iframe|object|embed|img)\b", page) == []
    assert "default-src 'none'" in page


def test_every_name_in_the_page_is_used_once_and_every_link_leads_somewhere(page: str) -> None:
    names = re.findall(r'\bid="([^"]+)"', page)
    assert len(names) == len(set(names)) > 100
    links = set(re.findall(r'href="#([^"]+)"', page)) | set(re.findall(r"url\(#([^)]+)\)", page))
    assert links <= set(names)


def test_what_a_source_says_is_text_and_never_markup(closed: Document) -> None:
    from dataclasses import replace

    evil = '</style><script>alert("1")</script>'
    text = html(replace(closed, trial=evil, title=evil, facts=((evil, evil),), sections=()))
    assert "<script" not in text
    assert text.count("</style>") == 1


def test_each_display_says_what_it_rests_on(closed: Document) -> None:
    for section in closed.sections:
        for shown in section.displays:
            for part in ("CRLM10", f"data cut {closed.cut} ", f"cut-off {closed.cutoff.isoformat()}"):
                assert part in shown.about, shown.title
            assert re.search(r"· [A-Z].* · [\d,]+ of [\d,]+ used$|protocol file$", shown.about), shown.about


def test_every_page_is_marked(page: str, closed: Document) -> None:
    marks = re.search(r"@top-right \{ content: \"([^\"]+)\"", page)
    assert marks
    shown = re.sub(r"\\([0-9a-f]{6}) ", lambda match: chr(int(match[1], 16)), marks[1])
    assert shown == "SIMULATED DATA · CLOSED REPORT – CONFIDENTIAL"
    assert 'counter(page) " of " counter(pages)' in page
    assert "thead { display: table-header-group; }" in page


# -- drawings ---------------------------------------------------------------------------------------------


def test_drawings_are_sound_vectors(page: str, file: bytes, closed: Document) -> None:
    figures = [each for each in closed.displays(Figure) if isinstance(each, Figure)]
    drawings = [*html_drawings(page), *word_drawings(file).values()]
    assert len(drawings) == 2 * len(figures) > 10
    for drawing in drawings:
        root = parsed(drawing)
        assert root.tag == f"{SVG}svg"
        assert root.findall(f".//{SVG}path")
        assert not root.findall(f".//{SVG}image")
        assert not root.findall(f".//{SVG}style")
    for figure in figures:
        assert figure.png.startswith(b"\x89PNG")
        assert figure.alt
        assert 0 < figure.width <= 178
        assert figure.height <= 230  # it fits an upright page with its caption


# -- Word -------------------------------------------------------------------------------------------------


def test_every_part_of_the_word_file_is_sound(file: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                parsed(archive.read(name))
        types = archive.read("[Content_Types].xml").decode()
    assert types.count("image/svg+xml") == len(word_drawings(file))


def test_headings_captions_and_contents_are_real(file: bytes, closed: Document) -> None:
    read = docx.Document(io.BytesIO(file))
    headings = [(p.style.name, p.text) for p in read.paragraphs if p.style and p.style.name.startswith("Heading")]
    assert headings == [(f"Heading {each.level}", each.title) for each in closed.sections]
    shown = [*(each for section in closed.sections for each in section.displays)]
    captions = [p.text for p in read.paragraphs if p.style and p.style.name == "Caption"]
    assert captions == [f"{each.name}. {each.title}" for each in shown]
    fields = [each.text.strip() for each in read.element.body.iter(qn("w:instrText"))]
    assert fields.count("SEQ Table \\* ARABIC") == len(list(closed.displays(Table)))
    assert 'TOC \\o "1-2" \\h \\z \\u' in fields
    marks = {each.get(qn("w:name")) for each in read.element.body.iter(qn("w:bookmarkStart"))}
    anchors = {each.get(qn("w:anchor")) for each in read.element.body.iter(qn("w:hyperlink"))}
    assert anchors <= marks
    begun, ended = (
        sum(each.get(qn("w:fldCharType")) == kind for each in read.element.body.iter(qn("w:fldChar")))
        for kind in ("begin", "end")
    )
    assert begun == ended > 0


def test_tables_repeat_their_head_and_fit_the_page(file: bytes, closed: Document) -> None:
    read = docx.Document(io.BytesIO(file))
    upright, across = (each.page_width - each.left_margin - each.right_margin for each in read.sections[:2])
    wide = [shown.wide for section in closed.sections for shown in section.displays if isinstance(shown, Table)]
    for table, is_wide in zip(read.tables, wide, strict=True):
        room = across if is_wide else upright
        first = table._tbl.tr_lst[0]
        assert first.find(f".//{qn('w:tblHeader')}") is not None
        widths = [int(each.get(qn("w:w"))) for each in table._tbl.tblGrid.iter(qn("w:gridCol"))]
        assert sum(widths) * 635 <= room * 1.01  # 635 English Metric Units a twip


def test_each_figure_has_vectors_points_and_words(file: bytes, closed: Document) -> None:
    body = docx.Document(io.BytesIO(file)).element.body
    inline = list(body.iter(qn("wp:inline")))
    figures = [each for each in closed.displays(Figure) if isinstance(each, Figure)]
    assert len(inline) == len(figures)
    for drawn, figure in zip(inline, figures, strict=True):
        assert drawn.docPr.get("descr") == figure.alt
        vectors = [each for each in drawn.iter() if each.tag.endswith("}svgBlip")]
        assert len(vectors) == 1


def test_the_running_head_and_foot(file: bytes, closed: Document) -> None:
    section = docx.Document(io.BytesIO(file)).sections[0]
    head = section.header.paragraphs[0].text
    assert head == f"{closed.running}\tSIMULATED DATA · CLOSED REPORT – CONFIDENTIAL"
    fields = [each.text.strip() for each in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_no_person_is_in_the_properties_of_the_file(file: bytes) -> None:
    about = docx.Document(io.BytesIO(file)).core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("crlm-dash", "crlm-dash", "")
