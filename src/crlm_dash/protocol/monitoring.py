"""What a protocol declares for its data and safety monitoring board: when the trial should be stopped."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from crlm_dash.protocol.table import Filled, Table

Probability = Annotated[float, Field(gt=0, lt=1)]
Measure = Literal["mortality_90", "clavien_3b"]

DEATH_DAYS = 90  # of mortality_90


class StoppingRule(Table):
    """
    A rate watched patient by patient: stop when P(rate > `acceptable` | data) exceeds `probability`, from `min_n`
    patients on. A priori the rate is Beta(`prior_a`, `prior_b`); `planned_n` patients are expected to count.

    `mortality_90`: death within 90 days of a local procedure; `clavien_3b`: a complication of Clavien–Dindo IIIb or
    worse within the longest of `safety.procedure_days`.
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
    label: Filled
    measure: Measure
    prior_a: Annotated[float, Field(gt=0)]
    prior_b: Annotated[float, Field(gt=0)]
    acceptable: Probability
    probability: Probability
    min_n: Annotated[int, Field(gt=0)]
    planned_n: Annotated[int, Field(gt=0)]


class Boundary(Table):
    """
    A group sequential comparison of two arms: `endpoint` (PARAMCD), the `events` of full information, the two-sided
    error `alpha`, and the planned `looks` as shares of the events, the last of them 1.
    """

    endpoint: Filled
    events: Annotated[int, Field(gt=0)]
    alpha: Probability
    looks: tuple[Annotated[float, Field(gt=0, le=1)], ...]
    spending: Literal["obrien_fleming"] = "obrien_fleming"


class Monitoring(Table):
    """The stopping rules of a trial; one without any declares none."""

    rules: tuple[StoppingRule, ...] = ()
    boundary: Boundary | None = None
