"""Closed vocabularies of the field and of this product, and the one crossing from CNSR to "event"."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

DAYS_PER_MONTH = 30.4375
DAYS_PER_YEAR = 365.25


class Severity(StrEnum):
    """How bad a fault in a source is."""

    FATAL = "fatal"  # no cut is sealed
    ERROR = "error"  # the row is set aside, kept whole
    WARNING = "warning"  # the row is used; someone should look


class TrialKind(StrEnum):
    """Where a trial's records come from: decides whether roles may be chosen freely."""

    SIMULATED = "simulated"
    PUBLIC = "public"
    REAL = "real"


class Lane(StrEnum):
    """Lanes of the patient timeline, in the order they are drawn."""

    DISEASE = "Disease"
    LOCAL = "Local treatment"
    SYSTEMIC = "Systemic therapy"
    RESPONSE = "Imaging response"
    TUMOUR_SIZE = "Sum of diameters"
    MARKER = "Tumour markers"
    LIVER = "Liver function"
    ADVERSE = "Adverse events"
    QOL = "Quality of life"
    VISIT = "Visits"
    STATUS = "Trial status"
    DECISION = "MDT decisions"


class TimeUnit(StrEnum):
    """Unit in which an endpoint's AVAL is stored."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


class Modality(StrEnum):
    """Local treatments of liver metastases (PRTRT)."""

    HEPATECTOMY = "HEPATECTOMY"
    ABLATION = "ABLATION"
    SBRT = "SBRT"
    TACE = "TACE"
    HAIC = "HAIC"


class Recommendation(StrEnum):
    """What a meeting recommends for a patient."""

    RESECT = "resect"
    ABLATE = "ablate"
    SBRT = "SBRT"
    TACE_HAIC = "TACE/HAIC"
    SYSTEMIC = "continue systemic"
    OBSERVE = "observe"
    DIAGNOSTICS = "more diagnostics"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As it is written on the screen."""
        return self.value if self.value[0].isupper() else self.value.capitalize()


# Who may have sat in a meeting, by role.
ATTENDANCE = (
    "Surgeon",
    "Oncologist",
    "Radiologist",
    "Interventional radiologist",
    "Radiation oncologist",
    "Hepatologist",
    "Pathologist",
    "Nurse specialist",
    "Other",
)

MISSING_GROUP = "(missing)"
POOLED = "All"
WITHHELD_TERMS = "Treatment-specific events (terms withheld)"  # class and term of what would tell the arm

# Status of a planned visit at the cut-off, in the order of a legend; due soon: open, or due within 30 days after it.
VISIT_STATUSES = {
    "done": "Made in its window",
    "early": "Made early",
    "late": "Made late",
    "missed": "Missed",
    "overdue": "Overdue",
    "due soon": "Due soon",
    "not yet": "Later",
    "not applicable": "Not applicable",
}

# State of a lesion at a scan (`sql/queries/lesion_states.sql`), in the order of a legend.
LESION_STATES = {
    "new": "new",
    "progressing": "locally progressing",
    "controlled": "controlled",
    "present": "first seen",
    "uncertain": "uncertain",
    "not assessed": "not assessed",
    "gone": "gone",
}


def is_event(cnsr: Any) -> Any:
    """CNSR 0 is the event; 1 or more is censored (CDISC ADaM). Works on a scalar or a Series."""
    return cnsr == 0


def regimen(label: str) -> str:
    """The names of single drugs without shouting: "FOLFOX + Bevacizumab"; FOLFOXIRI keeps its capitals."""
    drugs = [word if len(word) < 7 or word.startswith("FOL") else word.capitalize() for word in label.split()]
    return " ".join(drugs)
