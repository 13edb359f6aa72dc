"""Tables of the eligibility screen."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import count, date, found_value, n_percent, relabelled, rows, text, written


def eligibility_criteria(result: Result) -> pd.DataFrame:
    """One line a criterion: any, first and only reason, and unknowns apart."""
    labels = {
        "criterion": "Criterion",
        "label": "About",
        "n_not_met": "Not met (any)",
        "n_first": "First not met",
        "n_sole": "Only reason",
        "n_sole_open": "Only one not met, others unknown",
        "n_unknown": "Unknown",
        "n_met": "Met",
        "type": "Type",
        "text": "Wording",
    }
    criteria = result.tables["criteria"]
    if not criteria["label"].any():
        del labels["label"]
    return relabelled(criteria, labels)


def eligibility_verdicts(result: Result) -> pd.DataFrame:
    """What the data say, against what became of the patients: one line a verdict, the last the sum."""
    table = result.tables["verdicts"]
    outcomes = list(dict.fromkeys(result.tables["outcomes"]["outcome"]))
    verdicts = list(dict.fromkeys(table["verdict"]))
    words = dict(zip(table["outcome"].drop_duplicates(), outcomes, strict=True))
    wide = table.assign(outcome=table["outcome"].map(words)).pivot(index="verdict", columns="outcome", values="n")
    wide = wide.reindex(index=verdicts, columns=outcomes)
    full = pd.concat([wide, pd.DataFrame([wide.sum()], index=["All screened"])])
    return full.assign(All=full.sum(axis=1)).rename_axis("By the data").reset_index()


def eligibility_facts(result: Result) -> pd.DataFrame:
    """For how many patients each fact is missing."""
    found = [
        {
            "Fact": text(row["label"]),
            "Used by": text(row["criteria"]),
            "Source": text(row["source"]),
            "Missing": n_percent(row["n_missing"], 100 * row["n_missing"] / result.n_total if result.n_total else None),
        }
        for row in rows(result.tables["facts"])
    ]
    return written(found, ["Fact", "Used by", "Source", "Missing"])


def eligibility_missing(result: Result) -> pd.DataFrame:
    """Which facts are missing for whom."""
    labels = {"USUBJID": "Patient", "SITEID": "Site", "outcome": "Outcome", "criteria": "Undecided", "facts": "Missing"}
    return relabelled(result.tables["missing"], labels)


def eligibility_subjects(result: Result) -> pd.DataFrame:
    """Criteria not met, patient by patient, with the value found and the limit."""
    found = [
        {
            "Patient": text(row["USUBJID"]),
            "Criterion": text(row["criterion"]),
            "By the data": text(row["result"]),
            "Found": found_value(row["value"], row["unit"]),
            "Wanted": text(row["limit_text"]),
            "Date": date(row["date"]),
            "As recorded": text(row["recorded"]),
        }
        for row in rows(result.tables["subjects"])
    ]
    return written(found, ["Patient", "Criterion", "By the data", "Found", "Wanted", "Date", "As recorded"])


def eligibility_deviations(result: Result) -> pd.DataFrame:
    """What should not have happened, by site, with the evidence."""
    columns = ["Site", "Patient", "Deviation", "Criterion", "Found", "Wanted", "Date", "As recorded"]
    found = [
        {
            "Site": text(row["SITEID"]),
            "Patient": text(row["USUBJID"]),
            "Deviation": text(row["deviation"]),
            "Criterion": text(row["criterion"]),
            "Found": found_value(row["value"], row["unit"]),
            "Wanted": text(row["limit_text"]),
            "Date": date(row["date"]),
            "As recorded": text(row["recorded"]),
        }
        for row in rows(result.tables["deviations"])
    ]
    return written(found, columns)


def eligibility_gain(result: Result) -> pd.DataFrame:
    """How many would be eligible with the limit at each value."""
    found = [
        {"Limit": f"{row['value']:g}", "Eligible": count(row["n_eligible"])} for row in rows(result.tables["gain"])
    ]
    return written(found, ["Limit", "Eligible"])
