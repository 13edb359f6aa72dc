"""What the analyses that compare two data cuts have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from crlm_dash.analyses.changes_words import FIRST_CUT, NOTHING_EARLIER
from crlm_dash.analyses.framing import result_of, table
from crlm_dash.analyses.result import Result
from crlm_dash.store.comparing import Comparison
from crlm_dash.store.door import Door

CUTS = "cut cutoff label sealed_at fingerprint"


def cuts_table(both: Comparison) -> pd.DataFrame:
    """Both cuts, the earlier first."""
    pair = (both.since, both.cut)
    return table([(c.number, pd.Timestamp(c.cutoff), c.label, c.sealed_at, c.fingerprint) for c in pair], CUTS)


def compared_facts(both: Comparison) -> dict[str, Any]:
    """Number and cut-off of the earlier cut, for headers."""
    return {"since": both.since.number, "since_cutoff": both.since.cutoff}


def first_cut(
    door: Door,
    analysis: str,
    tables: Iterable[str],
    nothing: Callable[[str], pd.DataFrame],
    *,
    population: str,
    n_total: int,
) -> Result:
    """There is nothing to compare with: words, and tables without rows."""
    return result_of(
        door,
        analysis,
        {name: nothing(name) for name in tables},
        population=population,
        n_used=n_total,
        n_total=n_total,
        empty=FIRST_CUT if door.cut.number == 1 else NOTHING_EARLIER,
        facts={"since": None},
    )
