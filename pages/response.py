"""Response: best overall response, how the targets' sum changed and how long responses last, as far as may be seen."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import response_controls as controls
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

result = ask(analyses.response, **controls.chosen())
show.numbers(result)
show.finding(result)
none = "No sum of target lesions changed."
match controls.picture():
    case controls.WATERFALL:
        drawn = figures.response_waterfall(result)
        show.figure(drawn, key="response_waterfall", alt=result.sentence, chooses="mark", empty=none)
    case controls.SPIDER:
        drawn = figures.response_spider(result)
        show.figure(drawn, key="response_spider", alt="Change of the sum over time", chooses="mark", empty=none)
    case _:
        drawn = figures.response_swimmer(result)
        show.figure(drawn, key="response_swimmer", alt="Time in response", chooses="mark", empty=none)
controls.opens(result)
st.subheader("Best overall response", anchor=False)
show.table(tables.response_rates(result), key="response_rates", height="content", alt="Response with exact limits")
show.table(tables.response_best(result), key="response_best", height="content", alt="Best overall response")
show.table(tables.response_differences(result), key="response_differences", height="content", empty="")
show.notes(result)
