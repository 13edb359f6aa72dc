"""Results made by hand, with the tables of docs/architecture.md: what figures are tested on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result

CUTOFF = dt.date(2026, 6, 30)
TIMELINE = (
    "lane start end start_day end_day label detail grade serious related outcome code value unit low high ongoing "
    "precision end_precision source".split()
)

SUMS = "date sum measured n_target n_measured base nadir pchg pchgnad".split()


def result(analysis: str, tables: dict[str, pd.DataFrame], **more: Any) -> Result:
    """A result of the simulated trial T, cut 2."""
    given: dict[str, Any] = {
        "title": "A trial",
        "kind": "simulated",
        "fingerprint": "0123456789abcdef",
        "role": "statistician",
        "masked": "Arms shown",
        "population": "Enrolled patients (ENRLFL)",
        "n_used": 12,
        "n_total": 12,
    } | more
    return Result(analysis=analysis, trial="T", cut=2, cutoff=CUTOFF, tables=tables, **given)


def survival_result(*groups: str, n: int = 24) -> Result:
    """A staircase for each group: one leaves each month, every third is censored."""
    curves, summary, at_risk = [], [], []
    for place, group in enumerate(groups):
        alive, level, events = n, 1.0, 0
        for month in range(n):
            event = int(month % 3 != 2 and month > 0)
            censored = int(month > 0) - event
            level *= 1 - event / alive
            curves.append((group, float(month), alive, event, censored, level, 0.1, level * 0.8, min(1, level * 1.1)))
            if month % 6 == 0:
                at_risk.append((group, float(month), n, alive, events, n - alive - events))
            alive -= int(month > 0)
            events += event
        median = float("nan") if place else 12.0
        summary.append((group, n, 16, median, 9.0, float("nan"), 20.0))
    tables = {
        "curves": pd.DataFrame(
            curves, columns="strata time n_risk n_event n_censor estimate std_error conf_low conf_high".split()
        ),
        "summary": pd.DataFrame(summary, columns="strata n n_event median conf_low conf_high followup_median".split()),
        "at_risk": pd.DataFrame(at_risk, columns="strata time n_entered n_risk n_event n_censor".split()),
    }
    facts = {"unit": "months", "axis": "Months since diagnosis", "order": list(groups), "label": "Overall survival"}
    return result("survival", tables, facts=facts)


def safety_result(*groups: str) -> Result:
    """Three terms in each group: nausea in half, pain in a quarter, a fatal embolism without a grade in none."""
    terms, grades = [], []
    shown = list(groups) if groups == ("All",) else [*groups, "All"]
    for group in shown:
        for term, n in (("Any", 30), ("NAUSEA", 20), ("PAIN", 10), ("EMBOLISM", 0)):
            system = "Any" if term == "Any" else "GENERAL DISORDERS"
            terms.append((system, term, group, n, n * 2.5, n * 2, n / 8))
            for grade, share in (("1", 4), ("2", 3), ("3", 2), ("4", 0), ("5", 0), ("missing", 1)):
                grades.append((system, term, group, grade, n * share // 10))
    overview = [
        (group, 40, measure, n, n * 2.5, 2 * n)
        for measure, n in (("Any adverse event", 30), ("Fatal", 0))
        for group in shown
    ]
    others = [group for group in groups[1:] if group != "All"]
    known = [
        ("GENERAL DISORDERS", term, f"{group} vs {groups[0]}", estimate, estimate - 0.1, estimate + 0.1, "")
        for term, estimate in (("NAUSEA", 0.05), ("PAIN", -0.2))
        for group in others
    ]
    measured = [("Any adverse event", comparison, *rest) for _, term, comparison, *rest in known if term == "PAIN"]
    limits = "comparison estimate conf_low conf_high note"
    tables = {
        "overview": pd.DataFrame(overview, columns="strata n measure n_subjects percent n_events".split()),
        "terms": pd.DataFrame(terms, columns="AEBODSYS AEDECOD strata n_subjects percent n_events rate".split()),
        "grades": pd.DataFrame(grades, columns="AEBODSYS AEDECOD strata grade n_subjects".split()),
        "term_differences": pd.DataFrame(known, columns=f"AEBODSYS AEDECOD {limits}".split()),
        "differences": pd.DataFrame(measured, columns=f"measure {limits}".split()),
        "deaths": pd.DataFrame([], columns="strata cause n".split()),
        "procedures": deaths_after_procedures(list(groups) if groups == ("All",) else ["All"]),
        "complications": complication_counts(),
    }
    facts = {"order": list(groups), "reference": groups[0] if others else None, "kind": "any", "kind_words": ""}
    return result("safety", tables, facts=facts)


def deaths_after_procedures(groups: list[str]) -> pd.DataFrame:
    """Two of twenty died within 30 days of any procedure."""
    rows = [(group, "Any", 30, 21, 20, 1, 2, 0.1, 0.012, 0.317) for group in groups]
    columns = "strata modality days n_subjects n_known n_unknown n_died estimate conf_low conf_high"
    return pd.DataFrame(rows, columns=columns.split())


def complication_counts() -> pd.DataFrame:
    """Ten hepatectomies of five patients: four without a complication, two not graded, three of II, one of V."""
    worst = {"none": 4, "not graded": 2, "II": 3, "V": 1, "≥ IIIa": 1, "≥ IIIb": 1, "serious": 1}
    names = ["none", "not graded", "I", "II", "IIIa", "IIIb", "IVa", "IVb", "V", "≥ IIIa", "≥ IIIb", "serious"]
    rows = [("All", "HEPATECTOMY", name, worst.get(name, 0), 10, int(name == "V") * 5, 5) for name in names]
    columns = "strata modality complication n_procedures of_procedures n_subjects of_subjects"
    return pd.DataFrame(rows, columns=columns.split())


def enrolment_result() -> Result:
    """Six months at two sites, a plan of four a month."""
    months = pd.date_range("2026-01-01", periods=6, freq="MS")
    plan_months = pd.date_range("2025-12-01", periods=12, freq="MS")
    tables = {
        "monthly": pd.DataFrame({"month": months, "n": [1, 2, 0, 3, 4, 2], "cumulative": [1, 3, 3, 6, 10, 12]}),
        "plan": pd.DataFrame(
            {"month": plan_months, "planned_cumulative": [4.0 * k for k in range(1, 13)], "planned": 4.0}
        ),
        "funnel": pd.DataFrame(
            {
                "step": ["Screened", "Failed eligibility", "Declined before enrolment", "Pending", "Enrolled"],
                "n": [20, 5, 2, 1, 12],
            }
        ),
        "sites": pd.DataFrame({"siteid": ["01", "02"], "n_screened": [9, 11], "n_enrolled": [8, 4]}),
        "openings": pd.DataFrame(
            {"date": pd.to_datetime(["2026-01-05", "2026-03-01"]), "n_open": [1.0, 2.0], "planned": [2.0, 2.0]}
        ),
        "against_plan": pd.DataFrame({"planned": [28.0], "n_enrolled": [12], "deficit": [16.0]}),
        "groups": _by_site(months),
        **_forecasts(),
    }
    return result("enrolment", tables, facts={"event_label": "Overall survival", "scenario": "", "state": "expected"})


def _by_site(months: pd.DatetimeIndex) -> pd.DataFrame:
    rows = [("site", "01", months[0], 3, 3), ("site", "01", months[4], 5, 8), ("site", "02", months[3], 4, 4)]
    return pd.DataFrame(rows, columns="by strata month n cumulative".split())


def _forecasts() -> dict[str, pd.DataFrame]:
    """48 patients by May 2027, 30 events by 2028 if ever; six months ago 10 to 20 were expected by now."""
    quantiles = "median low80 high80 low95 high95".split()
    ends = [pd.Timestamp(day) for day in ("2027-05-10", "2027-02-01", "2027-09-01", "2027-01-01", "2027-12-01")]
    open_ended = [pd.Timestamp("2028-03-01"), pd.Timestamp("2027-10-01"), pd.NaT, pd.Timestamp("2027-08-01"), pd.NaT]
    more = {"2026-06-30": (0, 0, 0, 0, 0), "2027-03-31": (20, 15, 26, 11, 30)}
    bands = [
        (what, "as now", pd.Timestamp(day), *(now + n for n in numbers))
        for what, now in (("patients", 12), ("events", 4))
        for day, numbers in more.items()
    ]
    steps = [
        ("Planned start", "planned", "", None, *[pd.Timestamp("2025-12-01")] * 5),
        ("First patient in", "reached", "patients", 1, *[pd.Timestamp("2026-01-09")] * 5),
        ("Data cut-off", "cut-off", "", None, *[pd.Timestamp(CUTOFF)] * 5),
        ("Last patient in", "expected", "patients", 48, *ends),
        ("Final analysis", "expected", "events", 30, *open_ended),
        ("Never", "out of reach", "events", 90, *[pd.NaT] * 5),
    ]
    back = [(6, pd.Timestamp("2025-12-29"), 0, *ends, 15, 10, 20, 8, 24, 12, True, True)]
    numbers = "n_median n_low80 n_high80 n_low95 n_high95 n_now within80 within95".split()
    return {
        "bands": pd.DataFrame(bands, columns=["what", "scenario", "date", *quantiles]),
        "forecast": pd.DataFrame(
            [("patients", "as now", 48, 12, "expected", *ends), ("events", "as now", 30, 4, "expected", *open_ended)],
            columns=["what", "scenario", "target", "n_now", "state", *quantiles],
        ),
        "milestones": pd.DataFrame(steps, columns=["milestone", "kind", "what", "number", *quantiles]).astype(
            {"number": "Int64"}
        ),
        "event_months": pd.DataFrame({"month": [pd.Timestamp("2026-05-01")], "n": [4], "cumulative": [4]}),
        "backtest": pd.DataFrame(back, columns=["months_ago", "asof", "n_then", *quantiles, *numbers]),
    }


def consort_result(*groups: str) -> Result:
    """Forty assessed, thirty enrolled; without groups all arms together below the allocation to two."""
    arms = groups or ("Zap", "Pills")
    rows = [
        ("enrolment", "assessed", "All", "Assessed for eligibility", 0, 40),
        ("enrolment", "excluded", "All", "Excluded", 0, 9),
        ("enrolment", "excluded", "All", "Not eligible", 1, 7),
        ("enrolment", "excluded", "All", "I02 A criterion with rather many words that go on and on", 2, 7),
        ("enrolment", "excluded", "All", "Declined", 1, 2),
        ("enrolment", "pending", "All", "Still in screening", 0, 1),
        ("enrolment", "enrolled", "All", "Enrolled", 0, 30),
        *(("allocation", "allocated", arm, arm, 0, 30 // len(arms)) for arm in arms),
    ]
    for group in groups or ("All",):
        rows += [
            ("treatment", "treated", group, "Treatment begun", 0, 30),
            ("follow-up", "followed", group, "Died", 0, 3),
        ]
    return result("enrolment", {"consort": pd.DataFrame(rows, columns="stage box strata item level n".split())})


def eligibility_result() -> Result:
    """Fourteen criteria, of which thirteen were failed by someone; every other one has a label."""
    labels = ("", "In short")
    rows = [
        (f"I{k:02d}", labels[k % 2], "inclusion", f"Criterion number {k}", 20 - k, k, 0, k // 2, k // 3, 0)
        for k in range(14)
    ]
    columns = "criterion label type text n_met n_not_met n_unknown n_first n_sole n_sole_open".split()
    return result("eligibility", {"criteria": pd.DataFrame(rows, columns=columns)})


def timeline_result(
    rows: list[dict[str, Any]],
    sums: Sequence[dict[str, Any]] = (),
    scores: Sequence[tuple[str, int, float]] = (),
    **facts: Any,
) -> Result:
    """A patient with the given records, missing cells filled in."""
    columns = [*TIMELINE, "news"] if any("news" in row for row in rows) else TIMELINE
    frame = pd.DataFrame([{"precision": "", "end_precision": ""} | row for row in rows], columns=columns)
    frame = frame.astype({"start": "datetime64[ns]", "end": "datetime64[ns]"})
    frame = frame.astype(dict.fromkeys(["start_day", "end_day", "grade", "value", "low", "high"], float))
    scans = pd.DataFrame(sums, columns=SUMS).astype({"date": "datetime64[ns]"} | dict.fromkeys(SUMS[1:], float))
    forms = pd.DataFrame(scores, columns=["date", "day", "score"]).astype({"date": "datetime64[ns]", "score": float})
    tables = {"timeline": frame, "sums": scans, "scores": forms}
    return result("patient", tables, facts={"enrolled": "2025-01-10"} | facts)
