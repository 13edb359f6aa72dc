"""A treatment that begins on the way: follow-up before it and after it as two groups."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crlm_dash.errors import ContractError, RequestError
from crlm_dash.stats.counts import COLUMNS, check_counts, columns_of


def split_at_switch(frame: pd.DataFrame, *, before: str = "Before", after: str = "After") -> pd.DataFrame:
    """
    Counts in which everyone is in one group until the switch and in the other from just after it.

    Grouping a whole follow-up by a treatment that began during it credits the treatment with the time lived
    until it began (immortal time). Split, the same counts give right answers to questions asked of groups:
    `hazard_ratio` is that of a time-varying covariate, `log_rank` is the test of Mantel and Byar,
    `kaplan_meier` draws the curves of Simon and Makuch. Who has switched counts in both groups: their sizes
    are intervals, not subjects.

    Parameters
    ----------
    frame : one row per subject, or per distinct row with `n` subjects: `time`, `entry`, `event` (0, or the
        number of a cause) and `switch`, the time of the switch on the same clock, missing where there is none
    before, after : names of the groups

    Returns
    -------
    Counts: `strata` (categorical, `before` being the reference), `time`, `entry`, `event`, `n`. A switch at or
    before entry puts all of the follow-up after it; a switch at or after the end of follow-up is none, since
    on the day of an event the group is still the old one (as in R's `tmerge`).

    Raises
    ------
    ContractError : a column is absent or holds what it may not
    RequestError : the groups have the same name

    Source: Mantel & Byar, JASA 69 (1974) 81-86; Simon & Makuch, Stat Med 3 (1984) 35-44.
    """
    if before == after:
        raise RequestError(f"The groups before and after the switch need different names; both are '{before}'.")
    rows = frame if "n" in frame.columns else frame.assign(n=1)
    check_counts(rows, ("time", "entry", "event", "n", "switch"), causes=True)
    switch = rows["switch"].to_numpy(dtype=float)
    if np.isinf(switch).any():
        raise ContractError("counts, switch: a time that is not finite; leave it missing where there is no switch.")
    time, entry, event, n = columns_of(rows)
    switched = switch < time
    split = switched & (entry < switch)
    new = np.concatenate((switched, np.zeros(int(split.sum()), dtype=bool)))
    pieces = {
        "strata": pd.Categorical(np.where(new, after, before), categories=[before, after]),
        "time": np.concatenate((time, switch[split])),
        "entry": np.concatenate((np.where(split, switch, entry), entry[split])),
        "event": np.concatenate((event, np.zeros(int(split.sum())))).astype(np.int64),
        "n": np.concatenate((n, n[split])).astype(np.int64),
    }
    return pd.DataFrame(pieces).groupby(list(COLUMNS[:-1]), observed=True, as_index=False).agg({"n": "sum"})
