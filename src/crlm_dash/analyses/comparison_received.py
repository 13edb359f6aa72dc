"""Treatment received, beside treatment chosen: as it changes with time, never from time zero."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.comparison_outcomes import COLUMNS, ONE_CAUSE
from crlm_dash.analyses.survival import survival
from crlm_dash.analyses.survival_received import BY_RECEIVED, TIME_VARYING
from crlm_dash.protocol import Endpoint
from crlm_dash.store.door import Door

RECEIVED = "Treatment received, not adjusted"


def as_it_changes(door: Door, endpoint: Endpoint) -> pd.DataFrame | None:
    """
    The hazard ratio after against before the first local treatment, as a row of `sensitivity`.

    None where the viewer may not know who was treated, and of an endpoint with competing risks.
    """
    if not door.can_see_received() or endpoint.type == "competing_risks":
        return None
    found = survival(door, endpoint=endpoint.paramcd, by=BY_RECEIVED, method=TIME_VARYING, unit="months")
    ratios = found.tables["hazard_ratio"]
    if ratios.empty:
        return None
    named = ratios.assign(what=RECEIVED, measure=ONE_CAUSE, time=0.0, note="received vs not yet, over time")
    return named.reindex(columns=COLUMNS["sensitivity"].split())
