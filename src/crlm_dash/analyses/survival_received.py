"""Groups by local treatment received: only from a landmark on, or as it changes with time; never from time zero."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.endpoints import exclusions
from crlm_dash.analyses.framing import whole
from crlm_dash.analyses.result import Exclusion
from crlm_dash.analyses.survival_display import ORIGIN_WORDS, Display
from crlm_dash.analyses.words import plural
from crlm_dash.errors import RequestError

BY_RECEIVED = "received"
LANDMARK, TIME_VARYING = "landmark", "time-varying"
METHODS = (LANDMARK, TIME_VARYING)
GROUPS = {"not received": "No local treatment", "received": "Local treatment received"}
REFUSED = (
    "Curves by treatment received are not drawn from time zero: nobody is treated after death, so whoever lived long "
    "enough to be treated would look like a survivor because of it (immortal time). Two ways are sound: from a "
    "landmark on (method landmark), or as it changes with time (method time-varying)."
)


def check_method(method: str, landmark: int) -> None:
    """Raise `RequestError` for the plain version, an unknown method or a landmark that is no time."""
    if method.strip().lower() not in METHODS:
        raise RequestError(REFUSED)
    if landmark < 1:
        raise RequestError(f"A landmark is a number of months after time zero, at least 1; found {landmark}.")


def queries(method: str) -> tuple[str, str]:
    """The queries that count: denominators, and counts."""
    return "survival_received_denominators", "survival_landmark" if method == LANDMARK else "survival_received"


def excluded_by_landmark(denominators: pd.DataFrame, display: Display, landmark: int) -> list[Exclusion]:
    """Who is not at risk at the landmark, and why."""
    row = denominators.iloc[0]
    when = plural(landmark, "month")
    reasons = {
        "n_event_before": f"had the event within {when} of {_zero(display)} (before the landmark)",
        "n_left_before": f"follow-up ended within {when} of {_zero(display)} (before the landmark)",
        "n_entered_after": "came under observation after the landmark",
    }
    found = [Exclusion(reason, int(row[column])) for column, reason in reasons.items()]
    return [*exclusions(denominators, display.endpoint), *(each for each in found if each.n)]


def axis(display: Display, landmark: int) -> str:
    """Label of the time axis of a landmark display."""
    return f"{str(display.unit).capitalize()} since the landmark, {plural(landmark, 'month')} after {_zero(display)}"


def note(denominators: pd.DataFrame, display: Display, method: str, landmark: int) -> str:
    """What was done against immortal time, and on whom the display rests."""
    row = {name: whole(value) for name, value in denominators.iloc[0].items()}
    if method == LANDMARK:
        left_out = row["n_event_before"] + row["n_left_before"] + row["n_entered_after"]
        return (
            f"Landmark {plural(landmark, 'month')} after {_zero(display)}: grouped by hepatectomy, ablation or SBRT "
            f"received up to then; what came later does not count. The landmark leaves out "
            f"{plural(left_out, 'patient')}: {row['n_event_before']:,} had the event before it, "
            f"{row['n_left_before']:,} left before it, {row['n_entered_after']:,} came under observation after it."
        )
    return (
        "Treatment as it changes with time: a patient counts as not treated up to the first hepatectomy, ablation or "
        f"SBRT and as treated from that day on ({plural(row['n_received'], 'patient')} changed). The hazard ratio "
        "is that of a Cox model with a time-varying covariate; the curves (Simon–Makuch) do not follow one set of "
        "patients, so no median or survival rate is read off them."
    )


def _zero(display: Display) -> str:
    return ORIGIN_WORDS.get(display.endpoint.origin, "time zero")
