"""A report as one HTML file: nothing is fetched, it reads on a screen and prints on A4."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from crlm_dash.report.document import Document, Figure, Table, legible
from crlm_dash.report.drawing.sheet import with_own_names

ROOMY = 100  # letters: a table whose numbers need no second line


def html(document: Document) -> str:
    """The report as the text of one HTML file."""
    return legible(_pages().get_template("report.html.j2").render(document=document, Table=Table, Figure=Figure))


@lru_cache
def _pages() -> Environment:
    pages = Environment(
        loader=PackageLoader("crlm_dash.report", "templates"),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"css": css_text, "drawn": drawn, "look": look}
    pages.tests |= {
        "table": lambda shown: isinstance(shown, Table),
        "kept": lambda shown: isinstance(shown, Figure) or shown.is_short,
    }
    style = resources.files("crlm_dash.report").joinpath("templates", "report.css").read_text(encoding="utf-8")
    pages.globals |= {"style": Markup(style)}
    return pages


def css_text(text: str) -> Markup:
    """Text within a string of a style sheet: everything but letters, digits and blanks by its number."""
    return Markup("".join(each if each.isalnum() or each == " " else f"\\{ord(each):06x} " for each in text))


def drawn(figure: Figure) -> Markup:
    """A figure's own drawing, with names that no other figure of the document has."""
    return Markup(with_own_names(figure.svg, figure.name.lower().replace(" ", "-")))


def look(table: Table) -> str:
    """The classes of a table: short, roomy."""
    cells = table.frame.iloc[:, 1:].astype(str)
    letters = 24 + sum(2 + cells[name].str.len().max() for name in cells.columns)
    return " ".join(word for word, fits in (("short", table.is_short), ("roomy", letters <= ROOMY)) if fits)
