"""How criteria are named beside bars and in hovers."""

from __future__ import annotations

import re
import textwrap
from html import escape
from typing import Any

import pandas as pd

_LONGEST = 44


def plain(text: Any) -> str:
    """The published wording without the backslashes it is printed with."""
    return re.sub(r"\\([<>*^])", r"\1", text) if isinstance(text, str) else ""


def names(criteria: pd.DataFrame) -> dict[str, str]:
    """Criterion → its identifier and label (else the beginning of the wording), to stand beside a bar."""
    said = zip(criteria["criterion"], criteria["label"], criteria["text"], strict=True)
    return {
        each: f"<b>{escape(each)}</b>  {escape(label or textwrap.shorten(plain(text), _LONGEST, placeholder=' …'))}"
        for each, label, text in said
    }


def wordings(criteria: pd.DataFrame) -> dict[str, str]:
    """Criterion → its wording, wrapped for a hover."""
    texts = zip(criteria["criterion"], criteria["text"], strict=True)
    return {each: "<br>".join(escape(line) for line in textwrap.wrap(plain(text), 70)) for each, text in texts}
