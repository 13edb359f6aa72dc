"""Risk factors and subgroups as forest plots."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.forest import Column, Forest, Line, Ratio, Series
from crlm_dash.figures.style import ACCENT, MUTED

ALONE, TOGETHER = "univariable", "multivariable"
_RATIO_HEAD = "Hazard<br>ratio<br>(95 % CI)"
_FACTORS = Forest(
    columns=(Column("Patients", 0.352), Column("Events", 0.438), Column("Together<br>(95 % CI)", 0.755, right=False)),
    series=(
        Series("Each factor alone", MUTED, hollow=True, shift=-0.2),
        Series("All factors together", ACCENT, hollow=False, shift=0.16),
    ),
    panel=(0.46, 0.745),
)


def riskfactors(result: Result) -> go.Figure:
    """
    The hazard ratio of every level of every factor, alone and with all factors together.

    Parameters
    ----------
    result : of the risk factor analysis, with table `models`

    Returns
    -------
    One figure, a line a level with patients and events, the reference first; ratios on a logarithmic axis.
    """
    models = _rows(result.tables["models"])
    together = {(row["term"], row["level"]): row for row in models if row["model"] == TOGETHER}
    lines = []
    for label, rows in groupby((row for row in models if row["model"] == ALONE), key=lambda row: row["label"]):
        lines.append(Line(label, ("", "", ""), heading=True))
        for row in rows:
            beside = together.get((row["term"], row["level"]))
            cells = (f"{row['n']:,}", f"{row['n_event']:,}", _written(beside or row))
            lines.append(Line(row["level"], cells, (_ratio(row, "alone"), _ratio(beside, "all factors together"))))
    return _FACTORS.drawn(lines)


def subgroups(result: Result) -> go.Figure:
    """
    The hazard ratio of the arms in everyone and within every level of every factor.

    Parameters
    ----------
    result : of the risk factor analysis, with table `subgroups`

    Returns
    -------
    One figure, a line a level (and arm, where there are three or more), events of patients in each of the arms
    compared, and the test of interaction beside the factor's name. Empty where no arms may be compared.
    """
    rows = _rows(result.tables["subgroups"])
    comparisons = list(dict.fromkeys(row["comparison"] for row in rows))
    heads = comparisons[0].split(" vs ") if len(comparisons) == 1 else ["first named", "second named"]
    lines = []
    for label, members in groupby(rows, key=lambda row: row["label"]):
        each = list(members)
        p_value = "" if not each[0]["by"] or result.filters else _p(each[0]["interaction_p"])
        lines.append(Line(label, ("", "", "", p_value), heading=True))
        lines += [_subgroup(row, len(comparisons) > 1) for row in each]
    forest = Forest(
        columns=(
            Column(f"{_folded(heads[0])}<br>events / n", 0.335),
            Column(f"{_folded(heads[-1])}<br>events / n", 0.515),
            Column(_RATIO_HEAD, 0.765, right=False),
            Column("Inter-<br>action, p", 1.0),
        ),
        series=(Series("", ACCENT, hollow=False, shift=0.0),),
        panel=(0.54, 0.75),
    )
    return forest.drawn(lines)


def _subgroup(row: dict[str, Any], compared: bool) -> Line:
    words = f"{row['level']}: {row['comparison']}" if compared else row["level"]
    sizes = (f"{row['n_event']:,} / {row['n']:,}", f"{row['n_event_reference']:,} / {row['n_reference']:,}")
    return Line(words, (*sizes, _written(row), ""), (_ratio(row, row["comparison"]),))


def _ratio(row: dict[str, Any] | None, how: str) -> Ratio | None:
    """A ratio to draw; None for a reference, and where nothing is known."""
    if row is None or row["note"] or row.get("reference") or pd.isna(row["conf_low"]):
        return None
    words = f"<b>{row['label']}: {row['level']}</b><br>{how}: <b>{_written(row)}</b>"
    return Ratio(row["estimate"], row["conf_low"], row["conf_high"], words)


def _written(row: dict[str, Any]) -> str:
    """A ratio in words, or why there is none."""
    if row.get("reference") and not pd.isna(row["estimate"]):
        return "1 (reference)"
    if row["note"]:
        return str(row["note"])
    return f"{row['estimate']:.2f} ({row['conf_low']:.2f} to {row['conf_high']:.2f})"


def _p(value: float) -> str:
    if pd.isna(value):
        return "no test"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _folded(name: str) -> str:
    """A long name on two lines."""
    before, space, after = name.partition(" ")
    return f"{before}<br>{after}" if space and len(name) > 14 else name


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
