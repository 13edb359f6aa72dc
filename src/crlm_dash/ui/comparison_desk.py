"""Limits by drawing patients anew: asked for by a button, made beside the page, kept for whoever may see the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from crlm_dash import analyses
from crlm_dash.analyses.comparison import comparison_told
from crlm_dash.analyses.result import Result
from crlm_dash.ui import session

_MOST_KEPT = 24
_EVERY = 1.0  # seconds between two looks at how far it is


@dataclass
class _Job:
    """Draws under way, or done."""

    total: int
    done: int = 0
    result: Result | None = None
    failed: str = ""
    begun: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        return self.result is None and not self.failed


@dataclass
class _Desk:
    """One job at a time: two would keep each other, and every page, waiting."""

    jobs: OrderedDict[tuple[object, ...], _Job] = field(default_factory=OrderedDict)
    turn: threading.Lock = field(default_factory=threading.Lock)


def answer(chosen: dict[str, Any]) -> Result:
    """The comparison, with the limits of the draws where somebody has asked for them."""
    job = _desk().jobs.get(_key(chosen))
    found = job.result if job else None
    return found if found is not None else session.ask(analyses.comparison, **chosen)


def limits(result: Result, chosen: dict[str, Any]) -> None:
    """The button; while patients are drawn, how far it is. The rest of the page can be used meanwhile."""
    if result.facts["draws"]:
        st.caption(f"Limits of {result.facts['draws']:,} draws of the patients.")
        return
    if result.tables["hazard_ratio"].empty:
        return
    job = _desk().jobs.get(_key(chosen))
    if job is not None and job.running:
        st.fragment(_watch, run_every=_EVERY)(chosen)
        return
    if job is not None and job.failed:
        st.caption(f"Drawing patients anew came to nothing: {job.failed}")
    total = result.facts["asked_draws"]
    st.button(
        f"Limits by drawing patients anew ({total:,} draws)",
        key="comparison_draw",
        icon=":material/casino:",
        on_click=_begin,
        args=(chosen, total),
        help="Repeats everything, the propensity included, in patients drawn anew. It takes some seconds; the page can "
        "be used meanwhile, and the result is kept for this data cut.",
    )


def _watch(chosen: dict[str, Any]) -> None:
    job = _desk().jobs.get(_key(chosen))
    if job is None or not job.running:
        st.rerun()
    else:
        words = f"Drawing patients anew: {job.done:,} of {job.total:,}" if job.begun.is_set() else "Waiting for others"
        st.progress(job.done / job.total, words)


def _begin(chosen: dict[str, Any], total: int) -> None:
    desk, key, door = _desk(), _key(chosen), session.door()
    known = desk.jobs.get(key)
    if known is not None and not known.failed:
        return
    job = desk.jobs[key] = _Job(total)
    while len(desk.jobs) > _MOST_KEPT:
        desk.jobs.popitem(last=False)

    def tell(done: int, of: int) -> None:
        job.done = done

    def work() -> None:
        with desk.turn:
            job.begun.set()
            try:
                job.result = comparison_told(door, tell, **chosen, draws=total)
            except Exception as error:  # nobody waits for a thread: what went wrong is told where the button was
                job.failed = f"{type(error).__name__}. The limits by formulas stand."

    threading.Thread(target=work, daemon=True).start()


def _key(chosen: dict[str, Any]) -> tuple[object, ...]:
    here = session.place()
    return (
        str(session.store_root()), here.viewer, here.cut.trial, here.cut.number, here.cut.fingerprint,
        *sorted(chosen.items()),
    )  # fmt: skip


# Shared by all visitors: the whole viewer and the cut are part of the key. A refusal is never kept.
@st.cache_resource(show_spinner=False)
def _desk() -> _Desk:
    return _Desk()
