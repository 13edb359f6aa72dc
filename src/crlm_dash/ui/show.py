"""How results are put on the screen: banner, figures, tables, notes, refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import streamlit as st

from crlm_dash.access import Action
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import day
from crlm_dash.terms import Severity, TrialKind
from crlm_dash.ui import address, arm_key, directory, downloads, session
from crlm_dash.ui.trouble import plain

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from pandas.io.formats.style import Styler

_KIND = {
    TrialKind.SIMULATED: ":orange-badge[SIMULATED DATA]",
    TrialKind.PUBLIC: ":blue-badge[PUBLIC EXAMPLE]",
}
_SEVERITY = {
    str(Severity.ERROR): ":orange-badge[:material/priority_high: act]",
    str(Severity.WARNING): ":gray-badge[check]",
}

PATIENT = "Patient"  # the column of a table that names patients
_SCALE = {"png": 2}  # a picture of points needs more of them on a projector
_STRIP = ("Status", "Age", "Sex", "Site", "Arm", "Enrolled", "Died", "Cause of death")


def banner(title: str) -> None:
    """Title of the page; beside it trial, data cut, role and what is kept from that role."""
    here = session.place()
    cut = here.cut
    door = session.door()
    badge = "orange" if door.opening else "gray"
    parts = [
        f"{_KIND.get(TrialKind(cut.kind), '')} **{plain(cut.trial)}**",
        f"Data cut **{cut.number}** · cut-off **{day(cut.cutoff)}**" + (f" · {plain(cut.label)}" if cut.label else ""),
        f"`{cut.fingerprint[:8]}`",
        f"Seen as **{here.viewer.role.label}** :{badge}-badge[{door.masked}]",
    ]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="banner"):
        st.title(title, anchor=False, width="content")
        st.markdown("  ·  ".join(parts), width="stretch")
        arm_key.control()
    arm_key.told()


def numbers(result: Result) -> None:
    """Population, filter and how many are used of how many; where nothing can be shown, why, and stop."""
    filters = f" · filter **{plain(result.filters)}**" if result.filters else " · no filter"
    population, _, flag = result.population.partition(" (")
    st.markdown(
        f"{plain(population)} · **{result.n_used:,} of {result.n_total:,}** used{filters}",
        help="How many of those the display is about are in its numbers; the notes say who is missing and why."
        + (f" Flag in the data: {flag.rstrip(')')}." if flag else ""),
    )
    if result.empty:
        st.info(result.empty, icon=":material/info:")
        notes(result)
        st.stop()


def figure(
    drawn: go.Figure,
    *,
    key: str,
    alt: str,
    empty: str = "Nothing to draw.",
    picture: str = "svg",
    chooses: str = "",
    height: Literal["content", "stretch"] = "content",
) -> None:
    """
    A figure, its download (as `picture`: svg or png) named after trial and cut; words where it would be blank.

    `chooses` names a control: a click on a mark sets it to what the mark's customdata begins with.
    """
    if all(trace.x is None or not len(trace.x) for trace in drawn.data):
        st.caption(empty)
        return
    pictures = [] if session.door().can(Action.DOWNLOAD_NUMBERS) else ["toImage"]
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d", *pictures],
        "toImageButtonOptions": {"format": picture, "filename": _file_name(key), "scale": _SCALE.get(picture, 1)},
    }
    chosen: dict[str, Any] = {"on_select": partial(_choose_mark, key, chooses), "selection_mode": "points"}
    st.plotly_chart(drawn, key=key, theme=None, config=config, alt=alt, height=height, **(chosen if chooses else {}))


def _choose_mark(key: str, control: str) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points and points[0].get("customdata"):
        st.session_state[control] = points[0]["customdata"][0]


def table(
    frame: pd.DataFrame,
    *,
    key: str,
    empty: str = "Nothing to list.",
    opens: str = "",
    on_day: str = "",
    choose: str = "",
    private: bool = False,
    whole: Callable[[], pd.DataFrame] | None = None,
    numbers: Mapping[str, pd.Series] | None = None,
    height: int | Literal["auto", "content"] = "auto",
    wide: tuple[str, ...] | dict[str, int] = (),
    line: str = "",
    alt: str = "",
) -> int | None:
    """
    A table, downloadable with trial and cut in its name; words where it has no rows.

    `opens` names the column that holds a patient: choosing a row opens that patient, at the study day in the column
    `on_day`. `choose` says what choosing a row does on this page, which then gets its place (None: none is chosen).
    What names patients, or is `private` (all of one patient), is downloaded by who may. `whole` makes the rows of the
    download where the table shows the first of many. `numbers` are what columns of words are sorted by ("12 (34 %)" by
    12). `wide` columns hold long text (a number: pixels wide); the numbers in the cells of `line` are drawn.
    """
    if frame.empty:
        st.caption(empty)
        return None
    settings: dict[str, Any] = {
        "hide_index": True,
        "row_height": 40,
        "placeholder": "–",
        "height": height,
        "alt": alt or None,
        "column_config": {name: st.column_config.TextColumn(width=width) for name, width in _widths(wide)}
        | ({line: st.column_config.LineChartColumn(width="medium", y_min=0)} if line else {}),
    }
    place, shown = None, frame if numbers is None else _sortable(frame, numbers)
    if opens:
        st.caption("Choose a row to open the patient.")
        days = frame[on_day] if on_day else None
        chosen = partial(_open_patient, key, frame[opens], days)
        st.dataframe(shown, key=key, on_select=chosen, selection_mode="single-row", **settings)
    elif choose:
        st.caption(choose)
        st.dataframe(shown, key=key, on_select="rerun", selection_mode="single-row", **settings)
        place = _chosen_row(key)
    else:
        st.dataframe(shown, key=key, **settings)
    downloads.table(frame, key, _file_name(key), whole, named=private or PATIENT in frame)
    return place


def _widths(wide: tuple[str, ...] | dict[str, int]) -> list[tuple[str, Any]]:
    return [*wide.items()] if isinstance(wide, dict) else [(name, "large") for name in wide]


def _sortable(frame: pd.DataFrame, numbers: Mapping[str, pd.Series]) -> Styler:
    """Words that stand over numbers, so that a click on the head of a column sorts by the numbers."""
    words = {name: dict(zip(values, frame[name], strict=True)) for name, values in numbers.items()}
    written: dict[Any, Any] = {name: partial(_word, of) for name, of in words.items()}
    return frame.assign(**numbers).style.format(written)


def _word(words: Mapping[Any, str], number: object) -> str:
    return words.get(number, "–")  # what is not known stands over no number


def _chosen_row(key: str) -> int | None:
    rows = st.session_state[key]["selection"]["rows"]
    return int(rows[0]) if rows else None


def _open_patient(key: str, subjects: pd.Series, days: pd.Series | None) -> None:
    chosen = _chosen_row(key)
    if chosen is not None:
        day = None if days is None else days.iloc[chosen]
        address.open_patient(str(subjects.iloc[chosen]), None if pd.isna(day) else int(day))


def key_figures(frame: pd.DataFrame) -> None:
    """The large numbers of the trial, each with what it means."""
    narrowest = 250 if len(frame) % 3 == 0 else 210  # pixels; no row with a hole at the end
    with st.grid(len(frame), min_column_width=narrowest, gap="small"):
        for what, number, meaning in frame.itertuples(index=False):
            value, _, rest = number.partition(" of ")
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.markdown(f"**{what}**")
                st.metric(what, value, label_visibility="collapsed")
                st.caption(plain(f"of {rest} {meaning.removeprefix('of ')}" if rest else meaning))


def answers(frame: pd.DataFrame) -> None:
    """The main answers side by side, each with how sure it is; words as well as numbers."""
    with st.grid(len(frame), min_column_width=168, gap="small"):
        for what, answer, meaning in frame.itertuples(index=False):
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.markdown(f"**{plain(what)}**")
                st.subheader(plain(answer), anchor=False)
                st.caption(plain(meaning))


def attention(result: Result) -> None:
    """What someone should look at, each with the page that shows it."""
    found = result.tables["attention"]
    if found.empty:
        st.caption("Nothing at this data cut.")
    for severity, words, page in found[["severity", "text", "page"]].itertuples(index=False):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"{_SEVERITY.get(severity, '')} {plain(words)}", width="stretch")
            st.page_link(directory.file_of(page), label=directory.PAGES[page][0], icon=":material/arrow_forward:")


def page_cards() -> None:
    """A card for each page: its name, which leads there, and what it answers."""
    with st.grid(3, min_column_width=300, gap="small"):
        for page, (title, _, words) in directory.PAGES.items():
            if page != directory.OVERVIEW:
                with st.container(border=True, height="stretch", gap="xsmall"):
                    st.page_link(directory.file_of(page), label=f"**{title}**", icon=directory.icon_of(page))
                    st.caption(words)


def strip(frame: pd.DataFrame) -> None:
    """The first facts about one patient, in a line; the rest is in a table on the page."""
    pairs = [(str(item), str(value)) for item, value in frame.itertuples(index=False)]
    facts = [f":gray[{plain(item)}] **{plain(value)}**" for item, value in pairs if item in _STRIP]
    st.markdown(" &nbsp;·&nbsp; ".join(facts))


def way_back() -> None:
    """After a refusal: to the page that who sees counts of the whole trial only may see."""
    if session.observes():
        first = directory.FOR_OBSERVERS[0]
        st.page_link(directory.file_of(first), label=directory.PAGES[first][0], icon=directory.icon_of(first))


def finding(result: Result) -> None:
    """The main finding in one sentence."""
    st.markdown(plain(result.sentence))


def headline(result: Result) -> None:
    """The one sentence that must be read, however short the visit."""
    st.subheader(plain(result.facts["verdict"]), anchor=False)


def notes(result: Result) -> None:
    """Who is missing and why, and what to bear in mind."""
    missing = [f"Not used: {each.n:,} — {each.reason}." for each in result.excluded]
    lines = [*missing, *result.notes]
    if lines:
        st.caption("\n".join(f"- {plain(line)}" for line in lines))


def empty_store(root: Path) -> None:
    """Nothing is loaded yet: what this is and what to do."""
    st.title("Trials in colorectal liver metastases", anchor=False)
    st.markdown("No trial is loaded yet. Load a folder of CDISC data, or simulate a demonstration trial first:")
    st.code(
        "crlm-dash demo --trial CRLM10 --out data/demo/CRLM10\ncrlm-dash ingest data/demo/CRLM10",
        language="bash",
    )
    st.caption(f"The store is {root}. Reload this page afterwards.")


def _file_name(key: str) -> str:
    cut = session.place().cut
    return f"{cut.trial}_cut{cut.number}_{key}"
