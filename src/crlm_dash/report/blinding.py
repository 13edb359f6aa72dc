"""The last look before a report is written: one that may not name the arms holds no name of an arm.

The analyses keep arms from who may not see them; what is left are words that people wrote into a protocol file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from crlm_dash.protocol import Arm
from crlm_dash.report.document import Figure, Section, Table

WITHHELD = "(withheld: names an arm)"


def names_of(arms: Iterable[Arm]) -> re.Pattern[str] | None:
    """What would name an arm: names and labels in any case, codes of letters as they are written."""
    words = {word for arm in arms for word in (arm.name, arm.label)}
    codes = {arm.code for arm in arms if len(arm.code) > 1 and arm.code.isalpha()}
    found = [f"(?i:{re.escape(word)})" for word in words] + [re.escape(code) for code in codes]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(found, key=len, reverse=True))})(?!\w)") if found else None


def without_arm_names(section: Section, names: re.Pattern[str] | None) -> Section:
    """A section whose notes, sentence and cells name no arm; a figure that names one is left out."""
    if names is None:
        return section
    displays = [
        _unnamed(each, names) if isinstance(each, Table) else each
        for each in section.displays
        if not (isinstance(each, Figure) and names.search(f"{each.title} {each.alt} {each.svg}"))
    ]
    return replace(
        section,
        sentence=_kept(section.sentence, names),
        notes=tuple(note for note in section.notes if not names.search(note)),
        displays=tuple(displays),
    )


def _unnamed(table: Table, names: re.Pattern[str]) -> Table:
    frame = table.frame.map(lambda cell: _kept(cell, names) if isinstance(cell, str) else cell)
    return replace(table, title=_kept(table.title, names), frame=frame)


def _kept(text: str, names: re.Pattern[str]) -> str:
    return WITHHELD if names.search(text) else text
