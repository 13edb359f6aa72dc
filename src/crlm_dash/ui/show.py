"""How results are put on the screen: banner, figures, tables, notes, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from crlm_dash.analyses.result import Result
from crlm_dash.errors import AccessDenied, CrlmDashError
from crlm_dash.terms import TrialKind
from crlm_dash.ui import session

if TYPE_CHECKING:
    import plotly.graph_objects as go

_KIND = {
    TrialKind.SIMULATED: ":orange-badge[SIMULATED DATA]",
    TrialKind.PUBLIC: ":blue-badge[PUBLIC EXAMPLE]",
}


def banner(title: str) -> None:
    """Title of the page; under it trial, data cut, role and what is kept from that role."""
    here = session.place()
    cut = here.cut
    st.title(title, anchor=False)
    stated = "" if cut.cutoff_stated else " (latest date in the data)"
    parts = [
        f"{_KIND.get(TrialKind(cut.kind), '')} **{_plain(cut.trial)}**",
        f"Data cut **{cut.number}** · cut-off **{day(cut.cutoff)}**{stated}"
        + (f" · {_plain(cut.label)}" if cut.label else ""),
        f"`{cut.fingerprint[:8]}`",
        f"Seen as **{here.viewer.role.label}** :gray-badge[{session.door().masked}]",
    ]
    st.markdown("  ·  ".join(parts))


def numbers(result: Result) -> None:
    """Population, filter and how many are used of how many; where nothing can be shown, why, and stop."""
    filters = f" · filter **{_plain(result.filters)}**" if result.filters else " · no filter"
    st.markdown(
        f"{_plain(result.population)} · **{result.n_used:,} of {result.n_total:,}** used{filters}",
        help="How many of those the display is about are in its numbers; the notes say who is missing and why.",
    )
    if result.empty:
        st.info(result.empty, icon=":material/info:")
        notes(result)
        st.stop()


def figure(drawn: go.Figure, *, key: str, alt: str) -> None:
    """A figure; its download carries trial and cut in its name."""
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
        "toImageButtonOptions": {"format": "svg", "filename": _file_name(key)},
    }
    st.plotly_chart(drawn, key=key, theme=None, config=config, alt=alt)


def table(frame: pd.DataFrame, *, key: str, empty: str = "Nothing to list.", **settings: Any) -> None:
    """A table, downloadable with trial and cut in its name; words where it has no rows."""
    if frame.empty:
        st.caption(empty)
        return
    st.dataframe(frame, key=key, hide_index=True, row_height=42, **settings)
    st.download_button(
        "CSV",
        frame.to_csv(index=False).encode("utf-8-sig"),
        file_name=f"{_file_name(key)}.csv",
        mime="text/csv",
        key=f"{key}_csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def notes(result: Result) -> None:
    """Who is missing and why, and what to bear in mind."""
    missing = [f"Not used: {each.n:,} — {each.reason}." for each in result.excluded]
    lines = [*missing, *result.notes]
    if lines:
        st.caption("\n".join(f"- {_plain(line)}" for line in lines))


def refusal(error: CrlmDashError) -> None:
    """What cannot be shown and why, in the words of whoever refused."""
    icon = ":material/lock:" if isinstance(error, AccessDenied) else ":material/info:"
    st.warning(_plain(str(error)), icon=icon)


def trouble(number: str) -> None:
    """Something broke: say so calmly; the details are in the server's log."""
    st.error(
        f"Something went wrong on our side, and nothing is shown rather than something wrong. "
        f"Please tell your data manager this number: **{number}**.",
        icon=":material/error:",
    )


def empty_store(root: Path) -> None:
    """Nothing is loaded yet: what this is and what to do."""
    st.title("Trials in colorectal liver metastases", anchor=False)
    st.markdown(
        "No trial is loaded yet. Load a folder of CDISC data, or simulate a demonstration trial first:"
    )
    st.code(
        "crlm-dash demo --trial CRLM10 --out data/demo/CRLM10\ncrlm-dash ingest data/demo/CRLM10",
        language="bash",
    )
    st.caption(f"The store is {root}. Reload this page afterwards.")


def day(date: Any) -> str:
    """A date as it is read: 3 May 2026."""
    return f"{date.day} {date:%B %Y}"


def _file_name(key: str) -> str:
    cut = session.place().cut
    return f"{cut.trial}_cut{cut.number}_{key}"


def _plain(text: str) -> str:
    """Text whose characters mean nothing to Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]$:#<>~|" else letter for letter in text)
