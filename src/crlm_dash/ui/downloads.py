"""What leaves the screen as a file: who may take it is asked, and that it was taken is written down first."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from crlm_dash.access import Action
from crlm_dash.store.audit import DOWNLOADED
from crlm_dash.tables.comma import comma_separated
from crlm_dash.ui import session
from crlm_dash.ui.trouble import plain


def table(frame: pd.DataFrame, key: str, file: str, whole: Callable[[], pd.DataFrame] | None, *, named: bool) -> None:
    """A table as a file; where the visitor may not have it, why not."""
    if refused := session.door().refusal(Action.DOWNLOAD if named else Action.DOWNLOAD_NUMBERS):
        st.caption(plain(refused))
        return
    rows = whole or (lambda: frame)
    st.download_button(
        "CSV",
        taken(lambda: comma_separated(rows()).encode("utf-8-sig"), f"{key}.csv", named=named),
        file_name=f"{file}.csv",
        mime="text/csv",
        key=f"{key}_csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def taken(
    make: Callable[[], bytes], what: str, *, named: bool = False, needs: Action = Action.DOWNLOAD
) -> Callable[[], bytes]:
    """
    What a download asks for when it is clicked: written down, then made; refused once the session is over.

    What names patients (`named`) is for who may do `needs`; numbers are for who may download those.
    """
    here, door = session.place(), session.door()

    def given() -> bytes:
        session.check_holds(here)
        door.check_can(needs if named else Action.DOWNLOAD_NUMBERS)
        door.note(DOWNLOADED, file=what, names_patients="yes" if named else "no")
        return make()

    return given
