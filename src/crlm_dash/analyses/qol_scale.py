"""The scale of quality of life that is asked for: its direction, its ends, and which change of it is important."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import group_order
from crlm_dash.errors import NotFound
from crlm_dash.store.door import BY_ARM, Door

_NEVER = 1e9  # more points than any scale has
_NARROW = 3  # an index runs from −2 to 1 at most


@dataclass(frozen=True)
class Scale:
    """`points`: the important difference, None where none is declared; `worst` and `best`: the ends."""

    code: str
    label: str
    questionnaire: str
    better: str
    worst: float
    best: float
    points: float | None

    @property
    def sign(self) -> int:
        """1 where higher values are better, else -1."""
        return 1 if self.better == "higher" else -1

    @property
    def counted(self) -> float:
        """The important difference as a query takes it: out of reach where none is declared."""
        return _NEVER if self.points is None else self.points

    @property
    def digits(self) -> int:
        """Decimals with which its values are told: three of an index between about 0 and 1."""
        return 3 if abs(self.best - self.worst) <= _NARROW else 1

    def asked(self) -> dict[str, Any]:
        """What the queries of visits and deterioration need to know."""
        return {"scale": self.code, "sign": self.sign, "points": self.counted}

    def facts(self) -> dict[str, Any]:
        """What a figure and a table need to know."""
        return {
            "scale": self.code, "label": self.label, "questionnaire": self.questionnaire, "better": self.better,
            "points": self.points, "ends": (self.worst, self.best), "digits": self.digits,
        }  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Whom a page of quality of life is about and by which scale (None where the trial has none).

    `asked`: what every query is told; `order`: the groups, as shown; `sizes`: patients of each; `offered`: all scales.
    """

    asked: dict[str, Any]
    order: list[str]
    sizes: pd.Series
    offered: pd.DataFrame
    scale: Scale | None


def question(door: Door, *, by: str | None, where: str, population: str, scale: str) -> Question:
    """
    What is asked, once it may be.

    Parameters
    ----------
    by, where, population, scale : as in `qol`

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm; NotFound : no such scale
    """
    if by == BY_ARM:
        door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    asked: dict[str, Any] = {"by": by, "where": where, "population": population}
    sizes = door.ask("group_sizes", **asked).set_index("strata")["n"]
    offered = door.ask("qol_scales")
    return Question(asked, group_order(door, by, sizes.index), sizes, offered, scale_named(door, offered, scale))


def scale_choices(door: Door) -> dict[str, str]:
    """PARAMCD → name and questionnaire of the scales that this trial uses, the protocol's first one on top."""
    offered = door.ask("qol_scales")
    names = dict(zip(offered["PARAMCD"], offered["PARAM"] + " · " + offered["PARCAT1"], strict=True))
    first = door.protocol.quality_of_life.scale
    return ({first: names[first]} if first in names else {}) | names


def scale_named(door: Door, offered: pd.DataFrame, wanted: str) -> Scale | None:
    """
    The scale asked for; without a wish the protocol's, else the first there is.

    Parameters
    ----------
    offered : rows of the query `qol_scales`
    wanted : PARAMCD, or ''

    Returns
    -------
    The scale; None where the trial has none.

    Raises
    ------
    NotFound : there is no such scale
    """
    codes = offered["PARAMCD"].tolist()
    declared = door.protocol.quality_of_life
    code = wanted.strip().upper() or (declared.scale if declared.scale in codes else next(iter(codes), ""))
    if not code:
        return None
    if code not in codes:
        there = ", ".join(codes) or "none"
        raise NotFound(f"{door.cut.trial} has no quality-of-life scale '{wanted}'. There are: {there}.")
    row = offered[offered["PARAMCD"] == code].iloc[0]
    points = declared.important(code, percent=row["SCALING"] != "level")
    ends = (float(row["WORST"]), float(row["BEST"]))
    return Scale(code, row["PARAM"], row["PARCAT1"], row["BETTER"], *ends, points)
