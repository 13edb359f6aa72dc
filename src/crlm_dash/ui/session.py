"""Who is asking about which data cut, and the one cached question to the store."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import streamlit as st

from crlm_dash.access import Action, TrialState, Viewer, can
from crlm_dash.analyses import ANALYSES
from crlm_dash.analyses.result import Result
from crlm_dash.errors import AccessDenied
from crlm_dash.store.door import Door
from crlm_dash.store.seal import CutInfo
from crlm_dash.store.shelf import TrialStore

ROOT = Path(__file__).resolve().parents[3]
_PLACE = "_place"


@dataclass(frozen=True)
class Place:
    """Where this visitor stands: who, and at which cut."""

    viewer: Viewer
    cut: CutInfo
    until: float = math.inf  # when the session ends, in seconds since 1970


def store_root() -> Path:
    """Folder of the store: CRLM_STORE, else data/store of the project."""
    return Path(os.environ.get("CRLM_STORE") or ROOT / "data" / "store").resolve()


def store() -> TrialStore:
    """The store of this server."""
    return _opened(str(store_root()))


def stand_at(place: Place) -> None:
    """Remember where this visitor stands, for the rest of this run."""
    st.session_state[_PLACE] = place


def has_place() -> bool:
    """Whether this visitor has been let in before."""
    return _PLACE in st.session_state


def observes() -> bool:
    """Whether this visitor is known to see counts of the whole trial only."""
    return has_place() and not can(st.session_state[_PLACE].viewer, Action.SEE_COUNTS, TrialState(frozenset()))


def place() -> Place:
    """Where this visitor stands; the shell has settled it before a page runs."""
    found: Place = st.session_state[_PLACE]
    check_holds(found)
    return found


def check_holds(here: Place) -> None:
    """Raise `AccessDenied` once the session of whoever stands here is over."""
    if time.time() >= here.until:
        raise AccessDenied("Your session is over. Sign in again to go on.")


def door() -> Door:
    """The cut as this visitor may see it."""
    return _door(store_root(), place().viewer, place().cut)


def ask(analysis: Callable[..., Result], **options: Any) -> Result:
    """The analysis at the visitor's cut, as the visitor may see it; kept for whoever may see the same."""
    here = place()
    name = next(name for name, known in ANALYSES.items() if known is analysis)
    chosen = tuple(sorted((key, value) for key, value in options.items() if value is not None))
    return _answer(str(store_root()), here.viewer, here.cut.trial, here.cut.number, here.cut.fingerprint, name, chosen)


def ask_anew(analysis: Callable[..., Result], **options: Any) -> Result:
    """An analysis of what changes without a new cut: never kept."""
    return analysis(door(), **options)


def _key_of(viewer: Viewer) -> tuple[Any, ...]:
    """Every field of the viewer, in an order that does not depend on the process."""
    values = (getattr(viewer, field.name) for field in fields(viewer))
    return tuple(tuple(sorted(each)) if isinstance(each, frozenset) else each for each in values)


@st.cache_resource(show_spinner=False)
def _opened(root: str) -> TrialStore:
    return TrialStore(Path(root))


def _door(root: Path, viewer: Viewer, cut: CutInfo) -> Door:
    return _opened(str(root)).open(viewer, cut.trial, cut.number)


# The cache is shared by all visitors: viewer and fingerprint are part of its key, a raised refusal is never kept.
@st.cache_data(show_spinner=False, max_entries=400, hash_funcs={Viewer: _key_of})
def _answer(
    root: str,
    viewer: Viewer,
    trial: str,
    cut: int,
    fingerprint: str,
    analysis: str,
    options: tuple[tuple[str, Any], ...],
) -> Result:
    opened = _opened(root).open(viewer, trial, cut)
    assert opened.cut.fingerprint == fingerprint
    return ANALYSES[analysis](opened, **dict(options))
