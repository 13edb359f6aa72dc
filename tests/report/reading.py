"""Read a report back from its files, as a person finds it: tables by their captions, all words, all drawings."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import docx
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph
from lxml import etree
from lxml import html as lxml_html

INDENT = "\u2003"
Cells = list[list[str]]


def _plain(text: str | None) -> str:
    return (text or "").strip().strip(INDENT)


def html_tables(text: str) -> dict[str, Cells]:
    """Name of each table ("Table 3") → its cells, the head first."""
    found = {}
    for table in lxml_html.fromstring(text).iter("table"):
        name = table.find("caption").find("b").text.rstrip(".")
        found[name] = [[_plain(cell.text_content()) for cell in row] for row in table.iter("tr")]
    return found


def word_tables(content: bytes) -> dict[str, Cells]:
    """The same of a .docx file: a table belongs to the last caption before it."""
    file = docx.Document(io.BytesIO(content))
    found, name = {}, ""
    for element in file.element.body.iterchildren():
        if element.tag.endswith("}p"):
            paragraph = Paragraph(element, file)
            caption = re.match(r"((?:Table|Figure) \d+)\.", paragraph.text)
            if caption and paragraph.style is not None and paragraph.style.name == "Caption":
                name = caption[1]
        elif element.tag.endswith("}tbl"):
            rows = WordTable(element, file)._tbl.tr_lst
            found[name] = [[_words(cell) for cell in row.tc_lst] for row in rows]
    return found


def _words(element: Any) -> str:
    breaks = {f"{{{element.nsmap['w']}}}br": "\n"}
    return _plain(
        "".join(breaks.get(each.tag) or each.text or "" for each in element.iter() if each.tag.endswith(("}t", "}br")))
    )


def word_text(content: bytes) -> str:
    """Every word of a .docx file, headers, footers, descriptions and vector drawings included."""
    parts = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".svg")):
                raw = archive.read(name).decode("utf-8")
                parts += [re.sub(r"<(?!!--)[^>]*>", " ", raw), *re.findall(r'descr="([^"]*)"', raw)]
    return " ".join(parts)


def html_drawings(text: str) -> list[str]:
    """The `svg` elements of an HTML file as they stand there."""
    return re.findall(r"<svg .*?</svg>", text, flags=re.DOTALL)


def word_drawings(content: bytes) -> dict[str, bytes]:
    """The vector drawings in a .docx file, by their names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(".svg")}


def parsed(xml: str | bytes) -> Any:
    """An XML text, read strictly; nothing outside it is fetched."""
    raw = xml.encode("utf-8") if isinstance(xml, str) else xml
    return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
