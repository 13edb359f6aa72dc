"""What is drawn in which lane of the patient timeline, from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.figures import timeline_courses as courses
from crlm_dash.figures import timeline_lanes as lanes
from crlm_dash.figures.timeline_marks import Panel
from crlm_dash.terms import Lane

_ROW = 18  # pixels a row of responses
Courses = Mapping[str, tuple[str, str, str]]


@dataclass(frozen=True)
class Band:
    """One lane of the figure: its name, how it is drawn, its height in pixels, the tests whose courses it shows."""

    lane: Lane
    draw: Callable[[Panel], None] | None
    height: int
    name: str = ""
    tests: Courses | None = None


BANDS = (
    Band(Lane.DISEASE, lanes.disease, 52),
    Band(Lane.LOCAL, lanes.local_treatments, 56),
    Band(Lane.SYSTEMIC, lanes.systemic_therapy, 66),
    Band(Lane.RESPONSE, lanes.imaging_response, _ROW),
    Band(Lane.TUMOUR_SIZE, courses.tumour_size, 66),
    Band(Lane.MARKER, courses.tumour_markers, 48, "Markers, log", courses.MARKERS),
    Band(Lane.LIVER, courses.above_limits, 40, "Liver, × upper limit", courses.ABOVE),
    Band(Lane.LIVER, courses.below_limits, 36, "Liver, × lower limit", courses.BELOW),
    Band(Lane.ADVERSE, None, 0, "Adverse events<br>by grade; outlined<br>where serious"),
    Band(Lane.QOL, lanes.quality_of_life, 18),
    Band(Lane.VISIT, lanes.visits, 18),
    Band(Lane.STATUS, lanes.trial_status, 30),
    Band(Lane.DECISION, lanes.decisions, 18),
)


def rows_of(band: Band, result: Result, table: pd.DataFrame) -> pd.DataFrame:
    """What a band draws: the records of its lane; the lane of the disease also has death, progression, last contact."""
    if band.lane is Lane.DISEASE:
        return _disease(result, table)
    of_lane = table[table["lane"] == band.lane.value]
    if band.lane is Lane.TUMOUR_SIZE:
        return _sizes(result, of_lane)
    if band.lane is Lane.QOL:
        return _scored(result, of_lane)
    if band.lane is Lane.STATUS:
        return of_lane[of_lane["code"] != "DEATH"]
    return of_lane if band.tests is None else of_lane[of_lane["code"].isin(list(band.tests))]


def _disease(result: Result, table: pd.DataFrame) -> pd.DataFrame:
    own = table["lane"] == Lane.DISEASE.value
    rows = table[own | (table["code"] == "DEATH") | progressions(table)]
    words = {"LIVRRESP PD": "Liver progression", "EXHPRESP PD": "Extrahepatic progression", "PD": "Progression"}
    return rows.assign(label=rows["code"].map(words).fillna(rows["label"])).sort_values("start", kind="stable")


def progressions(table: pd.DataFrame) -> pd.Series:
    """
    Which rows are the beginning of a progression: PD where the assessment before, of the same site, was something else.

    An overall progression is named only where neither the liver nor the rest has one on that day.
    """
    codes = table["code"].astype(str)
    response = (table["lane"] == Lane.RESPONSE.value) & (codes != "NEW LESION")
    site = codes.where(codes.str.contains(" "), "OVERALL " + codes).str.split().str[0]
    is_pd = codes.str.split().str[-1] == "PD"
    before = is_pd[response].groupby(site[response]).shift(fill_value=False)
    begins = response & is_pd & ~before.reindex(table.index, fill_value=False)
    told = set(table.loc[begins & (site != "OVERALL"), "start"])
    sited = set(table.loc[response & is_pd & (site != "OVERALL"), "start"])
    return begins & ((site != "OVERALL") | ~table["start"].isin(told | sited))


def _sizes(result: Result, rows: pd.DataFrame) -> pd.DataFrame:
    """Sums of diameters, each beside its baseline and the smallest sum before it."""
    sums = result.tables["sums"].drop_duplicates("date")
    sized = rows.merge(sums, left_on="start", right_on="date", how="left")
    told = [
        _size_words(row) for row in sized[["pchg", "base", "pchgnad", "nadir", "n_measured", "n_target"]].itertuples()
    ]
    return sized.assign(hover=[f"{hover}{words}" for hover, words in zip(sized["hover"], told, strict=True)])


def _size_words(row: Any) -> str:
    words = [
        f"{row.pchg:+.0f} % of the baseline of {row.base:g} mm" if pd.notna(row.pchg) else "",
        f"{row.pchgnad:+.0f} % of the smallest sum before, {row.nadir:g} mm" if pd.notna(row.pchgnad) else "",
        f"{row.n_measured:.0f} of {row.n_target:.0f} target lesions measured" if row.n_measured < row.n_target else "",
    ]
    return "".join(f"<br>{word}" for word in words if word)


def _scored(result: Result, rows: pd.DataFrame) -> pd.DataFrame:
    """Days of questionnaires, with the global health status of that day where it was scored."""
    scores = result.tables["scores"].drop_duplicates("date")[["date", "score"]]
    scored = rows.merge(scores, left_on="start", right_on="date", how="left")
    told = ["" if pd.isna(score) else f"<br>Global health status {score:.0f} of 100" for score in scored["score"]]
    return scored.assign(hover=[f"{hover}{words}" for hover, words in zip(scored["hover"], told, strict=True)])
