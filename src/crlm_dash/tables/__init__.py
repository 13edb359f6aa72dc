"""Results as tables a person reads: labels, rounding, "n (%)", order. No number is computed here."""

from collections.abc import Callable

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables import comparison, patient_qol, qol_model
from crlm_dash.tables.baseline import baseline_table
from crlm_dash.tables.between import BETWEEN, between_changes, between_given, between_procedures, between_severe
from crlm_dash.tables.changes import (
    changes_by_arm,
    changes_deaths,
    changes_events,
    changes_figures,
    changes_headline,
    changes_procedures,
    changes_regraded,
    changes_serious,
    changes_subjects,
    patient_changes,
)
from crlm_dash.tables.decisions import decisions_history, decisions_list, decisions_minutes
from crlm_dash.tables.eligibility import (
    eligibility_criteria,
    eligibility_deviations,
    eligibility_facts,
    eligibility_gain,
    eligibility_missing,
    eligibility_subjects,
    eligibility_verdicts,
)
from crlm_dash.tables.enrolment import (
    enrolment_backtest,
    enrolment_bands,
    enrolment_consort,
    enrolment_coverage,
    enrolment_figures,
    enrolment_forecast,
    enrolment_milestones,
    enrolment_pace,
    enrolment_rates,
)
from crlm_dash.tables.events import events_causes, events_deaths, events_serious, safety_subjects
from crlm_dash.tables.evidence import patient_criteria, patient_evidence
from crlm_dash.tables.followup import (
    deviation_kinds,
    deviation_sites,
    followup_attendance,
    followup_overdue,
    followup_patients,
    followup_summary,
)
from crlm_dash.tables.incidence import (
    incidence_contrasts,
    incidence_first_events,
    incidence_hazard_ratios,
    incidence_landmarks,
    incidence_subdistribution,
    incidence_tests,
)
from crlm_dash.tables.laboratory import (
    laboratory_extremes,
    laboratory_limits,
    laboratory_no_baseline,
    laboratory_no_baseline_subjects,
    laboratory_path,
    laboratory_quadrants,
    laboratory_shifts,
    laboratory_trends,
    laboratory_worst,
)
from crlm_dash.tables.lesions import lesion_list, lesion_scans, lesion_states
from crlm_dash.tables.meeting import MEETING, meeting_candidates, meeting_patients
from crlm_dash.tables.monitoring import monitoring_boundary, monitoring_line, monitoring_operating, monitoring_rules
from crlm_dash.tables.people import (
    PATIENT,
    patient_labs,
    patient_left_out,
    patient_lesions,
    patient_subject,
    patient_summary,
    patient_sums,
    patient_timeline,
    patients_drawn,
    patients_list,
)
from crlm_dash.tables.qol import QOL, qol_completion, qol_deterioration, qol_reasons, qol_visits
from crlm_dash.tables.response import RESPONSE, response_best, response_differences, response_rates
from crlm_dash.tables.riskfactors import (
    riskfactor_covariates,
    riskfactor_facts,
    riskfactor_models,
    riskfactor_subgroups,
    riskfactor_tests,
)
from crlm_dash.tables.safety import (
    safety_deaths,
    safety_grades,
    safety_overview,
    safety_rates,
    safety_term_lines,
    safety_term_numbers,
    safety_terms,
)
from crlm_dash.tables.safety_treatments import (
    safety_complication_terms,
    safety_complications,
    safety_modalities,
    safety_procedures,
)
from crlm_dash.tables.screening import (
    enrolment_arms,
    enrolment_sites,
    screening_funnel,
)
from crlm_dash.tables.sites import sites_table
from crlm_dash.tables.survival import (
    survival_differences,
    survival_hazard_ratios,
    survival_landmarks,
    survival_maturity,
    survival_published,
    survival_rmst,
    survival_rmst_differences,
    survival_summary,
    survival_tests,
)
from crlm_dash.tables.survival_numbers import survival_numbers
from crlm_dash.tables.totals import totals_displays, totals_figures, totals_sites
from crlm_dash.tables.trial import (
    QUALITY,
    audit_entries,
    audit_totals,
    manifest_assumptions,
    manifest_facts,
    manifest_sources,
    manifest_versions,
    overview_attention,
    overview_figures,
    overview_milestones,
    quality_counts,
    quality_cuts,
    quality_delivered,
    quality_faults,
)

# What `crlm-dash show` prints of each analysis, in this order: table name -> how it is written.
READABLE: dict[str, dict[str, Callable[[Result], pd.DataFrame]]] = {
    "overview": {
        "figures": overview_figures,
        "attention": overview_attention,
        "milestones": overview_milestones,
    },
    "totals": {"figures": totals_figures, "displays": totals_displays, "sites": totals_sites},
    "changes": {
        "headline": changes_headline,
        "by_arm": changes_by_arm,
        "events": changes_events,
        "subjects": changes_subjects,
        "procedures": changes_procedures,
        "new_deaths": changes_deaths,
        "new_serious": changes_serious,
        "regraded": changes_regraded,
    },
    "enrolment": {
        "forecast": enrolment_forecast,
        "milestones": enrolment_milestones,
        "funnel": screening_funnel,
        "pace": enrolment_pace,
        "backtest": enrolment_backtest,
        "coverage": enrolment_coverage,
        "rates": enrolment_rates,
        "sites": enrolment_sites,
        "arms": enrolment_arms,
        "consort": enrolment_consort,
        "bands": enrolment_bands,
    },
    "sites": {"sites": sites_table},
    "eligibility": {
        "funnel": screening_funnel,
        "criteria": eligibility_criteria,
        "verdicts": eligibility_verdicts,
        "facts": eligibility_facts,
        "missing": eligibility_missing,
        "subjects": eligibility_subjects,
        "deviations": eligibility_deviations,
    },
    "deviations": {"kinds": deviation_kinds, "sites": deviation_sites},
    "followup": {"summary": followup_summary, "attendance": followup_attendance, "overdue": followup_overdue},
    "baseline": {"groups": baseline_table},
    "incidence": {
        "first_events": incidence_first_events,
        "landmarks": incidence_landmarks,
        "tests": incidence_tests,
        "subdistribution": incidence_subdistribution,
        "hazard_ratio": incidence_hazard_ratios,
    },
    "comparison": comparison.TABLES,
    "eligibility_limit": {"gain": eligibility_gain},
    "response": RESPONSE,
    "riskfactors": {
        "models": riskfactor_models,
        "tests": riskfactor_tests,
        "subgroups": riskfactor_subgroups,
        "facts": riskfactor_facts,
        "covariates": riskfactor_covariates,
    },
    "survival": {
        "summary": survival_summary,
        "landmarks": survival_landmarks,
        "differences": survival_differences,
        "tests": survival_tests,
        "hazard_ratio": survival_hazard_ratios,
        "rmst": survival_rmst,
        "rmst_difference": survival_rmst_differences,
        "maturity": survival_maturity,
        "published": survival_published,
    },
    "safety": {
        "overview": safety_overview,
        "terms": safety_terms,
        "grades": safety_grades,
        "rates": safety_rates,
        "procedures": safety_procedures,
        "complications": safety_complications,
        "complication_terms": safety_complication_terms,
        "modalities": safety_modalities,
        "deaths": safety_deaths,
    },
    "safety_events": {"deaths": events_deaths, "serious": events_serious, "causes": events_causes},
    "safety_subjects": {"subjects": safety_subjects},
    "monitoring": {
        "rules": monitoring_rules,
        "line": monitoring_line,
        "operating": monitoring_operating,
        "boundary": monitoring_boundary,
    },
    "laboratory": {
        "quadrants": laboratory_quadrants,
        "edish": laboratory_extremes,
        "worst": laboratory_worst,
        "shifts": laboratory_shifts,
        "no_baseline": laboratory_no_baseline,
        "no_baseline_subjects": laboratory_no_baseline_subjects,
        "trends": laboratory_trends,
        "paths": laboratory_path,
        "limits": laboratory_limits,
    },
    "patient": PATIENT | {"criteria": patient_criteria, "evidence": patient_evidence},
    "lesions": {"scans": lesion_scans, "lesions": lesion_list, "states": lesion_states},
    "between_scans": BETWEEN,
    **MEETING,
    "patient_changes": {"timeline": patient_changes},
    "patient_qol": patient_qol.TABLES,
    "patients": {"subjects": patients_list},
    "audit": {"entries": audit_entries, "totals": audit_totals},
    "qol": QOL,
    "qol_model": qol_model.TABLES,
    "quality": QUALITY,
    "manifest": {
        "facts": manifest_facts,
        "sources": manifest_sources,
        "assumptions": manifest_assumptions,
        "versions": manifest_versions,
    },
}

__all__ = [
    "READABLE", "audit_entries", "audit_totals", "baseline_table", "between_changes", "between_given",
    "between_procedures", "between_severe", "changes_by_arm", "changes_deaths", "changes_events",
    "changes_figures", "changes_headline", "changes_procedures", "changes_regraded", "changes_serious",
    "changes_subjects", "comparison", "decisions_history", "decisions_list", "decisions_minutes", "deviation_kinds",
    "deviation_sites", "eligibility_criteria", "eligibility_deviations", "eligibility_facts", "eligibility_gain",
    "eligibility_missing", "eligibility_subjects", "eligibility_verdicts", "enrolment_arms", "enrolment_backtest",
    "enrolment_bands", "enrolment_consort", "enrolment_coverage", "enrolment_figures", "enrolment_forecast",
    "enrolment_milestones", "enrolment_pace", "enrolment_rates", "enrolment_sites", "events_causes", "events_deaths",
    "events_serious", "followup_attendance", "followup_overdue", "followup_patients", "followup_summary",
    "incidence_contrasts", "incidence_first_events", "incidence_hazard_ratios", "incidence_landmarks",
    "incidence_subdistribution", "incidence_tests", "laboratory_extremes", "laboratory_limits",
    "laboratory_no_baseline", "laboratory_no_baseline_subjects", "laboratory_path", "laboratory_quadrants",
    "laboratory_shifts", "laboratory_trends", "laboratory_worst", "lesion_list", "lesion_scans", "lesion_states",
    "manifest_assumptions", "manifest_facts", "manifest_sources", "manifest_versions", "meeting_candidates",
    "meeting_patients", "monitoring_boundary", "monitoring_line", "monitoring_operating", "monitoring_rules",
    "overview_attention", "overview_figures", "overview_milestones", "patient_changes", "patient_criteria",
    "patient_evidence", "patient_labs", "patient_left_out", "patient_lesions", "patient_qol", "patient_subject",
    "patient_summary", "patient_sums", "patient_timeline", "patients_drawn", "patients_list", "qol_completion",
    "qol_deterioration", "qol_model", "qol_reasons", "qol_visits", "quality_counts", "quality_cuts",
    "quality_delivered", "quality_faults", "response_best", "response_differences", "response_rates",
    "riskfactor_covariates", "riskfactor_facts", "riskfactor_models", "riskfactor_subgroups", "riskfactor_tests",
    "safety_complication_terms", "safety_complications", "safety_deaths", "safety_grades", "safety_modalities",
    "safety_overview", "safety_procedures", "safety_rates", "safety_subjects", "safety_term_lines",
    "safety_term_numbers", "safety_terms", "screening_funnel", "sites_table", "survival_differences",
    "survival_hazard_ratios", "survival_landmarks", "survival_maturity", "survival_numbers", "survival_published",
    "survival_rmst", "survival_rmst_differences", "survival_summary", "survival_tests", "totals_displays",
    "totals_figures", "totals_sites",
]  # fmt: skip
