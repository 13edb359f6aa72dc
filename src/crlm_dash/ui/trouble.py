"""What a visitor reads when something broke on our side: a number, and nothing of the error itself."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from crlm_dash.errors import CrlmDashError
from crlm_dash.ui import show

LOG = logging.getLogger("crlm_dash.ui")


def tell(error: Exception) -> bool:
    """
    Say calmly what could not be shown; the whole error is in the server's log only.

    Handed to `st.App(on_script_error=…)` for errors in a control's callback, which run before the entry script.
    """
    if isinstance(error, CrlmDashError):
        show.refusal(error)
        return True
    number = secrets.token_hex(4)
    LOG.error("Error %s", number, exc_info=error)
    st.error(
        f"Something went wrong on our side, and nothing is shown rather than something wrong. "
        f"Please tell your data manager this number: **{number}**.",
        icon=":material/error:",
    )
    return True
