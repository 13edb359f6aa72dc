"""Whether what was done after a decision is what was recommended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from crlm_dash.terms import Modality, Recommendation

WITHIN = 90  # days after a decision, assumed
AGREED, DIFFERS, NOTHING_YET = FOLLOWED = ("agreed", "differs", "nothing yet")
_LOCAL = {
    Recommendation.RESECT: {Modality.HEPATECTOMY},
    Recommendation.ABLATE: {Modality.ABLATION},
    Recommendation.SBRT: {Modality.SBRT},
    Recommendation.TACE_HAIC: {Modality.TACE, Modality.HAIC},
}
_SYSTEMIC = "SYSTEMIC"

Followed = tuple[str | None, str | None, dt.date | None]


def followed(recommendation: str, decided: dt.date, treatments: pd.DataFrame, cutoff: dt.date, within: int) -> Followed:
    """
    Whether the first treatment after a decision is the one that was recommended.

    Parameters
    ----------
    recommendation : one of `terms.Recommendation`
    decided : its day; what was done on that day does not count
    treatments : rows `kind` (SYSTEMIC, LOCAL), `treatment`, `modality`, `line`, `start`
    cutoff : of the data
    within : days after the decision that count

    Returns
    -------
    'agreed', 'differs', 'nothing yet' or None (diagnostics and other: nothing to compare), the first treatment or
    treatments of one day, their day. To observe is agreed when the days are over and nothing new was begun; cycles of a
    line that went on are told beside it.
    """
    if recommendation in (Recommendation.DIAGNOSTICS, Recommendation.OTHER):
        return None, None, None
    day = pd.to_datetime(treatments["start"]).dt.date
    last = decided + dt.timedelta(days=within)
    counts = (day > decided) & (day <= last)
    before = treatments[(day <= decided) & (treatments["kind"] == _SYSTEMIC)]
    goes_on = counts & (treatments["kind"] == _SYSTEMIC) & _course(treatments).isin(_course(before))
    if recommendation != Recommendation.SYSTEMIC:  # a further cycle of a line begun before is an answer to that alone
        counts &= ~goes_on
    if not counts.any():
        return _observed(treatments[goes_on], day[goes_on], cutoff >= last, recommendation)
    first = treatments[counts & (day == day[counts].min())]
    agrees = recommendation != Recommendation.OBSERVE and bool(_wanted(recommendation, first).any())
    return (AGREED if agrees else DIFFERS), _named(first), day[counts].min()


def _observed(cycles: pd.DataFrame, days: pd.Series, is_over: bool, recommendation: str) -> Followed:
    """Nothing new was begun: what was recommended if that was to observe, though a line may have gone on."""
    if recommendation != Recommendation.OBSERVE:
        return NOTHING_YET, None, None
    went_on = (None, None) if cycles.empty else (f"{_named(cycles)} went on", days.min())
    return (AGREED if is_over else NOTHING_YET), *went_on


def _named(treatments: pd.DataFrame) -> str:
    pairs = zip(treatments["kind"], treatments["treatment"], strict=True)
    return " + ".join(dict.fromkeys(_name(*each) for each in pairs))


def _name(kind: str, treatment: Any) -> str:
    if not isinstance(treatment, str):
        return "treatment not named"
    written_so = kind == _SYSTEMIC or treatment.upper() in (Modality.SBRT, Modality.TACE, Modality.HAIC)
    return treatment if written_so else treatment.capitalize()


def _wanted(recommendation: Any, treatments: pd.DataFrame) -> pd.Series:
    if recommendation == Recommendation.SYSTEMIC:
        return treatments["kind"] == _SYSTEMIC
    return treatments["modality"].isin(_LOCAL[Recommendation(recommendation)])


def _course(treatments: pd.DataFrame) -> pd.Series:
    """What further cycles belong to: the line of therapy, or the substances where no line is recorded."""
    return treatments["line"].astype("string").fillna(treatments["treatment"].astype("string"))
