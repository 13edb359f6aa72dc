"""How alike two groups are (love plot, propensities), and what became of them (weighted curves, forest)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.forest import Column, Forest, Line, Ratio, Series
from crlm_dash.figures.style import (
    ACCENT,
    ATTENTION,
    AXIS,
    FAINT,
    INK,
    MUTED,
    RULE,
    SMALL_SIZE,
    faded,
    frame_layout,
    group_styles,
)

CRUDE = "crude"
WEIGHTED = {"overlap": "Overlap weights", "inverse probability": "Inverse probability weights"}
METHODS = {"crude": "Crude"} | WEIGHTED | {"outcome model": "Outcome model", "complete cases": "Complete cases"}
IMPUTED = {
    "overlap": "Overlap weights, imputed",
    "inverse probability": "Inverse probability, imputed",
    "outcome model": "Outcome model, imputed",
}
ALIKE = 0.1
_LINE, _NARROWEST = 34, 0.5


def balance(result: Result) -> go.Figure:
    """
    Love plot: the standardised difference of every covariate before and after weighting, the largest on top.

    Parameters
    ----------
    result : of the comparison analysis, with table `balance`

    Returns
    -------
    One figure; between the dotted lines (0.1) the groups are called alike. Empty where there is no balance.
    """
    table = result.tables["balance"].dropna(subset=["difference"])
    if table.empty:
        return go.Figure()
    names = table["label"].where(table["level"].isin(["", "Y"]), table["label"] + ": " + table["level"])
    table = table.assign(name=names, size=table["difference"].abs())
    order = table[table["method"] == CRUDE].sort_values("size", kind="stable")["name"].tolist()
    weights = result.facts["weights"]
    looks = {
        CRUDE: ("Before weighting", "circle-open", MUTED),
        weights: (f"After: {WEIGHTED[weights].lower()}", "circle", ACCENT),
    }
    traces = []
    for method, (words, symbol, colour) in looks.items():
        rows = table[table["method"] == method]
        traces.append(
            {"type": "scatter", "mode": "markers", "x": rows["size"].tolist(), "y": rows["name"].tolist(),
             "name": words + "   ", "marker": {"symbol": symbol, "size": 14, "color": colour, "line": {"width": 3}},
             "hovertemplate": "<b>%{y}</b><br>%{x:.2f}<extra>" + words + "</extra>"}
        )  # fmt: skip
    end = max(_NARROWEST, 1.08 * float(table["size"].max()))
    layout = frame_layout(height=_LINE * len(order) + 150, margin={"l": 12, "r": 24, "t": 48, "b": 60})
    layout |= {
        "xaxis": AXIS | {"range": [-0.02, end], "title": _title("Standardised difference"),
                         "gridcolor": FAINT, "dtick": 0.2, "tickfont": {"size": SMALL_SIZE}},
        "yaxis": AXIS | {"categoryorder": "array", "categoryarray": order, "showgrid": False, "ticks": "",
                         "range": [-0.7, len(order) - 0.3]},
        "shapes": [
            {"type": "line", "x0": ALIKE, "x1": ALIKE, "y0": 0, "y1": 1, "yref": "paper", "layer": "below",
             "line": {"color": ATTENTION, "width": 2, "dash": "dot"}},
            {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "layer": "below",
             "line": {"color": RULE, "width": 2}},
        ],
        "annotations": [
            {"x": ALIKE, "y": 0, "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False,
             "xshift": 6, "text": "0.1", "font": {"size": SMALL_SIZE, "color": ATTENTION}}
        ],
    }  # fmt: skip
    return go.Figure({"data": traces, "layout": layout})


def propensity(result: Result) -> go.Figure:
    """
    How many patients of each group have which propensity, one group above and one below the line.

    Parameters
    ----------
    result : of the comparison analysis, with table `propensity`

    Returns
    -------
    One figure; the region of overlap has a grey ground. Empty where no propensity was estimated.
    """
    table = result.tables["propensity"]
    if table.empty:
        return go.Figure()
    reference, other = result.facts["groups"]
    styles = group_styles(result.facts["order"])
    low, high = result.facts["region"]
    traces = []
    for group, sign in ((other, 1), (reference, -1)):
        rows = table[table["strata"] == group]
        middle = (rows["low"] + rows["high"]) / 2
        hover = [
            f"<b>{group}</b><br>propensity {row.low:.2f} to {row.high:.2f}: {_patients(row.n)} patients"
            for row in rows.itertuples()
        ]
        traces.append(
            {"type": "bar", "x": middle.tolist(), "y": (sign * rows["n"]).tolist(), "width": 0.045,
             "name": f"<b>{group}</b>   ", "marker": {"color": styles[group].colour}, "customdata": hover,
             "hovertemplate": "%{customdata}<extra></extra>"}
        )  # fmt: skip
    most = int(table["n"].max())
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**9) if most / each <= 4)
    ticks = list(range(-(most // step) * step, most + 1, step))
    layout = frame_layout(height=380, barmode="relative", bargap=0, margin={"l": 24, "r": 24, "t": 48, "b": 60})
    layout |= {
        "xaxis": AXIS | {"range": [0, 1], "dtick": 0.2, "showgrid": False,
                         "title": _title(f"Propensity: probability of choosing {other}")},
        "yaxis": AXIS | {"range": [-1.25 * most, 1.25 * most], "tickvals": ticks,
                         "ticktext": [str(abs(tick)) for tick in ticks], "gridcolor": FAINT, "zeroline": True,
                         "title": _title("Patients (mean)" if result.facts.get("imputations") else "Patients"),
                         "zerolinecolor": INK},
        "shapes": [{"type": "rect", "x0": low, "x1": high, "y0": 0, "y1": 1, "yref": "paper", "layer": "below",
                    "fillcolor": faded(MUTED, 0.12), "line": {"width": 0}}],
        "annotations": [{"x": (low + high) / 2, "y": 1, "yref": "paper", "yanchor": "top", "showarrow": False,
                         "text": f"region of overlap, {low:g} to {high:g}",
                         "font": {"size": SMALL_SIZE, "color": MUTED}}],
    }  # fmt: skip
    return go.Figure({"data": traces, "layout": layout})


_NUMBERS = (Column("Hazard ratio<br>(95 % CI)", 0.33, right=False),)
_BY_FORMULAS = Forest(
    columns=_NUMBERS, series=(Series("By formulas", MUTED, hollow=True, shift=0.0),), panel=(0.52, 0.98)
)
_WITH_DRAWS = Forest(
    columns=_NUMBERS,
    series=(
        Series("By formulas", MUTED, hollow=True, shift=0.2),
        Series("Patients drawn anew", ACCENT, hollow=False, shift=-0.16),
    ),
    panel=(0.52, 0.98),
)


def hazard_ratios(result: Result) -> go.Figure:
    """
    Crude and adjusted hazard ratios in one forest.

    Parameters
    ----------
    result : of the comparison analysis, with table `hazard_ratio`

    Returns
    -------
    One figure, a line a method. Empty where there is no ratio.
    """
    rows = result.tables["hazard_ratio"].to_dict("records")
    drawn = not all(pd.isna(row["boot_low"]) for row in rows)
    kinds = ("conf", "boot") if drawn else ("conf",)
    lines = [_line(row, kinds, bool(result.facts.get("imputations"))) for row in rows]
    if not any(each for line in lines for each in line.ratios):
        return go.Figure()
    return (_WITH_DRAWS if drawn else _BY_FORMULAS).drawn(
        [Line(str(rows[0]["comparison"]), ("",), heading=True), *lines]
    )


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "standoff": 10, "font": {"size": SMALL_SIZE + 1}}


def _patients(n: float) -> str:
    """A number of patients, of imputed data sets their mean."""
    return f"{n:.0f}" if n == round(n) else f"{n:.1f}"


def _line(row: dict[Any, Any], kinds: tuple[str, ...], imputed: bool) -> Line:
    name = (METHODS | IMPUTED if imputed else METHODS)[row["method"]]
    ratios = tuple(_ratio(row, kind, name) for kind in kinds)
    best = next((kind for kind in ("boot", "conf") if not pd.isna(row[f"{kind}_low"])), "")
    if row["note"] or not best:
        return Line(name, (row["note"],), ratios)
    low, high = row[f"{best}_low"], row[f"{best}_high"]
    return Line(name, (f"{row['estimate']:.2f} ({low:.2f} to {high:.2f})",), ratios)


def _ratio(row: dict[Any, Any], kind: str, name: str) -> Ratio | None:
    low, high = row[f"{kind}_low"], row[f"{kind}_high"]
    if row["note"] or pd.isna(low) or pd.isna(high):
        return None
    words = f"<b>{name}</b><br>{row['comparison']}: <b>{row['estimate']:.2f}</b> ({low:.2f} to {high:.2f})"
    return Ratio(row["estimate"], low, high, words)
