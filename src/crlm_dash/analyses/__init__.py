"""One question a file: each asks the door, computes by `stats`, and returns one `Result`."""

from collections.abc import Callable

from crlm_dash.analyses.audit import audit
from crlm_dash.analyses.baseline import baseline
from crlm_dash.analyses.between_scans import between_scans
from crlm_dash.analyses.changes import changes
from crlm_dash.analyses.comparison import comparison
from crlm_dash.analyses.decisions import decisions
from crlm_dash.analyses.deviations import deviations
from crlm_dash.analyses.eligibility import eligibility
from crlm_dash.analyses.eligibility_limit import eligibility_limit
from crlm_dash.analyses.enrolment import enrolment
from crlm_dash.analyses.followup import followup
from crlm_dash.analyses.incidence import incidence
from crlm_dash.analyses.laboratory import laboratory
from crlm_dash.analyses.lesions import lesions
from crlm_dash.analyses.manifest import manifest
from crlm_dash.analyses.meeting import meeting_candidates, meeting_patients
from crlm_dash.analyses.monitoring import monitoring
from crlm_dash.analyses.overview import overview
from crlm_dash.analyses.patient import patient
from crlm_dash.analyses.patient_changes import patient_changes
from crlm_dash.analyses.patient_qol import patient_qol
from crlm_dash.analyses.patients import patients
from crlm_dash.analyses.qol import qol
from crlm_dash.analyses.qol_model import qol_model
from crlm_dash.analyses.quality import quality
from crlm_dash.analyses.response import response
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.analyses.riskfactors import riskfactors
from crlm_dash.analyses.safety import safety
from crlm_dash.analyses.safety_events import safety_events
from crlm_dash.analyses.safety_subjects import safety_subjects
from crlm_dash.analyses.sites import sites
from crlm_dash.analyses.survival import survival
from crlm_dash.analyses.totals import totals

ANALYSES: dict[str, Callable[..., Result]] = {
    "overview": overview,
    "totals": totals,
    "changes": changes,
    "enrolment": enrolment,
    "sites": sites,
    "eligibility": eligibility,
    "eligibility_limit": eligibility_limit,
    "decisions": decisions,
    "deviations": deviations,
    "followup": followup,
    "baseline": baseline,
    "survival": survival,
    "incidence": incidence,
    "response": response,
    "qol": qol,
    "qol_model": qol_model,
    "riskfactors": riskfactors,
    "comparison": comparison,
    "safety": safety,
    "safety_events": safety_events,
    "safety_subjects": safety_subjects,
    "monitoring": monitoring,
    "laboratory": laboratory,
    "meeting_candidates": meeting_candidates,
    "meeting_patients": meeting_patients,
    "patient": patient,
    "lesions": lesions,
    "between_scans": between_scans,
    "patient_changes": patient_changes,
    "patient_qol": patient_qol,
    "patients": patients,
    "quality": quality,
    "manifest": manifest,
    "audit": audit,
}

__all__ = [
    "ANALYSES",
    "Exclusion",
    "Result",
    "audit",
    "baseline",
    "between_scans",
    "changes",
    "comparison",
    "decisions",
    "deviations",
    "eligibility",
    "eligibility_limit",
    "enrolment",
    "followup",
    "incidence",
    "laboratory",
    "lesions",
    "manifest",
    "meeting_candidates",
    "meeting_patients",
    "monitoring",
    "overview",
    "patient",
    "patient_changes",
    "patient_qol",
    "patients",
    "qol",
    "qol_model",
    "quality",
    "response",
    "riskfactors",
    "safety",
    "safety_events",
    "safety_subjects",
    "sites",
    "survival",
    "totals",
]
