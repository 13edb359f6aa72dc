"""The frame of each demonstration trial: dates, size, sites, and what its protocol file says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, lru_cache

from crlm_dash.errors import RequestError
from crlm_dash.protocol import Arm, Protocol, Visit, load_protocol

EARLIER_MONTHS = 6  # between the two states of a demonstration trial


@dataclass(frozen=True)
class Design:
    """What the simulator decides about a trial; arms, criteria and visits come from its protocol file."""

    trial: str
    title: str
    start: dt.date
    data_date: dt.date
    screened: int
    n_sites: int
    failure_share: float
    refusal_share: float

    @cached_property
    def protocol(self) -> Protocol:
        """The trial's protocol file."""
        return load_protocol(self.trial)

    @property
    def local(self) -> Arm:
        """The arm of radical local treatment: the first one."""
        return self.protocol.arms[0]

    @property
    def systemic(self) -> Arm:
        """The arm without it: the second one."""
        return self.protocol.arms[1]

    @property
    def visits(self) -> tuple[Visit, ...]:
        """Planned visits after enrolment, in order."""
        planned = (v for v in self.protocol.visits if v.day > 1)
        return tuple(sorted(planned, key=lambda v: v.day))

    @property
    def baseline(self) -> Visit:
        """The planned visit before or at enrolment."""
        planned = [v for v in self.protocol.visits if v.day <= 1]
        return planned[0] if planned else Visit(visitnum=0.0, visit="BASELINE", day=1)

    @property
    def horizon_days(self) -> int:
        """Planned follow-up after enrolment, in days."""
        return self.visits[-1].day

    @property
    def last_day(self) -> int:
        """The data date as a proleptic ordinal."""
        return self.data_date.toordinal()

    @property
    def earlier_date(self) -> dt.date:
        """The last day of the month half a year before the data date: an earlier data cut."""
        months = self.data_date.year * 12 + self.data_date.month - EARLIER_MONTHS
        return dt.date(months // 12, months % 12 + 1, 1) - dt.timedelta(days=1)


_DESIGNS = {
    "CRLM10": Design(
        trial="CRLM10",
        title=(
            "Simulated data: local treatment versus palliative chemotherapy in colorectal cancer "
            "with 10 or more liver metastases"
        ),
        start=dt.date(2021, 3, 1),
        data_date=dt.date(2026, 10, 31),
        screened=200,
        n_sites=10,
        failure_share=0.19,
        refusal_share=0.06,
    ),
    "CRLM-EHD": Design(
        trial="CRLM-EHD",
        title=(
            "Simulated data: radical local treatment of liver metastases in colorectal cancer with "
            "liver and controllable extrahepatic metastases"
        ),
        start=dt.date(2022, 9, 1),
        data_date=dt.date(2026, 10, 31),
        screened=164,
        n_sites=8,
        failure_share=0.21,
        refusal_share=0.055,
    ),
}


@lru_cache(maxsize=4)
def design(trial: str) -> Design:
    """The design of a demonstration trial; `RequestError` lists those there are."""
    try:
        return _DESIGNS[trial]
    except KeyError:
        raise RequestError(f"'{trial}' cannot be simulated. There are: {', '.join(_DESIGNS)}.") from None
