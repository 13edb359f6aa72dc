"""Whether the arms were scanned alike: where they were not, a time to progression compares the scans too."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crlm_dash.analyses.followup_visits import numbered
from crlm_dash.analyses.framing import MIN_GROUP
from crlm_dash.analyses.words import listed
from crlm_dash.protocol import Endpoint
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import MISSING_GROUP

MOST_SHARE = 10.0  # percentage points between arms in visits made in their window
MOST_DAYS = 14.0  # days between arms in the median interval of two scans


def by_imaging(endpoint: Endpoint) -> bool:
    """Whether the endpoint's time depends on when scans are made."""
    sources = [*endpoint.events, *(source for each in endpoint.competing for source in each.sources)]
    return "last_imaging" in endpoint.censor or any(source.startswith("progression") for source in sources)


def uneven_scans(door: Door, endpoint: Endpoint, by: str | None, where: str, population: str) -> str:
    """
    A warning where the arms were scanned unequally, for an endpoint that needs scans and a display by arm; else ''.

    Only for displays that the viewer may see by arm: the warning tells an outcome by arm.
    """
    if by != BY_ARM or not by_imaging(endpoint):
        return ""
    found = door.ask("followup_imaging", by=by, where=where, population=population, imaging=numbered(door, "imaging"))
    found = found[found["strata"] != MISSING_GROUP].sort_values("strata", key=lambda arm: arm.map(door.arms.index))
    differences = [_in_window(found[found["interval_days"].isna()]), _intervals(found[found["interval_days"].notna()])]
    uneven = [each for each in differences if each]
    if not uneven:
        return ""
    return (
        f"Scans are uneven between the arms: {'; '.join(uneven)}. Progression is found when looked for, so part of "
        f"a difference between the curves may be one of scans. Told beyond {MOST_SHARE:g} percentage points or "
        f"{MOST_DAYS:g} days (both limits are assumed), of arms with {MIN_GROUP} visits or intervals or more."
    )


def _in_window(visits: pd.DataFrame) -> str:
    """How the share of imaging visits made in their window differs; '' where it does not, or not enough is known."""
    known = visits[visits["n"] >= MIN_GROUP].set_index("strata")
    shares = 100 * known["n_in_window"].astype(float) / known["n"].astype(float)
    if len(shares) < 2 or shares.max() - shares.min() <= MOST_SHARE:
        return ""
    each = listed([f"{share:.0f} % in {strata}" for strata, share in shares.items()])
    return f"imaging visits made in their window, of those expected: {each}"


def _intervals(scans: pd.DataFrame) -> str:
    """How the median interval between two scans differs; '' where it does not, or not enough is known."""
    medians = {
        str(strata): _median(mine["interval_days"].to_numpy(dtype=float), mine["n"].to_numpy(dtype=int))
        for strata, mine in scans.groupby("strata", sort=False)
        if mine["n"].sum() >= MIN_GROUP
    }
    if len(medians) < 2 or max(medians.values()) - min(medians.values()) <= MOST_DAYS:
        return ""
    return f"median interval between scans: {listed([f'{days:g} days in {arm}' for arm, days in medians.items()])}"


def _median(values: np.ndarray, n: np.ndarray) -> float:
    order = np.argsort(values)
    values, upto = values[order], n[order].cumsum()
    middle = [values[np.searchsorted(upto, place)] for place in ((upto[-1] + 1) // 2, upto[-1] // 2 + 1)]
    return float(np.mean(middle))
