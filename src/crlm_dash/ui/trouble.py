"""What a visitor reads when something is refused or broke: a reason or a number, and nothing of the error itself.

The ASGI app imports this before it answers, so it imports little: no data, no statistics, no figures.
"""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from crlm_dash.errors import AccessDenied, CrlmDashError

LOG = logging.getLogger("crlm_dash.ui")


def tell(error: Exception) -> bool:
    """
    Say calmly what could not be shown; the whole error is in the server's log only.

    Handed to `st.App(on_script_error=…)` for errors in a control's callback, which run before the entry script.
    """
    if isinstance(error, CrlmDashError):
        icon = ":material/lock:" if isinstance(error, AccessDenied) else ":material/info:"
        st.warning(plain(str(error)), icon=icon)
        return True
    number = secrets.token_hex(4)
    LOG.error("Error %s", number, exc_info=error)
    st.error(
        f"Something went wrong on our side, and nothing is shown rather than something wrong. "
        f"Please tell your data manager this number: **{number}**.",
        icon=":material/error:",
    )
    return True


def plain(text: str) -> str:
    """Text whose characters mean nothing to Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]$:#<>~|" else letter for letter in text)
