"""Where one value per subject is read, and the baseline columns made from such values."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from crlm_dash.protocol.table import Filled
from crlm_dash.protocol.table import Table as _Table

Take = Literal["last", "first", "min", "max", "count", "any", "single"]
Domain = Literal[
    "ADSL", "AE", "CM", "DM", "DS", "EX", "FA", "LB", "MH", "PR", "QS", "RS", "SS", "TR", "TU", "VS"
]  # fmt: skip
Column = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class Source(_Table):
    """
    Where one value per subject is read: of the records of `domain` whose test column is `test` ('' = all),
    those that pass `where` and `unless`, on or before enrolment and at most `window_days` before it
    (a record without a date passes), `take` of `column`. Meaning of each `take`: `docs/architecture.md`.
    """

    domain: Domain
    test: str = ""
    column: Column
    take: Take = "last"
    where: dict[Column, tuple[str, ...]] = Field(default_factory=dict)
    unless: dict[Column, tuple[str, ...]] = Field(default_factory=dict)
    window_days: int | None = Field(default=None, ge=0)
    unit: str = ""


class Covariate(_Table):
    """
    A baseline column of ADSL that `--by` and `--filter` may use. Without a `source` the ADSL column is used
    as it is; with `cutpoints` the number falls into `levels[k]`, k = how many cutpoints are <= it.
    """

    column: Column
    label: Filled
    source: Source | None = None
    cutpoints: tuple[float, ...] = ()
    levels: tuple[Filled, ...] = ()
