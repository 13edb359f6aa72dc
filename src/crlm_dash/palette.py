"""How groups and grades look, the same on every page and in every report: colours, line types, marks, names."""

from __future__ import annotations

from dataclasses import dataclass

from crlm_dash.terms import POOLED

INK, MUTED, RULE, FAINT = "#17232E", "#52606D", "#CBD3DA", "#EEF1F4"
ACCENT = "#0B4F7D"
ACCENT_LIGHT = "#B9D3E6"
ATTENTION = "#A34700"  # dark vermilion: missed, behind, beyond a limit

# Okabe–Ito, in the order arms are shown; line type is the second channel.
GROUP_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D00")
GROUP_DASHES = ("solid", "dash", "dashdot", "dot", "longdash", "longdashdot", "solid", "dash")
GROUP_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "hexagon")
POOLED_COLOUR = "#595959"

# One hue, light to dark; the digit is printed in the mark as well.
GRADE_COLOURS = {
    "1": "#E4DDF0",
    "2": "#C4B5DD",
    "3": "#9679BE",
    "4": "#66448F",
    "5": "#3A1D5C",
    "missing": "#FFFFFF",
}
GRADE_INK = {"1": INK, "2": INK, "3": "#FFFFFF", "4": "#FFFFFF", "5": "#FFFFFF", "missing": INK}

# What came first: amber for the liver, violet outside it, maroon for both, grey for death; none is an arm's colour.
CAUSE_COLOURS = {
    "liver": "#E3B23C",
    "extrahepatic": "#8F6BB3",
    "both": "#6E3B4E",
    "unknown": "#CFC8BA",
    "death": "#7D8893",
}
OTHER_CAUSE_COLOURS = ("#E3B23C", "#8F6BB3", "#6E3B4E", "#CFC8BA", "#B5838D")


@dataclass(frozen=True)
class GroupStyle:
    """How one group looks, the same on every page."""

    colour: str
    dash: str
    symbol: str


def group_styles(groups: list[str]) -> dict[str, GroupStyle]:
    """The look of each group, by its place in the order shown; all patients together are grey, alone or beside them."""
    n, single = len(GROUP_COLOURS), [group for group in groups if group != POOLED]
    styles = {
        group: GroupStyle(GROUP_COLOURS[i % n], GROUP_DASHES[i % n], GROUP_SYMBOLS[i % n])
        for i, group in enumerate(single)
    }
    pooled = GroupStyle(POOLED_COLOUR, "solid", "hourglass" if single else "circle")
    return styles | ({POOLED: pooled} if POOLED in groups else {})


def group_label(group: str) -> str:
    """The group's name on the screen."""
    return "All patients" if group == POOLED else group
