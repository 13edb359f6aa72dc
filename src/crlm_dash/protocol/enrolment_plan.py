"""How many patients a trial wants, by when, from which sites, and when it means to look at its data."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from crlm_dash.protocol.table import Filled, Table

Count = Annotated[int, Field(gt=0)]


class Opening(Table):
    """So many sites are planned to be open by a day."""

    by: dt.date
    sites: Count


class SiteDates(Table):
    """
    When a site (`id`: SITEID) was planned to open, opened for recruitment, and closed; what is not known is left out.

    No standard domain of SDTM holds these dates. Of a site that is not listed the first patient screened is taken.
    """

    id: Filled
    country: str = ""
    planned: dt.date | None = None
    opened: dt.date | None = None
    closed: dt.date | None = None


class EventTarget(Table):
    """The number of events of an endpoint (PARAMCD) that the trial waits for."""

    endpoint: Filled
    number: Count


class Interim(Table):
    """A planned look at the data, when so many `patients` are enrolled or so many `events` have come."""

    label: Filled
    patients: Count | None = None
    events: Count | None = None


class Accrual(Table):
    """The recruitment plan; what is unknown is left out. `closed`: the day recruitment ended."""

    target: Count | None = None
    start: dt.date | None = None
    planned_end: dt.date | None = None
    sites_planned: Count | None = None
    per_month: float | None = Field(default=None, gt=0)
    closed: dt.date | None = None
    events: EventTarget | None = None
    openings: tuple[Opening, ...] = ()
    sites: tuple[SiteDates, ...] = ()
    interims: tuple[Interim, ...] = ()
