"""How groups that were not formed by chance are to be compared: declared before anyone looks at their outcomes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from crlm_dash.protocol.source import Covariate
from crlm_dash.protocol.table import Filled, Table

Share = Annotated[float, Field(ge=0, le=1)]


class Confounder(Covariate):
    """
    A covariate in which the groups are made alike, and on which scale: a number as it is (`linear`) or its logarithm
    (`log`), or one of `levels`, the first being the reference. Without a `source` the column of ADSL of this name.
    """

    scale: Literal["linear", "log", "levels"] = "levels"
    unit: str = ""


class Imputation(Table):
    """
    Multiple imputation by chained equations, from the group, every covariate of the comparison and the outcome.

    `imputations`: how many data sets; where none is written, as many as the per cent of patients with a gap, 20 at
    least (White, Royston & Wood 2011). `auxiliary`: columns of `[[covariates]]` that help to predict what is missing
    and are not made alike.
    """

    imputations: Annotated[int, Field(ge=2, le=200)] | None = None
    seed: Annotated[int, Field(ge=0)] = 1
    auxiliary: tuple[Filled, ...] = ()


class Comparison(Table):
    """
    The adjusted comparison of two groups from enrolment on.

    `weights`: of the main result. `region`: the propensities between which the groups overlap. `truncation`: the
    quantiles at which inverse probability weights are cut. `missing`: what is done with a patient in whom a covariate
    is not known (see `Imputation`); where more than `most_missing` of the patients are such, no outcome is compared.
    `draws`, `seed`: of the bootstrap.
    """

    estimand: Filled
    time_zero: Filled
    covariates: tuple[Confounder, ...]
    missing: Literal["complete cases", "multiple imputation"] = "complete cases"
    imputation: Imputation | None = None
    most_missing: Share = 0.2
    weights: Literal["overlap", "inverse probability"] = "overlap"
    region: tuple[Share, Share] = (0.1, 0.9)
    truncation: tuple[Share, Share] = (0.01, 0.99)
    draws: Annotated[int, Field(ge=100, le=10_000)] = 1000
    seed: Annotated[int, Field(ge=0)] = 1

    @property
    def imputing(self) -> Imputation:
        """How missing covariates are imputed: as written, or as is usual."""
        return self.imputation or Imputation()
