"""Adverse events: how often by term, and at what worst grade."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from crlm_dash.analyses.result import Result
from crlm_dash.palette import GRADE_COLOURS, GRADE_INK, INK, RULE, group_label, group_styles
from crlm_dash.report.drawing.sheet import MARKS, SMALL, WIDTH, Sheet, on_paper, quiet, whole_numbers
from crlm_dash.terms import POOLED

SHOWN = 15  # terms in the picture; the tables have them all
_ANY = "Any"
_GRADES = ("1", "2", "3", "4", "5", "missing")
_LEFT, _RIGHT = 2.45, 0.25
_ROW = 0.205
_ABOVE, _BELOW = 0.32, 0.45
_LEAST_PRINTED = 0.03  # of the axis: a narrower bar has no room for its number


@on_paper
def terms(result: Result) -> Sheet:
    """Share of patients with each of the most frequent terms, one mark a group."""
    table = result.tables["terms"]
    names = frequent(table)
    groups = list(result.facts["order"])
    together = only_pooled(table)
    if together:
        groups.append(POOLED)
    styles = group_styles(groups)
    height = _ROW * max(len(names), 3)
    sheet = Sheet(_ABOVE + height + _BELOW)
    axes = sheet.axes(_LEFT, _ABOVE, WIDTH - _LEFT - _RIGHT, height)
    for group in groups:
        of_group = table[(table["strata"] == group) & _is_term(table)]
        if group == POOLED and len(groups) > 1:
            of_group = of_group[of_group["AEDECOD"].isin(together)]
        mine = of_group.groupby("AEDECOD")["percent"].max().reindex(names)
        axes.plot(
            mine.to_numpy(), range(len(names)), linestyle="", marker=MARKS[styles[group].symbol], markersize=5.5,
            color=styles[group].colour, clip_on=False,
        )  # fmt: skip
    quiet(axes)
    axes.grid(axis="y")
    axes.set_xlim(left=0)
    axes.set_yticks(range(len(names)), [_label(name) for name in names])
    axes.set_ylim(max(len(names), 3) - 0.5, -0.5)
    axes.set_xlabel("Patients with the event, %")
    marks = [
        Line2D([], [], linestyle="", marker=MARKS[styles[group].symbol], color=styles[group].colour) for group in groups
    ]
    sheet.legend(marks, [group_label(group) for group in groups], left=_LEFT, top=0.06, columns=4)
    return sheet


@on_paper
def grades(result: Result) -> Sheet:
    """Patients with each of the most frequent terms by worst grade, one panel a group, the number in the bar."""
    groups = list(result.facts["order"])
    table = result.tables["grades"].assign(grade=lambda frame: frame["grade"].astype(str))
    table = table[table["strata"].isin(groups)]
    together = only_pooled(result.tables["terms"])
    names = [name for name in frequent(result.tables["terms"]) if name not in together]
    height, above = _ROW * max(len(names), 3), _ABOVE + 0.2 * (len(groups) > 1)
    sheet = Sheet(above + height + _BELOW)
    gap = 0.15
    width = (WIDTH - _LEFT - _RIGHT - gap * (len(groups) - 1)) / max(len(groups), 1)
    counts = table[_is_term(table)].pivot_table(
        index=["strata", "AEDECOD"], columns="grade", values="n_subjects", aggfunc="sum"
    )
    most = float(counts.sum(axis=1).max()) if len(counts) else 1.0
    for number, group in enumerate(groups):
        axes = sheet.axes(_LEFT + number * (width + gap), above, width, height)
        mine = counts.loc[group].reindex(names).fillna(0) if group in counts.index else pd.DataFrame(index=names)
        left = pd.Series(0.0, index=names)
        for grade in (each for each in _GRADES if each in mine):
            n = mine[grade]
            edge = INK if grade == "missing" else RULE
            axes.barh(
                range(len(names)), n, left=left, height=0.72, color=GRADE_COLOURS[grade], edgecolor=edge, linewidth=0.5
            )
            for place, name in enumerate(names):
                if n[name] >= _LEAST_PRINTED * most * len(groups):
                    axes.text(
                        left[name] + n[name] / 2, place, f"{n[name]:.0f}", ha="center", va="center", fontsize=SMALL - 1,
                        color=GRADE_INK[grade],
                    )  # fmt: skip
            left = left + n
        quiet(axes)
        axes.set_xlim(0, 1.04 * most)
        axes.set_yticks(range(len(names)), [_label(name) for name in names] if number == 0 else [""] * len(names))
        axes.set_ylim(max(len(names), 3) - 0.5, -0.5)
        axes.set_xlabel("Patients")
        axes.xaxis.set_major_locator(whole_numbers(5))
        if len(groups) > 1:
            axes.set_title(group_label(group), fontsize=8, weight="bold", loc="left")
    words = ["No grade" if grade == "missing" else f"Grade {grade}" for grade in _GRADES]
    patches = [Patch(facecolor=GRADE_COLOURS[grade], edgecolor=INK, linewidth=0.4) for grade in _GRADES]
    sheet.legend(patches, words, left=0.1, top=0.06, columns=6)
    return sheet


def frequent(table: pd.DataFrame) -> list[str]:
    """The most frequent terms, by the group that has them most often."""
    found = table[_is_term(table) & (table["n_subjects"] > 0)]
    return list(found.groupby("AEDECOD")["percent"].max().sort_values(ascending=False, kind="stable").index[:SHOWN])


def only_pooled(table: pd.DataFrame) -> list[str]:
    """Terms that are counted for all arms together only, since by arm they would tell which is which."""
    return list(table.loc[_is_term(table) & table["n_subjects"].isna(), "AEDECOD"].unique())


def _is_term(table: pd.DataFrame) -> pd.Series:
    return ~table["AEDECOD"].str.startswith(_ANY)


def _label(term: str) -> str:
    return textwrap.shorten(term.capitalize() if term.isupper() else term, 42, placeholder=" …")
