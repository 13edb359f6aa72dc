"""Quality of life of the tiny trial: global health (more is better) and pain (less is better) at two visits.

Global health is 50 at baseline but for T-20, who has none. At month 3 (day 90): T-01 dead since day 30, T-02 dead since
day 15, T-03 dead since day 60, T-04 dead since day 45; T-05 too ill; T-06 nothing known; T-07 dead since day 120 and
received; from T-07 to T-19 received, odd (Zap) 25 and even (Pills) 60, T-18 outside the window, T-19 not due; T-20
without a baseline 40. Pain is 100 less than twice global health at baseline, that is 0; at month 3 50 for everybody.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

Row = dict[str, Any]
FATES = {1: "dead", 2: "dead", 3: "dead", 4: "dead", 5: "not given", 6: "unknown", 18: "outside window", 19: "not due"}
SCALES = [
    ("QLQ-C30", "QL", "Global health status", "global", "higher", 0, 100.0, 1, "Y"),
    ("QLQ-C30", "PA", "Pain", "symptom", "lower", 100, 0.0, 9, "Y"),
]


def quality_of_life(rows: list[Row]) -> dict[str, list[Row]]:
    """qlscales, adqol and adqolvis for the subjects who were enrolled."""
    enrolled = [(int(row["USUBJID"][2:]), row["USUBJID"], row["ENRLDT"]) for row in rows if "days" in row]
    names = ("PARCAT1", "PARAMCD", "PARAM", "SCALING", "BETTER", "WORST", "BEST", "ORD", "USEDFL")
    return {
        "qlscales": [dict(zip(names, scale, strict=True)) for scale in SCALES],
        "adqol": [score for number, usubjid, day in enrolled for score in _scores(number, usubjid, day)],
        "adqolvis": [form for number, usubjid, _ in enrolled for form in _forms(number, usubjid)],
    }


def _scores(number: int, usubjid: str, day: dt.date) -> list[Row]:
    shared = {"USUBJID": usubjid, "PARCAT1": "QLQ-C30", "ANL01FL": "Y", "INWINFL": "N" if number == 18 else "Y"}
    before = shared | {"ADT": day, "ADY": 1, "VISITNUM": 1, "ABLFL": "Y", "INWINFL": "Y"}
    after = shared | {"ADT": day + dt.timedelta(days=89), "ADY": 90, "VISITNUM": 2, "APOBLFL": "Y"}
    found = []
    if number != 20:
        found += [before | {"PARAMCD": "QL", "AVAL": 50, "BASE": 50}, before | {"PARAMCD": "PA", "AVAL": 0, "BASE": 0}]
    if FATES.get(number, "received") in ("received", "outside window"):
        health = 40 if number == 20 else 25 if number % 2 else 60
        change = {} if number == 20 else {"BASE": 50, "CHG": health - 50}
        pain = {} if number == 20 else {"BASE": 0, "CHG": 50}
        found += [after | {"PARAMCD": "QL", "AVAL": health} | change, after | {"PARAMCD": "PA", "AVAL": 50} | pain]
    return found


def _forms(number: int, usubjid: str) -> list[Row]:
    shared = {"USUBJID": usubjid, "PARCAT1": "QLQ-C30"}
    status = FATES.get(number, "received")
    reason = "too ill" if status == "not given" else None
    return [
        shared | {"VISITNUM": 1, "VISIT": "BASELINE", "DAY": 1, "STATUS": "unknown" if number == 20 else "received"},
        shared | {"VISITNUM": 2, "VISIT": "MONTH 3", "DAY": 92, "STATUS": status, "REASON": reason},
    ]
