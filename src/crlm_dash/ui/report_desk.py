"""Where a report is ordered: which one, the button, how far it is, and what was prepared before for the same viewer."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from crlm_dash.report import Document, Figure, Kind, Table, html, report, word
from crlm_dash.report.preparing import NEEDS, OPEN_VIEWER
from crlm_dash.ui import session

_LABELS = {"Open": Kind.OPEN, "Closed": Kind.CLOSED}
_MOST_KEPT = 24


@dataclass(frozen=True)
class Prepared:
    """A report, and its two files."""

    document: Document
    html: bytes
    word: bytes


def kind() -> Kind:
    """The open or the closed report; refused here already to who may not prepare it."""
    chosen = st.segmented_control(
        "Which report",
        list(_LABELS),
        default="Open",
        key="kind",
        required=True,
        bind="query-params",
        help="Open: all arms together, without efficacy, for investigators too. "
        "Closed: outcomes by arm, for the committee only.",
    )
    found = _LABELS[str(chosen)]
    session.door().check_can(NEEDS[found])
    return found


def prepared(kind: Kind) -> Prepared | None:
    """The report of this cut as this viewer may have it; None until somebody asks for it."""
    here = session.place()
    viewer = OPEN_VIEWER if kind is Kind.OPEN else here.viewer
    kept, key = _kept(), (str(session.store_root()), viewer, here.cut.trial, here.cut.fingerprint, kind)
    place = st.empty()
    if key not in kept and place.button("Prepare DSMB report", key="report_prepare", type="primary"):
        place.empty()
        bar = st.progress(0.0, "Preparing the report")
        document = report(
            session.store(), here.viewer, here.cut.trial, kind, here.cut.number,
            lambda words, done, total: bar.progress(done / (total + 1), f"{words} …"),
        )  # fmt: skip
        bar.progress(0.95, "Writing HTML and Word …")
        kept[key] = Prepared(document, html(document).encode("utf-8"), word(document))
        bar.empty()
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    return kept.get(key)


def contents(document: Document) -> pd.DataFrame:
    """What is inside: each section with its tables and figures."""
    rows = [
        (each.title, *(sum(isinstance(shown, kind) for shown in each.displays) for kind in (Table, Figure)))
        for each in document.sections
    ]
    return pd.DataFrame(rows, columns=["Section", "Tables", "Figures"])


# Shared by all visitors: the whole viewer is part of the key. A report is kept, not a refusal.
@st.cache_resource(show_spinner=False)
def _kept() -> OrderedDict[tuple[object, ...], Prepared]:
    return OrderedDict()
