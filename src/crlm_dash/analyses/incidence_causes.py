"""What the causes of an endpoint are called, and of which kind they are."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import records, table, withhold_arm_names
from crlm_dash.protocol import Endpoint
from crlm_dash.store.door import Door

# An event source of the protocol: its name as a cause, and its kind, which figures colour alike everywhere.
_SOURCES = {
    "progression_liver_only": ("Liver only", "liver"),
    "progression_extrahepatic_only": ("Extrahepatic only", "extrahepatic"),
    "progression_both": ("Liver and extrahepatic", "both"),
    "progression_site_unknown": ("Site not recorded", "unknown"),
    "progression_liver": ("Liver progression", "liver"),
    "progression_extrahepatic": ("Extrahepatic progression", "extrahepatic"),
    "progression": ("Progression", "other"),
    "new_systemic_line": ("New systemic therapy", "other"),
    "severe_adverse_event": ("Adverse event of grade 3 or higher", "other"),
    "death": ("Death", "death"),
}
_DEATH_WORDS = ("death", "dead", "died", "deceased")


def causes_of(door: Door, endpoint: Endpoint, asked: dict[str, Any], counts: pd.DataFrame) -> pd.DataFrame:
    """
    The causes of an endpoint in their order, those that never happened too.

    Parameters
    ----------
    asked : grouping, filter and population of the display
    counts : its counts, for how often each cause happened

    Returns
    -------
    `cause` (1, 2, …), `label`, `kind` ('liver', 'extrahepatic', 'both', 'unknown', 'death', 'other'), `n`.
    """
    n = counts.groupby("event")["n"].sum()
    delivered = {} if endpoint.events else _delivered(door, endpoint, asked)
    found = {1: _own(endpoint)} | {
        k: _declared(each.label, each.sources) for k, each in enumerate(endpoint.competing, 2)
    }
    for cause in sorted({*delivered, *(int(each) for each in n.index if each > 0)}):
        label = delivered.get(cause, "")
        if cause not in found or (cause == 1 and label):
            found[cause] = (label or f"Cause {cause}", _kind(label))
    rows = [(cause, *found[cause], int(n.get(cause, 0))) for cause in sorted(found)]
    return withhold_arm_names(door, table(rows, "cause label kind n"))


def _own(endpoint: Endpoint) -> tuple[str, str]:
    """The endpoint's own event: what its sources say, else its label."""
    words = [_SOURCES[source] for source in endpoint.events if source in _SOURCES]
    if not words:
        return endpoint.label, _kind(endpoint.label)
    label = " or ".join([words[0][0], *(each.lower() for each, _ in words[1:])])
    return label, words[0][1] if len(words) == 1 else "other"


def _declared(label: str, sources: tuple[str, ...]) -> tuple[str, str]:
    kinds = {_SOURCES[source][1] for source in sources if source in _SOURCES}
    return label, kinds.pop() if len(kinds) == 1 else _kind(label)


def _kind(label: str) -> str:
    return "death" if any(word in label.casefold() for word in _DEATH_WORDS) else "other"


def _delivered(door: Door, endpoint: Endpoint, asked: dict[str, Any]) -> dict[int, str]:
    """What a delivered ADTTE calls each cause (EVNTDESC)."""
    options = {name: value for name, value in asked.items() if name != "by"}
    rows = records(door.ask("incidence_causes", **options, endpoint=endpoint.paramcd))
    return {int(row["cause"]): str(row["label"]) for row in rows if not pd.isna(row["label"])}
