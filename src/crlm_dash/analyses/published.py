"""Published survival rates to set beside a trial's own curve, as far as endpoint and time origin fit."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd

from crlm_dash.analyses.survival_display import ORIGIN_WORDS, Display
from crlm_dash.analyses.survival_estimates import COLUMNS
from crlm_dash.analyses.survival_times import in_unit
from crlm_dash.analyses.words import plural

FILE = Path(__file__).resolve().parents[3] / "data" / "reference" / "published_survival.csv"
DISEASE = "LIVER METASTASES"
UNSTATED = "not stated"


def published(display: Display) -> pd.DataFrame:
    """
    The rates that may be laid over a display, times in its unit.

    Of the same disease and endpoint (death of any cause: OS), and counted from the display's time origin or from one
    that the source does not state; a rate counted from another day is left out.
    """
    found = _rates()
    if display.door.protocol.diagnosis.term.upper() != DISEASE:
        found = found[:0]
    shown = ORIGIN_WORDS.get(display.endpoint.origin, "")
    kept = found[(found["endpoint"] == _kind(display)) & found["origin"].isin([UNSTATED, shown])]
    return kept.assign(time=in_unit(kept["years"], display.unit))[COLUMNS["published"].split()]


def note(display: Display, shown: pd.DataFrame) -> str:
    """What the marks are and are not."""
    if shown.empty:
        return "No published rate fits this endpoint and time origin."
    unstated = int((shown["origin"] == UNSTATED).sum())
    return (
        f"Diamonds are published rates ({plural(len(shown), 'rate')}), not from this trial: other patients, mostly "
        f"looked back on and chosen for treatment. They are orientation, not a comparison. For {unstated} of them the "
        "source does not state from when time is counted."
    )


def _kind(display: Display) -> str:
    return "OS" if display.endpoint.events == ("death",) or display.endpoint.paramcd == "OS" else ""


@lru_cache(maxsize=1)
def _rates() -> pd.DataFrame:
    if not FILE.exists():  # installed without the project's folder
        return pd.DataFrame(columns=[*COLUMNS["published"].split(), "years"])
    return pd.read_csv(FILE)
