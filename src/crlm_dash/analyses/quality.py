"""Quality: what was wrong with the source, what was delivered, and the cuts there are."""

from __future__ import annotations

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import WITHHELD, cutoff_note, result_of, table, withhold_arm_names
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import listed, plural
from crlm_dash.store.door import Door
from crlm_dash.store.rooms import REVEALS_ARM
from crlm_dash.store.seal import list_cuts
from crlm_dash.terms import Severity

MOST_FAULTS = 5000
# Domains whose records are the treatment given: a value quoted from them shows the arm.
_TREATMENT_DOMAINS = frozenset({"EX", "EC", "PR", "DA", "ADEX", "SUPPEX", "SUPPEC", "SUPPPR"})


def quality(door: Door, *, limit: int = MOST_FAULTS) -> Result:
    """
    Faults found while the cut was built, datasets delivered and the trial's cuts.

    Returns
    -------
    Tables `faults` (worst first, at most `limit` rows), `counts` (all of them, by severity, domain and rule),
    `delivered`, `cuts`.
    """
    counts = door.ask("quality_counts")
    faults = _without_arms(door, door.ask("quality_faults", row_limit=limit))
    n_faults = int(counts["n"].sum())
    cut_short = f"Only the first {limit:,} of {n_faults:,} faults are listed; the counts are of all."
    return result_of(
        door,
        "quality",
        {
            "faults": faults,
            "counts": counts,
            "delivered": door.ask("quality_delivered"),
            "cuts": _cuts(door),
        },
        population="Every row of the source",
        n_used=len(faults),
        n_total=n_faults,
        notes=[
            "Error: the row was set aside. Warning: the row is used, but someone should look.",
            cut_short if n_faults > len(faults) else "",
            cutoff_note(door),
            *(["Values that would show the arm are withheld."] if _is_coded(door) else []),
        ],
        sentence=_sentence(counts),
    )


def _is_coded(door: Door) -> bool:
    return not door.can(Action.SEE_ARM_NAMES)


def _without_arms(door: Door, faults: pd.DataFrame) -> pd.DataFrame:
    """Faults without values that show the arm, for a viewer who may not see arm names."""
    if not _is_coded(door) or faults.empty:
        return faults
    revealing = REVEALS_ARM | frozenset(door.protocol.access.masks)
    shows = faults["column"].isin(revealing) | faults["domain"].str.upper().isin(_TREATMENT_DOMAINS)
    hidden = faults.assign(value=faults["value"].mask(shows, WITHHELD), message=faults["message"].mask(shows, WITHHELD))
    return withhold_arm_names(door, hidden)


def _cuts(door: Door) -> pd.DataFrame:
    found = list_cuts(door.cut.path.parent.parent, door.cut.trial)
    rows = [(cut.number, cut.cutoff, cut.label, cut.sealed_at, cut.fingerprint) for cut in found]
    return table(rows, "number cutoff label sealed_at fingerprint")


def _sentence(counts: pd.DataFrame) -> str:
    total = counts.groupby("severity")["n"].sum()
    words = [plural(int(total[each]), str(each)) for each in Severity if each in total.index]
    return f"{listed(words)} found in the source." if words else "No fault was found in the source."
