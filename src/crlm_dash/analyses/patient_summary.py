"""The strip above one patient: who it is, what the tumour was like, where things stand, what is due next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import table
from crlm_dash.store.door import Door
from crlm_dash.terms import DAYS_PER_MONTH

Row = tuple[str, str | float]

_PRIMARY = ("APPENDIX", "CECUM", "COLON", "RECTUM", "RECTOSIGMOID")  # where it came from, not where it went
_VISIT_WORDS = {"overdue": "overdue since", "due": "due", "not yet": "due"}


def summary(door: Door, usubjid: str, adsl: pd.Series, status: str, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """
    What is known of the patient at one glance.

    Parameters
    ----------
    adsl : the subject's row, as the viewer may see it
    status : where the subject stands, in words
    tables : `timeline` and `lesions` of the patient analysis

    Returns
    -------
    One row a fact that is known: item ('' where the value speaks for itself), value (a text, or a number of months).
    """
    rows = [*_who(door, usubjid, adsl, status, tables["timeline"]), *_disease(adsl, tables["lesions"])]
    rows += [("Lines", _lines(door, usubjid, adsl["ENRLFL"] == "Y"))]
    return table([row for row in rows if row[1] != ""], "item value")


def day_words(value: Any) -> str:
    """A date as it is read, '' where there is none: 3 May 2026."""
    return "" if value is None or pd.isna(value) else f"{pd.Timestamp(value).day} {pd.Timestamp(value):%b %Y}"


def _who(door: Door, usubjid: str, adsl: pd.Series, status: str, timeline: pd.DataFrame) -> Iterator[Row]:
    age = "" if pd.isna(adsl["AGE"]) else f"{adsl['AGE']:g} {str(adsl['AGEU'] or 'years').lower()}"
    ecog = timeline[(timeline["code"] == "ECOG") & timeline["value"].notna()].tail(1)
    yield "", f"{status} {day_words(adsl['DTHDT'])}".strip()
    yield "", ", ".join(part for part in (age, _text(adsl["SEX"])) if part)
    yield "ECOG", "".join(f"{row.value:g} ({day_words(row.start)})" for row in ecog.itertuples())
    yield "Arm", _text(adsl.get("TRT01P")) if adsl["ENRLFL"] == "Y" else ""
    yield "Enrolled", day_words(adsl["ENRLDT"])
    yield "Follow-up", _followed(adsl)
    yield "Next visit", _next_visit(door, usubjid)


def _disease(adsl: pd.Series, lesions: pd.DataFrame) -> Iterator[Row]:
    yield "Primary", _quiet(adsl.get("PRIMSIDE"))
    yield "RAS", _quiet(adsl.get("RAS"))
    yield "BRAF", _quiet(adsl.get("BRAF"))
    yield "", _text(adsl.get("MSI"))
    yield "", _quiet(adsl.get("METATIM"))
    yield from _lesions(lesions)


def _lesions(lesions: pd.DataFrame) -> Iterator[Row]:
    """Number and largest diameter at baseline, in the liver where organs are known, and which other organs so far."""
    organ = lesions["organ"].fillna("")
    liver = organ.str.contains("LIVER") | (organ == "")
    at_baseline = lesions[liver & (lesions["day"] <= 1) & (lesions["role"] != "NEW")].drop_duplicates(
        "lesion", keep="last"
    )
    if len(at_baseline):
        largest = at_baseline["diameter"].max()
        size = "" if pd.isna(largest) else f", largest {largest:g} mm"
        yield "Liver lesions", f"{len(at_baseline)}{size}"
    others = lesions[~liver & ~organ.str.startswith(_PRIMARY)].sort_values("date", kind="stable")
    if len(others) or len(at_baseline):
        first = others.drop_duplicates("organ")
        named = [
            f"{name.lower()}{'' if known else ' (new)'}"
            for name, known in zip(first["organ"], first["day"] <= 1, strict=True)
        ]
        yield "Extrahepatic", ", ".join(named) or "none"


def _followed(adsl: pd.Series) -> str | float:
    """Months from enrolment to death or last contact."""
    last = adsl["DTHDT"] if pd.notna(adsl["DTHDT"]) else adsl["LSTALVDT"]
    if pd.isna(adsl["ENRLDT"]) or pd.isna(last):
        return ""
    return (pd.Timestamp(last) - pd.Timestamp(adsl["ENRLDT"])).days / DAYS_PER_MONTH


def _next_visit(door: Door, usubjid: str) -> str:
    """The first visit that has not been made and still can be."""
    found = door.ask("patient_next_visit", usubjid=usubjid)
    if found.empty:
        return ""
    row = found.iloc[0]
    name = row["visit"].capitalize() if str(row["visit"]).isupper() else row["visit"]
    return f"{name} {_VISIT_WORDS[row['status']]} {day_words(row['due'])}"


def _lines(door: Door, usubjid: str, is_enrolled: bool) -> str:
    """Lines of systemic therapy before enrolment and since; '' where treatment is withheld or none is recorded."""
    row = door.ask("patient_lines", usubjid=usubjid).iloc[0]
    if not row["before"] + row["since"]:
        return ""
    return f"{row['before']:.0f} before, {row['since']:.0f} since enrolment" if is_enrolled else f"{row['before']:.0f}"


def _quiet(value: Any) -> str:
    """A coded text without shouting: "wild type", "V600E mutant"."""
    return " ".join(word if any(map(str.isdigit, word)) else word.lower() for word in _text(value).split())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
