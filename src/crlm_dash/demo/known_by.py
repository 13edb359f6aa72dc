"""A simulated folder as the sites had entered it by an earlier date, so that two data cuts can be compared.

Nothing that came later is in it; and as in every trial some of what had happened was not entered yet, or otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crlm_dash.demo.records import LAYOUTS, SUPPLEMENTED, Value, iso
from crlm_dash.demo.write import Frames

_DEATH_TOLD_LATE = 21  # days before the date in which a death may not be told yet
_ENTERED_LATE = 60  # and a serious event not be entered
_STILL_CORRECTED = 150  # and an event be entered otherwise than in the end
_N_LATE = 3
_NOT_OVER = {"AEENDTC": None, "AEENRTPT": "ONGOING", "AEOUT": "NOT RECOVERED/NOT RESOLVED"}


@dataclass(frozen=True)
class _Slip:
    """How some events had been entered otherwise: how many, which, and what stood there."""

    n: int
    fits: Callable[[pd.DataFrame], pd.Series]
    entered: Callable[[pd.Series], dict[str, Value]]


_SLIPS = (
    _Slip(4, lambda e: e["AETOXGR"].isin(["2", "3", "4"]), lambda row: {"AETOXGR": str(int(row["AETOXGR"]) - 1)}),
    _Slip(2, lambda e: e["AETOXGR"].isin(["1", "2"]), lambda row: {"AETOXGR": str(int(row["AETOXGR"]) + 1)}),
    _Slip(3, lambda e: e["AESTDTC"].notna(), lambda row: {"AESTDTC": _earlier(row["AESTDTC"], 3)}),
    _Slip(1, lambda e: e["AESER"] == "Y", lambda _: {"AESER": "N", "AEHOSP": "N", "AESLIFE": "N"}),
    _Slip(2, lambda e: e["AEREL"] == "Y", lambda _: {"AEREL": "N"}),
)


def known_by(frames: Frames, day: dt.date, seed: int) -> Frames:
    """
    The frames of a trial as they were by `day`.

    Parameters
    ----------
    frames : of the whole trial; not changed
    day : the earlier date
    seed : which records were entered late, twice or otherwise

    Returns
    -------
    Frames of the same names. A death of the last weeks was not told yet, a few serious events were not entered yet,
    some grades, dates and judgements stood otherwise, and one event stood there twice.
    """
    rng = np.random.default_rng([seed, 40])
    until = _told_until(frames["DM"], day, rng)
    known = {name: _entered(name, frame, until) for name, frame in frames.items()}
    known["SV"] = _without_visits_to_come(known["SV"], frames, until)
    known["AE"] = _adverse_events(known["AE"], until, rng)
    known["DM"] = _subjects(known, until)
    for domain in SUPPLEMENTED:
        known[f"SUPP{domain}"] = _with_parent(known[f"SUPP{domain}"], known[domain], domain)
    known["CO"] = _remarks(known, frames)
    facts = known["TS"]
    known["TS"] = facts.assign(TSVAL=facts["TSVAL"].mask(facts["TSPARMCD"] == "DCUTDTC", day.isoformat()))
    return known


def _told_until(dm: pd.DataFrame, day: dt.date, rng: np.random.Generator) -> pd.Series:
    """The last day the sites had told of each who had consented: of one who had just died, the day before."""
    there = dm[dm["RFICDTC"] <= day.isoformat()].set_index("USUBJID")
    until = pd.Series(day.isoformat(), index=there.index, dtype=object)
    died = there["DTHDTC"].dropna()
    untold = died[died.between(_earlier(day.isoformat(), _DEATH_TOLD_LATE), day.isoformat())]
    for who in _some(untold.index, 1, rng):
        until[who] = _earlier(died[who], 1)
    return until


def _entered(name: str, frame: pd.DataFrame, until: pd.Series) -> pd.DataFrame:
    """The rows that begin by the last day told; what ends later had no end yet."""
    if "USUBJID" not in frame.columns:
        return frame
    rows = frame[frame["USUBJID"].isin(until.index)].reset_index(drop=True)
    if name not in LAYOUTS:
        return rows
    layout, limit = LAYOUTS[name], rows["USUBJID"].map(until)
    begun = rows[layout.date].isna() | (rows[layout.date] <= limit)
    over = {end: rows[end].mask(rows[end] > limit, None) for end in layout.ends}
    return rows.assign(**over)[begun].reset_index(drop=True)


def _without_visits_to_come(visits: pd.DataFrame, frames: Frames, until: pd.Series) -> pd.DataFrame:
    """Without the visits that were to be missed: they have no date, so the plan tells which lie ahead."""
    enrolled = pd.to_datetime(frames["DM"].set_index("USUBJID")["RFSTDTC"])
    planned = frames["TV"].set_index("VISITNUM")["VISITDY"]
    due = visits["USUBJID"].map(enrolled) + pd.to_timedelta(visits["VISITNUM"].map(planned), unit="D")
    ahead = visits["SVSTDTC"].isna() & (due > pd.to_datetime(visits["USUBJID"].map(until)))
    return visits[~ahead].reset_index(drop=True)


def _subjects(known: Frames, until: pd.Series) -> pd.DataFrame:
    """DM: later enrolment, treatment and death have not happened; the last contact is the last record."""
    dm = known["DM"].copy()
    limit = dm["USUBJID"].map(until)
    ahead = {column: dm[column] > limit for column in ("RFSTDTC", "RFXSTDTC", "DTHDTC")}
    ended = dm["USUBJID"].isin(known["DS"].loc[known["DS"]["DSCAT"] == "DISPOSITION EVENT", "USUBJID"])
    dm.loc[ahead["RFXSTDTC"], ["RFXSTDTC", "RFXENDTC", "ACTARMCD", "ACTARM"]] = None
    dm.loc[ahead["RFXSTDTC"], "ARMNRS"] = "ASSIGNED, NOT TREATED"
    dm.loc[ahead["RFSTDTC"], ["RFSTDTC", "RFENDTC", "ARMCD", "ARM"]] = None
    dm.loc[dm["ARMCD"].isna() & ~ended, "ARMNRS"] = "NOT ASSIGNED"
    dm.loc[ahead["DTHDTC"], ["DTHDTC", "DTHFL"]] = None
    last = dm["USUBJID"].map(_last_record(known))
    later = {column: dm[column] > limit for column in ("RFENDTC", "RFXENDTC", "RFPENDTC")}
    return dm.assign(**{column: dm[column].mask(beyond, last) for column, beyond in later.items()})


def _last_record(known: Frames) -> pd.Series:
    """The day of the last record of each subject."""
    dated = [
        known[name][["USUBJID", column]].set_axis(["USUBJID", "day"], axis=1)
        for name, layout in LAYOUTS.items()
        for column in (layout.date, *layout.ends)
    ]
    days: pd.Series = pd.concat(dated).dropna().groupby("USUBJID")["day"].max()
    return days


def _adverse_events(events: pd.DataFrame, until: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """AE as it stood: nothing over that was not, and a few records late, twice or otherwise."""
    known, limit = events.copy(), events["USUBJID"].map(until)
    ongoing = known["AEENDTC"].isna() & known["AEENRTPT"].isna()
    known.loc[ongoing, list(_NOT_OVER)] = list(_NOT_OVER.values())
    fatal = ongoing & (known["AESDTH"] == "Y")  # the patient was still alive
    known.loc[fatal, ["AESDTH", "AETOXGR"]] = ["N", "4"]
    exact = known["AESTDTC"].where(known["AESTDTC"].str.len() == 10)
    late = _some(known.index[(known["AESER"] == "Y") & (exact >= limit.map(_before(_ENTERED_LATE)))], _N_LATE, rng)
    open_to = known[(exact >= limit.map(_before(_STILL_CORRECTED))) & (known["AESDTH"] == "N")].drop(index=late)
    for slip in _SLIPS:
        for at in _some(open_to.index[slip.fits(open_to)], slip.n, rng):
            entered = slip.entered(pd.Series(open_to.loc[at]))
            known.loc[at, list(entered)] = list(entered.values())
            open_to = open_to.drop(index=at)
    twice = known.loc[_some(open_to.index, 1, rng)]
    number = twice["USUBJID"].map(events.groupby("USUBJID")["AESEQ"].max()) + 1
    return pd.concat([known.drop(index=late), twice.assign(AESEQ=number)], ignore_index=True)


def _remarks(known: Frames, frames: Frames) -> pd.DataFrame:
    """CO on the records that stood as they stand: a site remarks on an event when it is over."""
    remarks = known["CO"]
    settled = {domain: known[domain].merge(frames[domain]) for domain in remarks["RDOMAIN"].unique()}
    kept = [_with_parent(remarks[remarks["RDOMAIN"] == each], rows, each) for each, rows in settled.items()]
    return pd.concat(kept, ignore_index=True) if kept else remarks


def _with_parent(supplement: pd.DataFrame, parent: pd.DataFrame, domain: str) -> pd.DataFrame:
    """The qualifiers of, or remarks on, records of `parent`."""
    there = pd.MultiIndex.from_arrays([parent["USUBJID"], parent[f"{domain}SEQ"].astype(str)])
    named = pd.MultiIndex.from_frame(supplement[["USUBJID", "IDVARVAL"]])
    return supplement[named.isin(there)].reset_index(drop=True)


def _some(index: pd.Index, n: int, rng: np.random.Generator) -> list[int | str]:
    """As many of `index` as are wanted, or all there are, by chance."""
    return list(rng.permutation(index)[:n]) if len(index) else []


def _before(days: int) -> Callable[[str], str]:
    return lambda day: _earlier(day, days)


def _earlier(day: str, days: int) -> str:
    return iso(dt.date.fromisoformat(day).toordinal() - days)
