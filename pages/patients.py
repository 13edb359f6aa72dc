"""Patients: the list to search, filter and sort, the tumour's course in a line; a row leads to the patient."""

from crlm_dash import analyses, tables
from crlm_dash.ui import patients_controls, show
from crlm_dash.ui.session import ask

asked = patients_controls.chosen()
result = ask(analyses.patients, **asked, **patients_controls.page(asked))
show.numbers(result)
show.table(
    tables.patients_drawn(result),
    key="patients_list",
    opens="Patient",
    line="Sum of diameters",
    whole=patients_controls.whole(asked),
    height="content",
    wide={"Patient": 195, "Status": 150, "Eligibility": 120},
    alt=result.sentence,
)
patients_controls.turn(asked, result)
show.notes(result)
