"""The one place where a table becomes comma-separated text, for a download and for the command line."""

from __future__ import annotations

from typing import Any

import pandas as pd

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")


def comma_separated(frame: pd.DataFrame) -> str:
    """
    A table as comma-separated text that a spreadsheet shows and never computes.

    A text that a spreadsheet would take for a formula ("=HYPERLINK(…)" in a comment of a site) gets an apostrophe
    before it (OWASP, CSV injection). Numbers stay numbers, also as text: "-1.5".
    """
    safe = frame.copy()
    safe.columns = pd.Index([_inert(name) for name in frame.columns])
    for place, kind in enumerate(frame.dtypes):
        if not pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_datetime64_any_dtype(kind):
            safe.isetitem(place, [_inert(cell) for cell in frame.iloc[:, place]])
    return safe.to_csv(index=False)


def _inert(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    text = "\n".join(cell.splitlines()) if "\r" in cell else cell  # a lone \r is not quoted, and would end the row
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
