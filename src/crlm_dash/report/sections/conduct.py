"""How the trial is run: its design, who came, who failed screening, how patients are followed, who they are."""

from __future__ import annotations

import pandas as pd

from crlm_dash import analyses, tables
from crlm_dash.access import Action
from crlm_dash.report import drawing
from crlm_dash.report.document import Section
from crlm_dash.report.sections.scope import Scope, figure, section, table
from crlm_dash.store.door import BY_ARM

_ORIGINS = {
    "DIAGDT": "diagnosis", "ENRLDT": "enrolment", "RANDDT": "randomisation", "TRTSDT": "first treatment of the trial",
    "SCRNDT": "screening", "RFICDT": "consent",
}  # fmt: skip


def design(scope: Scope) -> Section:
    """The trial as its protocol file has it, its endpoints, and every value that is assumed."""
    result = analyses.manifest(scope.door)
    return section(
        "Trial design and assumptions",
        result,
        table("The trial in short", result, _in_short(scope)),
        table("Endpoints as declared in the protocol file", result, _endpoints(scope)),
        table("Values the published text does not give: assumed", result, tables.manifest_assumptions(result)),
        sentence=_designed(scope),
        notes=(),
        paged=True,
    )


def _designed(scope: Scope) -> str:
    protocol = scope.door.protocol
    arms = f"{len(protocol.arms)} arms" if len(protocol.arms) != 1 else "One arm"
    how = "randomised" if protocol.allocation.randomised else f"allocation: {protocol.allocation.method}"
    named = "" if _names_arms(scope) else "; this report does not name the treatments"
    return f"{arms if protocol.arms else 'Arms not stated'}, {how}{named}."


def _names_arms(scope: Scope) -> bool:
    return scope.closed and scope.door.can(Action.SEE_ARM_NAMES)


def _in_short(scope: Scope) -> pd.DataFrame:
    protocol = scope.door.protocol
    plan, safety = protocol.accrual, protocol.safety
    dates = " to ".join(day.isoformat() for day in (plan.start, plan.planned_end) if day)
    rows = [
        ("Allocation", protocol.allocation.method),
        *([(f"Arm: {arm.label}", arm.description) for arm in protocol.arms] if _names_arms(scope) else []),
        ("Patients planned", f"{plan.target:,}" if plan.target else ""),
        ("Enrolment planned", dates),
        ("Sites planned", f"{plan.sites_planned}" if plan.sites_planned else ""),
        ("Follow-up", f"{protocol.followup_months} months" if protocol.followup_months else ""),
        ("Visits planned", f"{len(protocol.visits)}" if protocol.visits else ""),
        (
            "Adverse events count",
            f"from {_ORIGINS[safety.treatment_emergent_start]} to {safety.days_after_end} days after the last",
        ),
        ("Grading", safety.grading),
    ]
    return pd.DataFrame([row for row in rows if row[1]], columns=["", "As planned"])


def _endpoints(scope: Scope) -> pd.DataFrame:
    rows = [
        (
            each.label,
            "primary" if each.primary else "supportive" if each.supportive else "",
            _ORIGINS.get(each.origin, "as delivered"),
            "competing risks" if each.type == "competing_risks" else "time to event",
        )
        for each in scope.door.protocol.endpoints
    ]
    return pd.DataFrame(rows, columns=["Endpoint", "Role", "Counted from", "Kind"])


def enrolment(scope: Scope) -> Section:
    """Enrolment against the plan, from screening to enrolment, by site, and by arm where the report may."""
    result = analyses.enrolment(scope.door)
    drawn = figure("Enrolment against the plan", result, drawing.accrual(result)) if result.n_total else None
    return section(
        "Enrolment",
        result,
        drawn,
        table("From screening to enrolment", result, tables.screening_funnel(result)),
        table("Enrolled by arm", result, tables.enrolment_arms(result)) if scope.closed else None,
        table("Screening and enrolment by site", result, tables.enrolment_sites(result)),
        vital=True,
    )


def eligibility(scope: Scope) -> Section:
    """Why patients fail screening, criterion by criterion."""
    result = analyses.eligibility(scope.door)
    return section(
        "Screening failures and their reasons",
        result,
        table("Criteria not met", result, _criteria(tables.eligibility_criteria(result))),
        table(
            "The verdict of the data against what became of the patients", result, tables.eligibility_verdicts(result)
        ),
        vital=True,
    )


def _criteria(frame: pd.DataFrame) -> pd.DataFrame:
    """Every criterion in a few words: the published wording is in the protocol."""
    about = frame["About"].where(frame["About"] != "", frame["Wording"]) if "About" in frame else frame["Wording"]
    named = frame.assign(Criterion=frame["Criterion"].str.cat(about, sep=" "))
    columns = ["Criterion", "Not met (any)", "First not met", "Only reason", "Unknown", "Met"]
    return named[[each for each in columns if each in named]]


def deviations(scope: Scope) -> Section:
    """What should not have happened, by kind and site."""
    result = analyses.deviations(scope.door)
    return section(
        "Deviations",
        result,
        table("Deviations by kind", result, tables.deviation_kinds(result), outline=True),
        table("Deviations by site", result, tables.deviation_sites(result)),
        vital=True,
    )


def followup(scope: Scope) -> Section:
    """How long, how completely and how recently patients are followed."""
    result = analyses.followup(scope.door, by=scope.by)
    visits = tables.followup_attendance(result)
    return section(
        "Follow-up and currency of the data",
        result,
        table("Length of follow-up, status and recent contact", result, tables.followup_summary(result)),
        table("Planned visits", result, visits, outline="Group" in visits),
        vital=True,
    )


def baseline(scope: Scope) -> Section:
    """Who was enrolled: by arm in a closed report, all together in an open one."""
    by = BY_ARM if scope.closed and len(scope.door.arms) > 1 else None
    result = analyses.baseline(scope.door, by=by)
    title = "Characteristics at baseline" + (" by arm" if by else "")
    return section("Patients at baseline", result, table(title, result, tables.baseline_table(result), outline=True))
