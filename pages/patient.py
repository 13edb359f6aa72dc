"""Patient: everything about one patient on one timeline; without a patient, the list to choose from."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import address, show, widgets
from crlm_dash.ui.session import ask
from crlm_dash.ui.verdict import verdict

usubjid = widgets.patient()
if not usubjid:
    listed = ask(analyses.patients)
    show.numbers(listed)
    show.table(tables.patients_list(listed), key="patient_list", opens="Patient", height=720)
    st.stop()
result = ask(analyses.patient, usubjid=usubjid)
show.strip(tables.patient_subject(result))
show.figure(figures.timeline(result, address.day()), key="patient_timeline", alt=result.sentence)
records, baseline, criteria, lesions, labs = st.tabs(["Records", "Baseline", "Eligibility", "Lesions", "Laboratory"])
with records:
    show.table(tables.patient_timeline(result), key="patient_records", private=True, empty="Nothing dated is recorded.")
with baseline:
    show.table(tables.patient_subject(result), key="patient_baseline", private=True, alt="Facts about the patient")
with criteria:
    verdict(result)
    shown = tables.patient_criteria(result)
    show.table(shown, key="patient_criteria", private=True, empty="None is known.", wide=("Found", "Wanted"))
    show.table(tables.patient_evidence(result), key="patient_evidence", private=True, empty="No fact is declared.")
with lesions:
    show.table(tables.patient_lesions(result), key="patient_lesions", private=True, empty="No lesion is recorded.")
with labs:
    show.table(tables.patient_labs(result), key="patient_labs", private=True, empty="No laboratory value is recorded.")
show.notes(result)
