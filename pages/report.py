"""DSMB report: choose the open or the closed one, prepare it, take it along as HTML or for Word."""

import streamlit as st

from crlm_dash.ui import downloads, report_desk, show

HTML, WORD = "text/html", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
found = report_desk.prepared(report_desk.kind())
if found is None:
    st.caption("Made from the same analyses as the pages, for this data cut and for who is looking.")
    st.stop()
made = found.document
st.subheader(f"{made.marking.capitalize()}, made {made.made_at:%Y-%m-%d %H:%M} UTC", anchor=False)
st.caption(made.confidentiality)
left, right = st.columns(2)
with left:
    st.download_button(
        "HTML, prints on A4", downloads.taken(lambda: found.html, "report.html"), f"{made.file_name}.html", HTML,
        key="report_html", width="stretch",
        on_click="ignore", icon=":material/download:",
    )  # fmt: skip
with right:
    st.download_button(
        "Word (.docx)", downloads.taken(lambda: found.word, "report.docx"), f"{made.file_name}.docx", WORD,
        key="report_word", width="stretch",
        on_click="ignore", icon=":material/download:",
    )  # fmt: skip
st.subheader("What is inside", anchor=False)
show.table(report_desk.contents(made), key="report_contents", height="content", alt="Sections of the report")
