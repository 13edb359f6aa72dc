"""What is shown for all arms together only: events and causes whose words would tell which arm a code stands for."""

from __future__ import annotations

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.words import plural
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import POOLED, WITHHELD_TERMS

ANY = "Any"  # every class, or every term of a class


def is_unsplit(door: Door, by: str | None) -> bool:
    """Whether this display by arm must keep what tells the arm for all arms together."""
    return by == BY_ARM and door.withholds_terms


def tells(*texts: pd.Series) -> bool:
    """Whether anything in these texts is withheld."""
    return any(text.isin([WITHHELD_TERMS]).any() for text in texts)


def unsplit(rows: pd.DataFrame, text: str) -> pd.DataFrame:
    """
    Counts by `strata` and `text` with those of all arms together beside them, and of what is withheld only those.

    Returns
    -------
    The rows of other texts as they are, and every row once more as `POOLED`, summed.
    """
    counted = [column for column in rows.columns if column.startswith("n")]
    keys = [column for column in rows.columns if column not in (*counted, "strata")]
    pooled = rows.groupby(keys, as_index=False, dropna=False, sort=False)[counted].sum().assign(strata=POOLED)
    return pd.concat([rows[rows[text] != WITHHELD_TERMS], pooled[rows.columns]], ignore_index=True)


def not_by_arm(table: pd.DataFrame) -> pd.DataFrame:
    """
    A table of the safety analysis without what would split by arm what is withheld.

    Returns
    -------
    It, with counts of withheld terms missing for a single arm, and so the number of all its events: without the events
    of the other terms, what is left of it is what was withheld.
    """
    of_arm = table["strata"] != POOLED
    told = table.get("AEBODSYS", pd.Series("", table.index)) == WITHHELD_TERMS
    every = table.get("AEBODSYS", pd.Series(ANY, table.index)) == ANY
    left_out = dict.fromkeys(("n_subjects", "percent"), of_arm & told) | {"n_events": of_arm & (told | every)}
    return table.assign(**{name: _without(table[name], rows) for name, rows in left_out.items() if name in table})


def _without(values: pd.Series, rows: pd.Series) -> pd.Series:
    counts = values.astype("Int64") if pd.api.types.is_integer_dtype(values) else values
    return counts.mask(rows)


def withheld_notes(door: Door, by: str | None, terms: pd.DataFrame) -> list[str]:
    """What the withheld row stands for, why, and what may be done about it; nothing where no term is withheld."""
    found = terms[(terms["AEDECOD"] == WITHHELD_TERMS) & terms["n_subjects"].notna()]
    notes = []
    if door.withholds_terms and len(found):
        what = f"{plural(int(found['n_events'].sum()), 'event')} of {plural(int(found['n_subjects'].sum()), 'patient')}"
        notes.append(
            f"“{WITHHELD_TERMS}” stands for {what} whose terms would tell which treatment was given."
            + (" " + _ALL_ARMS if by == BY_ARM else "")
            + (" " + _OPEN_THE_KEY if door.can(Action.OPEN_KEY) else "")
        )
    return [*notes, *([_MAY_STILL_TELL] if is_unsplit(door, by) else [])]


NO_CODE = (
    "Coded arms stand beside numbers, never beside a patient: what happened to patients would tell what a code means."
)
_ALL_ARMS = (
    "They are shown for all arms together only; numbers of all events by arm, which would give them, are left out."
)
_OPEN_THE_KEY = "To see their terms and arms, open the key (at the top of the page; logged, with your reason)."
_MAY_STILL_TELL = (
    "Codes hide the arms' names and such terms only: how often other events happen (pleural effusion, neutropenia) may "
    "still tell which arm is which."
)
