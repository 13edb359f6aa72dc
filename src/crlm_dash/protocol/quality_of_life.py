"""What a protocol declares about quality of life: the scale shown first, and which change matters to patients."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from crlm_dash.protocol.table import Filled, Table

Points = Annotated[float, Field(gt=0)]


class ImportantDifference(Table):
    """The change of one scale (PARAMCD) that matters to patients."""

    scale: Filled
    points: Points


class QualityOfLife(Table):
    """
    `scale` (PARAMCD) is shown first. A change by `points` or more is important on every scale of 0 to 100 that `scales`
    does not name; `source` says who found so. Without points no patient is called better or worse.
    `value_set`: CSV file beside the protocol's with the index of each health state of EQ-5D-5L (`protocol.value_set`);
    `value_set_source` says whose. None comes with the product.
    """

    scale: Filled = "QL"
    points: Points | None = None
    source: str = ""
    value_set: str = ""
    value_set_source: str = ""
    scales: tuple[ImportantDifference, ...] = ()

    def important(self, scale: str, *, percent: bool) -> float | None:
        """The important difference of a scale; None where none is declared. `percent`: the scale is of 0 to 100."""
        named = {each.scale: each.points for each in self.scales}
        return named.get(scale, self.points if percent else None)
