"""What may be laid over survival curves: the band of no difference, curves that ignore late entry, published rates."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import INK, MUTED, SMALL_SIZE, faded, group_label

NAIVE_COLOUR = "#8A949E"
_LAST = {"legendrank": 2000}  # after the groups
_LINES = {"type": "scatter", "mode": "lines"} | _LAST


def half_interval(result: Result) -> list[dict[str, Any]]:
    """Half the interval of the difference, around the middle between two curves."""
    band = _table(result, "band")
    if band.empty:
        return []
    shared = _LINES | {
        "x": band["time"].to_numpy(),
        "line": {"shape": "hv", "width": 0, "color": MUTED},
        "fillcolor": faded(MUTED, 0.28),
        "name": "Half the 95 % interval of the difference   ",
        "legendgroup": "band",
        "hoverinfo": "skip",
    }
    low, high = (band[column].to_numpy() for column in ("conf_low", "conf_high"))
    return [shared | {"y": low, "showlegend": False}, shared | {"y": high, "fill": "tonexty", "showlegend": True}]


def naive_curves(result: Result) -> list[dict[str, Any]]:
    """The curves that count time before entry as survival, dashed and grey, under a name that warns."""
    naive = _table(result, "naive")
    unit = result.facts.get("unit", "months")
    return [
        _LINES
        | {
            "x": curve["time"].to_numpy(),
            "y": curve["estimate"].to_numpy(),
            "line": {"shape": "hv", "width": 2.5, "dash": "dash", "color": NAIVE_COLOUR},
            "name": "Ignores late entry: overstates survival   ",
            "legendgroup": "naive",
            "showlegend": number == 0,
            "hovertemplate": (
                f"<b>Ignores late entry</b> ({group_label(str(group))})<br>%{{x:.1f}} {unit}: %{{y:.0%}}<extra></extra>"
            ),
        }
        for number, (group, curve) in enumerate(naive.groupby("strata", sort=False))
    ]


def published_rates(result: Result) -> list[dict[str, Any]]:
    """Published rates as diamonds; group, limits and time origin on hover."""
    rates = _table(result, "published").sort_values(["time", "estimate"])
    if rates.empty:
        return []
    return [
        _LAST
        | {
            "type": "scatter",
            "mode": "markers",
            "x": rates["time"].to_numpy(),
            "y": rates["estimate"].to_numpy(),
            "marker": {"symbol": "diamond", "size": 11, "color": INK, "line": {"width": 1.5, "color": "#FFFFFF"}},
            "customdata": [_hover(row) for row in rates.itertuples(index=False)],
            "hovertemplate": "%{customdata}<extra></extra>",
            "name": "Published, not from this trial   ",
            "showlegend": True,
        }
    ]


def published_names(result: Result) -> list[dict[str, Any]]:
    """Study and rate beside each diamond, legible over a curve; neighbours stand on either side."""
    rates = _table(result, "published").sort_values(["time", "estimate"])
    place = {"xref": "x", "yref": "y", "yanchor": "middle", "bgcolor": "rgba(255,255,255,0.75)", "borderpad": 1}
    font = {"size": SMALL_SIZE - 2, "color": INK}
    sides = [{"xanchor": "left", "xshift": 9}, {"xanchor": "right", "xshift": -9}]
    return [
        place
        | sides[nth % 2]
        | {"x": row.time, "y": row.estimate, "text": f"{row.study} {row.estimate:.0%}", "font": font}
        for nth, row in zip(rates.groupby("time").cumcount(), rates.itertuples(index=False), strict=True)
    ]


def _hover(row: Any) -> str:
    limits = "" if pd.isna(row.conf_low) else f" ({row.conf_low:.0%}–{row.conf_high:.0%})"
    return f"<b>{row.study}</b>, not from this trial<br>{row.group}<br>{row.estimate:.0%}{limits}; from: {row.origin}"


def _table(result: Result, name: str) -> pd.DataFrame:
    found = result.tables.get(name)
    return found if found is not None else pd.DataFrame(columns=["strata", "time", "estimate"])
