"""Laboratory: the liver at its worst, grades before and after, trends, as far as the viewer may see them."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import laboratory_controls as controls
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

view, asked, multiples = controls.chosen()
result = ask(analyses.laboratory, **asked)
show.numbers(result)
show.finding(result)
if view == controls.LIVER:
    none = "No patient has both peaks."
    show.figure(figures.edish(result), key="laboratory_edish", alt=result.sentence, chooses="mark", empty=none)
    usubjid = controls.patient_of(result)
    if usubjid:
        walked = ask(analyses.laboratory, **asked, usubjid=usubjid)
        show.figure(figures.liver_path(walked), key="laboratory_path", alt="Liver tests of one patient over time")
    st.subheader("Outside the normal range", anchor=False)
    show.table(tables.laboratory_extremes(result), key="laboratory_extremes", opens="Patient", empty="Nobody to name.")
    st.subheader("Without a baseline", anchor=False)
    show.table(tables.laboratory_no_baseline_subjects(result), key="laboratory_without", opens="Patient")
elif view == controls.GRADES:
    show.figure(figures.grade_shifts(result), key="laboratory_shifts", alt="Worst grade by grade at baseline")
    st.subheader("Worst grade of every test", anchor=False)
    show.figure(figures.worst_grades(result), key="laboratory_worst", alt="Patients by worst grade, test by test")
    show.table(tables.laboratory_worst(result), key="laboratory_severe", alt="Grade 3 or higher", height="content")
    st.subheader("Where each grade begins", anchor=False)
    show.table(tables.laboratory_limits(result), key="laboratory_limits", alt="Limits of CTCAE v5.0", height="content")
else:
    drawn = figures.lab_trends(result, multiples=multiples)
    show.figure(drawn, key="laboratory_trends", alt="Median and quartiles month by month")
    show.table(tables.laboratory_trends(result), key="laboratory_trend_table", alt="Median and quartiles by month")
show.notes(result)
