"""What every table of a protocol file is: frozen, strict, without unknown keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]


class Table(BaseModel):
    """One table of a protocol file."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)
