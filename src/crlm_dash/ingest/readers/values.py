"""One spelling for a value of a typed format, so that it reads the same as from text."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any


def cell_text(value: Any) -> str | None:
    """
    A cell as text: 63.0 is '63', a day '2014-01-02', a moment '2014-01-02T10:30:00', True 'TRUE'.

    An empty or missing cell is None.
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).strip() or None
