"""Counting reasons: any, first and sole, alone and together, out of sets of criteria not met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from crlm_dash.analyses.framing import table, whole

MOST_TOGETHER = 12  # sets of reasons in the picture
MOST_MONTHS = 24  # beyond this, months are put together into quarters


def reasons_by_criterion(patterns: pd.DataFrame, criteria: Sequence[str]) -> pd.DataFrame:
    """
    How many subjects did not meet each criterion, for how many it was the first, or the only reason.

    Parameters
    ----------
    patterns : `reasons` (criteria not met, in the protocol's order, separated by spaces), `n`, `n_complete`
    criteria : every criterion, in the protocol's order

    Returns
    -------
    One row per criterion: `criterion`, `n_not_met`, `n_first`, `n_sole` (the only one not met and none unknown:
    what relaxing it would gain for certain), `n_sole_open` (the only one not met, others unknown).
    """
    any_, first, sole, open_ = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for reasons, n, n_complete in patterns[["reasons", "n", "n_complete"]].itertuples(index=False):
        found = reasons.split()
        for criterion in found:
            any_[criterion] += n
        if found:
            first[found[0]] += n
        if len(found) == 1:
            sole[found[0]] += n_complete
            open_[found[0]] += n - n_complete
    rows = [(each, any_[each], first[each], sole[each], open_[each]) for each in criteria]
    return table(rows, "criterion n_not_met n_first n_sole n_sole_open")


def reasons_together(patterns: pd.DataFrame) -> pd.DataFrame:
    """The most frequent sets of criteria not met: `reasons`, `size`, `n`; the most frequent first."""
    found = patterns[patterns["reasons"] != ""].groupby("reasons", as_index=False)["n"].sum()
    sized = found.assign(size=found["reasons"].str.count(" ") + 1)
    ordered = sized.sort_values(["n", "size", "reasons"], ascending=[False, True, True], kind="stable")
    return pd.DataFrame(ordered[["reasons", "size", "n"]]).head(MOST_TOGETHER).reset_index(drop=True)


def by_place(places: pd.DataFrame, kind: str) -> pd.DataFrame:
    """
    Criteria not met at each site ('site') or in each month or quarter of screening ('month').

    Returns
    -------
    One row per place and criterion: `place`, `criterion`, `n`, `n_screened` there. Many months become quarters.
    """
    mine = places[(places["kind"] == kind) & places["place"].notna()]
    if kind == "month" and mine["place"].nunique() > MOST_MONTHS:
        mine = mine.assign(place=mine["place"].map(_quarter))
    screened = mine[mine["criterion"].isna()].groupby("place")["n"].sum()
    found = mine[mine["criterion"].notna()].groupby(["place", "criterion"], as_index=False)["n"].sum()
    full = found.assign(n_screened=found["place"].map(screened))
    return pd.DataFrame(full[["place", "criterion", "n", "n_screened"]])


def _quarter(month: str) -> str:
    year, number = month.split("-")
    return f"{year} Q{(int(number) + 2) // 3}"


def verdicts_and_outcomes(patterns: pd.DataFrame, verdicts: Mapping[str, str], outcomes: Sequence[str]) -> pd.DataFrame:
    """What the data say against what became of the subject: `verdict`, `outcome`, `n`; zeros stay."""
    counted = patterns.assign(verdict=patterns["verdict"].fillna("")).groupby(["verdict", "outcome"])["n"].sum()
    there = set(counted.index.get_level_values(0))
    present = [code for code in verdicts if (bool(code) and there != {""}) or code in there]
    rows = [(verdicts[v], outcome, whole(counted.get((v, outcome), 0))) for v in present for outcome in outcomes]
    return table(rows, "verdict outcome n")
