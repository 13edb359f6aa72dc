"""What every section is made from: the door, how far the report may look, and displays with what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.report.document import INDENT, Display, Figure, Kind, Section, Table
from crlm_dash.report.drawing import Picture
from crlm_dash.store.door import BY_ARM, Door


@dataclass(frozen=True)
class Scope:
    """A door, and whether outcomes are shown by arm: only in a closed report, of a trial with several arms."""

    door: Door
    kind: Kind

    @property
    def closed(self) -> bool:
        """Whether this is the committee's own report."""
        return self.kind is Kind.CLOSED

    @property
    def by(self) -> str | None:
        """What outcomes are grouped by."""
        return BY_ARM if self.closed and BY_ARM in self.door.groupings() else None


def section(heading: str, result: Result, *displays: Display | None, **more: Any) -> Section:
    """A section about one result: its sentence, its displays, and its notes; where it is empty, why."""
    groups = tuple(str(group) for group in result.facts.get("order", ()))
    missing = [f"Not used: {each.n:,} – {each.reason}." for each in result.excluded]
    shown = () if result.empty else tuple(each for each in displays if each is not None)
    said = {
        "sentence": result.empty or spread(result.sentence, groups),
        "displays": shown,
        "notes": (*missing, *result.notes),
    }
    return Section(heading, **said | more)


def spread(sentence: str, groups: tuple[str, ...]) -> str:
    """A sentence about several groups, each on a line of its own."""
    for group in groups:
        sentence = sentence.replace(f"; {group}: ", f".\n{group}: ").replace(f": {group}: ", f":\n{group}: ")
    return sentence


def about(result: Result) -> str:
    """Trial, cut, cut-off, population and how many are used of how many: what stands with every display."""
    parts = [
        result.trial,
        f"data cut {result.cut}",
        f"cut-off {result.cutoff.isoformat()}",
        result.population,
        f"{result.n_used:,} of {result.n_total:,} used",
    ]
    return " · ".join(parts)


def table(
    title: str, result: Result, frame: pd.DataFrame, *, outline: bool = False, wide: bool = False
) -> Table | None:
    """A table of a result; nothing where it has no rows. `outline`: its first two columns as headings and lines."""
    if frame.empty:
        return None
    if not outline:
        return Table(title, about(result), frame.astype(str).mask(frame.isna(), ""), wide=wide)
    lines, strong = outlined(frame)
    return Table(title, about(result), lines, strong, wide)


def figure(title: str, result: Result, picture: Picture, alt: str = "") -> Figure:
    """A drawing of a result."""
    return Figure(title, about(result), alt or result.sentence, picture.svg, picture.png, picture.width, picture.height)


_WHOLE = ("Any event", "Any")


def outlined(frame: pd.DataFrame) -> tuple[pd.DataFrame, frozenset[int]]:
    """
    A table whose first column repeats, as headings with indented lines below.

    The line "Any event" of a heading becomes the heading itself. The second value says which rows are headings.
    """
    outer, inner, *others = (str(name) for name in frame.columns)
    lines: list[list[str]] = []
    strong: set[int] = set()
    before = None
    for first, second, *cells in frame.astype(str).itertuples(index=False, name=None):
        if second in _WHOLE:
            strong.add(len(lines))
            lines.append([first, *cells])
        else:
            if first != before:
                strong.add(len(lines))
                lines.append([first, *("" for _ in cells)])
            lines.append([INDENT + second, *cells])
        before = first
    return pd.DataFrame(lines, columns=[f"{outer} / {inner.lower()}" if inner else outer, *others]), frozenset(strong)
