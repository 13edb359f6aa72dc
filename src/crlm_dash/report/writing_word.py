"""A report for Word: real headings, captions and contents, tables with repeated heads, figures as vectors."""

from __future__ import annotations

import io

import docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.section import Section as Page
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from crlm_dash.palette import ATTENTION, INK, MUTED
from crlm_dash.report.document import Display, Document, Figure, Section, Table, legible
from crlm_dash.report.word_parts import add_bookmark, add_contents, add_field, add_figure, table_xml

FONT = "Arial"
WIDTH, HEIGHT, SIDE, TOP, BOTTOM = 210, 297, 16, 22, 19  # millimetres
_SIZES = {"Normal": 10, "Title": 22, "Heading 1": 14, "Heading 2": 11.5, "Caption": 9, "Header": 8, "Footer": 8}


def word(document: Document) -> bytes:
    """The report as the bytes of a .docx file."""
    file = docx.Document()
    _settle(file, document)
    _title_page(file, document)
    _contents(file, document)
    places = _Places()
    across = False
    for section in document.sections:
        if section.is_wide is not across:
            across = section.is_wide
            _turn(file, document, across=across)
        _write(file, section, places)
    held = io.BytesIO()
    file.save(held)
    return held.getvalue()


class _Places:
    """Numbers for bookmarks and pictures, each used once."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def _settle(file: Word, document: Document) -> None:
    """Paper, type, and what stands on every page."""
    page = file.sections[0]
    page.page_width, page.page_height = Mm(WIDTH), Mm(HEIGHT)
    page.left_margin = page.right_margin = Mm(SIDE)
    page.top_margin, page.bottom_margin = Mm(TOP), Mm(BOTTOM)
    set_type(file)
    about = file.core_properties
    about.title, about.subject = legible(document.running), document.marking
    about.author = about.last_modified_by = "crlm-dash"
    about.comments, about.keywords, about.created, about.modified = "", "", document.made_at, document.made_at
    _running_words(page, document)


def set_type(file: Word) -> None:
    """The type of every style that is used."""
    for name, size in _SIZES.items():
        style = file.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor.from_string(INK[1:])
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(kind), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
    file.styles["Caption"].font.bold = False
    file.styles["Normal"].paragraph_format.space_after = Pt(6)


def _turn(file: Word, document: Document, *, across: bool) -> None:
    """From here on pages lie on their side, or stand upright again."""
    page = file.add_section(WD_SECTION.NEW_PAGE)
    page.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = (Mm(HEIGHT), Mm(WIDTH)) if across else (Mm(WIDTH), Mm(HEIGHT))
    page.header.is_linked_to_previous = page.footer.is_linked_to_previous = False
    _running_words(page, document)


def _running_words(page: Page, document: Document) -> None:
    assert page.page_width is not None
    head, foot = page.header.paragraphs[0], page.footer.paragraphs[0]
    for line in (head, foot):
        assert line.style is not None
        line.style.paragraph_format.tab_stops.clear_all()
        line.paragraph_format.tab_stops.add_tab_stop(page.page_width - Mm(2 * SIDE), WD_TAB_ALIGNMENT.RIGHT)
    marking = " · ".join(each for each in (document.data, document.marking) if each)
    _small(head, f"{document.running}\t")
    _small(head, marking).bold = True
    _small(foot, f"fingerprint {document.fingerprint[:12]}\tPage ")
    add_field(foot, "PAGE", "1")
    _small(foot, " of ")
    add_field(foot, "NUMPAGES", "1")


def _small(paragraph: Paragraph, text: str, *, colour: str = MUTED, size: float = 8) -> Run:
    run = paragraph.add_run(legible(text))
    run.font.size, run.font.color.rgb = Pt(size), RGBColor.from_string(colour[1:])
    return run


def _title_page(file: Word, document: Document) -> None:
    marking = file.add_paragraph()
    _small(marking, document.marking, colour=ATTENTION, size=13).bold = True
    if document.data:
        _small(file.add_paragraph(), document.data, size=11).bold = True
    file.add_paragraph(legible(document.title), style="Title")
    _small(file.add_paragraph(), f"Report to the data and safety monitoring board, {document.kind} session", size=13)
    facts = (*document.facts, ("Made (UTC)", f"{document.made_at:%Y-%m-%d %H:%M}"))
    for item, value in facts:
        line = file.add_paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(Mm(46))
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(46), -Mm(46)
        line.paragraph_format.space_after = Pt(2)
        _small(line, f"{item}\t", size=10)
        line.add_run(legible(value))
    for heading, words in (("Purpose", document.purpose), ("Confidentiality", document.confidentiality)):
        title = _small(file.add_paragraph(), heading, colour=INK, size=12)
        title.bold = True
        file.add_paragraph(words)
    _new_page(file)


def _contents(file: Word, document: Document) -> None:
    _small(file.add_paragraph(), "Contents", colour=INK, size=14).bold = True
    entries = [(each.title, each.anchor, each.level) for each in document.sections]
    add_contents(file, 'TOC \\o "1-2" \\h \\z \\u', entries)
    for kind in (Table, Figure):
        shown = [(f"{each.name}. {each.title}", _place(each), 1) for each in document.displays(kind)]
        if shown:
            heading = file.add_paragraph()
            heading.paragraph_format.keep_with_next = True
            _small(heading, f"{kind.__name__}s", colour=INK, size=12).bold = True
            add_contents(file, f'TOC \\h \\z \\c "{kind.__name__}"', shown)
    _new_page(file)


def _new_page(file: Word) -> None:
    file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _write(file: Word, section: Section, places: _Places) -> None:
    heading = file.add_heading(legible(section.title), section.level)
    heading.paragraph_format.page_break_before = section.paged
    add_bookmark(heading, section.anchor, places.next())
    if section.sentence:
        said = file.add_paragraph(legible(section.sentence))
        said.paragraph_format.keep_with_next = bool(section.displays)
    for shown in section.displays:
        _show(file, shown, places)
    for note in section.notes:
        line = file.add_paragraph(style="List Bullet")
        line.paragraph_format.space_after = Pt(1)
        _small(line, note)


def _show(file: Word, shown: Display, places: _Places) -> None:
    if isinstance(shown, Table):
        _caption(file, shown, places, keep=True)
        body = file.element.body
        body.insert(len(body) - 1, table_xml(shown, (HEIGHT if shown.wide else WIDTH) - 2 * SIDE))
        file.add_paragraph().paragraph_format.space_after = Pt(4)
    else:
        paragraph = file.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        add_figure(file, paragraph, shown, places.next())
        _caption(file, shown, places, keep=False)


def _caption(file: Word, shown: Display, places: _Places, *, keep: bool) -> None:
    """ "Table 3. Title" with a number that Word counts, then what the numbers rest on."""
    line = file.add_paragraph(style="Caption")
    line.paragraph_format.keep_with_next = True
    line.paragraph_format.space_after = Pt(0)
    kind, number = shown.name.split(" ")
    line.add_run(f"{kind} ").bold = True
    add_field(line, f"SEQ {kind} \\* ARABIC", number)
    line.add_run(f". {legible(shown.title)}")
    add_bookmark(line, _place(shown), places.next())
    rests = file.add_paragraph()
    rests.paragraph_format.keep_with_next = keep
    rests.paragraph_format.space_after = Pt(2 if keep else 8)
    _small(rests, shown.about, size=7.5)


def _place(shown: Display) -> str:
    return shown.name.lower().replace(" ", "-")
