"""Risk differences between groups with Miettinen–Nurminen limits: of kinds of events, of terms, of deaths."""

from __future__ import annotations

import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.framing import MIN_GROUP, table
from crlm_dash.terms import MISSING_GROUP, POOLED

SMALL, UNKNOWN = f"n < {MIN_GROUP}", "not known"
_NUMBERS = "n_subjects n n_subjects_ref n_ref estimate conf_low conf_high note"


def columns_of(*keys: str) -> str:
    """The columns of a table of risk differences."""
    return " ".join([*keys, "comparison", _NUMBERS])


def reference_of(order: list[str], control: str | None) -> str | None:
    """The group others are compared with: the control arm where it is known, else the first shown; None of one."""
    compared = [name for name in order if name not in (MISSING_GROUP, POOLED)]
    if len(compared) < 2:
        return None
    return control if control in compared else compared[0]


def risk_differences(counts: pd.DataFrame, order: list[str], reference: str | None, keys: list[str]) -> pd.DataFrame:
    """
    Differences of the share of subjects, each group against the reference.

    Parameters
    ----------
    counts : `keys`, `strata`, `n_subjects` (missing where it is not known), `n`; one row a group and key
    order : the groups in the order shown
    reference : the group subtracted; None where nothing is compared

    Returns
    -------
    `keys`, comparison, n_subjects, n, n_subjects_ref, n_ref, estimate (a share, not percent), conf_low, conf_high, note
    (why there is no estimate), in the order of the keys in `counts`. Groups of fewer than ten are not compared.
    """
    others = [name for name in order if name not in (reference, MISSING_GROUP, POOLED)] if reference else []
    lines = counts[keys].drop_duplicates().assign(line=lambda rows: range(len(rows)))
    base = counts[counts["strata"] == reference][[*keys, "n_subjects", "n"]]
    parts = []
    for place, name in enumerate(others):
        mine = counts[counts["strata"] == name][[*keys, "n_subjects", "n"]]
        both = lines.merge(mine, on=keys).merge(base, on=keys, suffixes=("", "_ref"))
        parts.append(both.assign(comparison=f"{name} vs {reference}", place=place))
    if not parts:
        return table([], columns_of(*keys))
    paired = pd.concat(parts, ignore_index=True).sort_values(["line", "place"], ignore_index=True)
    return paired.join(_estimates(paired))[columns_of(*keys).split()]


def _estimates(paired: pd.DataFrame) -> pd.DataFrame:
    """The difference of each row with its limits, or why there is none."""
    known = paired["n_subjects"].notna() & paired["n_subjects_ref"].notna()
    large = paired[["n", "n_ref"]].min(axis=1) >= MIN_GROUP
    names = {"n_subjects": "n_event", "n_subjects_ref": "n_event_ref"}
    whole = paired[known & large][["n_subjects", "n", "n_subjects_ref", "n_ref"]].astype(float).rename(columns=names)
    note = pd.Series("", paired.index).mask(~large, SMALL).mask(~known, UNKNOWN)
    return stats.miettinen_nurminen(whole).reindex(paired.index).assign(note=note)
