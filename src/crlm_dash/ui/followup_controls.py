"""The controls of the follow-up page: which visits and which site, the rest under "More"."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash import analyses
from crlm_dash.analyses.followup_visits import kinds_of
from crlm_dash.ui import address, session, widgets


def chosen() -> dict[str, Any]:
    """What the viewer asks of the follow-up analysis, by the names of its options."""
    left, middle, right, more = st.columns([5, 5, 5, 3], vertical_alignment="bottom")
    with left:
        visits = address.choice(
            "Visits", {kind: widgets.VISITS[kind] for kind in kinds_of(session.door())}, key="visits"
        )
    with middle:
        site = address.choice("Site", _sites(), key="site")
    with right:
        by = widgets.strata()
    with more, st.popover("More", icon=":material/tune:", width="stretch"):
        where = widgets.where()
    return {"visits": visits, "site": site, "by": by, "where": where}


def _sites() -> dict[str, str]:
    """The sites whose patients the viewer may list, all of them first."""
    may_list = session.place().viewer.sites
    known = session.ask(analyses.followup).tables["by_site"]["siteid"].dropna()
    return {"": "Every site"} | {site: site for site in known if may_list is None or site in may_list}
