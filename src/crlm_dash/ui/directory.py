"""The pages there are: file, title, icon, and what each is for."""

from __future__ import annotations

from pathlib import Path

from crlm_dash.ui.session import ROOT

OVERVIEW = "overview"
PAGES = {
    OVERVIEW: ("Overview", "home", "The trial at a glance, and what needs attention."),
    "totals": ("Trial in numbers", "tag", "Counts of everybody, small ones left out: what an observer may see."),
    "changes": ("Since the last cut", "difference", "What happened since an earlier data cut, and what was corrected."),
    "enrolment": ("Enrolment", "group_add", "When the target will be reached, how sure that is, what holds it back."),
    "followup": ("Follow-up", "event_available", "Whether visits and scans take place as planned, and who is overdue."),
    "sites": ("Sites", "location_city", "How each site recruits, follows and records, beyond what chance explains."),
    "eligibility": ("Eligibility", "checklist", "Which criteria keep patients out, what is missing, what deviates."),
    "limits": ("Limits", "tune", "What moving one limit of a criterion would gain."),
    "survival": ("Survival", "show_chart", "Survival curves with the numbers at risk below them."),
    "progression": ("Progression", "stacked_line_chart", "Where the disease fails first, and for how many."),
    "comparison": ("Comparison", "balance", "Groups that chose their treatment, made alike, then compared."),
    "response": ("Response", "waterfall_chart", "How far tumours shrank and for how long; best overall response."),
    "qol": ("Quality of life", "sentiment_satisfied", "Whether life is better or worse, for whom, and who answered."),
    "riskfactors": ("Risk factors", "rule", "Which factors go with the outcome, alone and together; subgroups."),
    "safety": ("Safety", "health_and_safety", "Adverse events by term and worst grade; deaths."),
    "laboratory": ("Laboratory", "science", "Liver tests at their worst, grades before and after, trends."),
    "events": ("Deaths, serious events", "emergency", "Every death and serious event, and on to the patient."),
    "stopping": (
        "Stopping lines",
        "front_hand",
        "Whether a line is crossed at which the protocol would stop the trial.",
    ),
    "report": ("DSMB report", "description", "The open and the closed report to the committee, to print or for Word."),
    "patients": ("Patients", "groups", "Every patient, to search, filter and sort; a row leads to the patient."),
    "patient": ("Patient", "person", "Everything about one patient on one timeline."),
    "audit": ("Audit", "policy", "Who signed in, saw, took along or was refused what; for the data manager."),
    "meeting": ("Meeting", "co_present", "A list of patients, one after another, and what is decided for each."),
    "quality": ("Data quality", "fact_check", "What was wrong with the data, and every data cut."),
}
FOR_OBSERVERS = ("totals",)  # who sees counts of the whole trial only finds these in the menu
SECTIONS: dict[str, tuple[str, ...]] = {  # of the menu; '' stands in it by itself
    "": (OVERVIEW, "patients", "patient", "meeting"),
    "Enrolment": ("enrolment", "sites", "followup", "eligibility", "limits"),
    "Outcome": ("survival", "progression", "response", "comparison", "qol", "riskfactors"),
    "Safety": ("safety", "events", "laboratory", "stopping", "report"),
    "Data": ("changes", "totals", "quality", "audit"),
}


def file_of(page: str) -> Path:
    """The script of a page."""
    return ROOT / "pages" / f"{page}.py"


def icon_of(page: str) -> str:
    """The icon of a page, as Streamlit names it."""
    return f":material/{PAGES[page][1]}:"
