"""A report as a plain structure: what it says, before anything is written as HTML or for Word."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd


class Kind(StrEnum):
    """Which of the two reports of a monitoring committee."""

    OPEN = "open"  # for investigators too: all arms together, no efficacy
    CLOSED = "closed"  # for the committee and its statistician: outcomes by arm


SHORT = 26  # rows of a table that is kept on one page
INDENT = "\u2003"  # before a line below its heading
_NUMBER = re.compile(r"^[<>≥≤+\-−–]?\s?\d|^(–|not .*|N/A.*|)$")
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MARKING = {Kind.OPEN: "OPEN REPORT", Kind.CLOSED: "CLOSED REPORT – CONFIDENTIAL"}


@dataclass(frozen=True, eq=False)
class Table:
    """A table of written cells. `strong` rows are headings of those below; `about` says what the numbers rest on."""

    title: str
    about: str
    frame: pd.DataFrame
    strong: frozenset[int] = frozenset()
    wide: bool = False  # more than an upright page can hold
    name: str = ""  # "Table 3", given when the document is put together

    @property
    def is_short(self) -> bool:
        """Whether it is kept on one page, and with the heading before it."""
        return len(self.frame) <= SHORT

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold numbers, counts and limits: they stand at the right."""
        others = self.frame.iloc[:, 1:].astype(str)
        return [False, *(all(_NUMBER.match(cell.strip()) for cell in others[name]) for name in others.columns)]


@dataclass(frozen=True, eq=False)
class Figure:
    """A vector drawing (SVG), the same as points for programs that cannot show it, and its words for who cannot see."""

    title: str
    about: str
    alt: str
    svg: str
    png: bytes
    width: float  # millimetres
    height: float
    name: str = ""


Display = Table | Figure


@dataclass(frozen=True, eq=False)
class Section:
    """One question of the committee: the answer in a sentence, its displays, and what to bear in mind."""

    heading: str
    sentence: str = ""
    displays: tuple[Display, ...] = ()
    notes: tuple[str, ...] = ()
    level: int = 1
    vital: bool = False  # its sentence stands on the summary page
    paged: bool = False  # begins a page
    number: str = ""  # "4.2", given when the document is put together

    @property
    def is_wide(self) -> bool:
        """Whether it needs pages turned on their side."""
        return any(isinstance(each, Table) and each.wide for each in self.displays)

    @property
    def title(self) -> str:
        """Number and heading."""
        return f"{self.number} {self.heading}".strip()

    @property
    def anchor(self) -> str:
        """Where a link leads."""
        return f"section-{self.number.replace('.', '-')}"


@dataclass(frozen=True, eq=False)
class Document:
    """One report about one data cut, as one viewer may see it."""

    kind: Kind
    trial: str
    title: str
    cut: int
    cutoff: dt.date
    fingerprint: str
    made_at: dt.datetime
    data: str  # SIMULATED DATA, PUBLIC EXAMPLE, or nothing
    purpose: str
    confidentiality: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]

    @property
    def marking(self) -> str:
        """What stands on every page."""
        return MARKING[self.kind]

    @property
    def running(self) -> str:
        """Trial, cut and cut-off, for the head of every page."""
        return f"{self.trial} · data cut {self.cut} · cut-off {self.cutoff.isoformat()}"

    @property
    def file_name(self) -> str:
        """Trial, cut and kind, and nothing else: what a folder shows to whoever looks."""
        safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in self.trial)
        return f"{safe}_cut{self.cut}_{self.kind}-report"

    def displays(self, kind: type[Display]) -> Iterator[Display]:
        """Every table, or every figure, in order."""
        return (each for section in self.sections for each in section.displays if isinstance(each, kind))


def legible(text: object) -> str:
    """Text without the characters that neither XML nor a browser can hold."""
    return _UNWRITABLE.sub("", str(text))


def numbered(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Sections, tables and figures with their numbers, counted through the whole document."""
    main = sub = 0
    counts = {"Table": 0, "Figure": 0}
    found = []
    for section in sections:
        main, sub = (main + 1, 0) if section.level == 1 else (main, sub + 1)
        displays = []
        for each in section.displays:
            word = type(each).__name__
            counts[word] += 1
            displays.append(replace(each, name=f"{word} {counts[word]}"))
        number = f"{main}" if section.level == 1 else f"{main}.{sub}"
        found.append(replace(section, number=number, displays=tuple(displays)))
    return tuple(found)
