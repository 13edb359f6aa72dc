"""Server time of each page with nothing cached: its script run from top to bottom, without a browser.

As the statistician, who sees everything: a refusal is quick.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

from bench.measure import Line, seconds, shown
from crlm_dash.access import Role

ROOT = Path(__file__).resolve().parents[1]
SHELL = ROOT / "src" / "crlm_dash" / "ui" / "shell.py"
SLOWEST = 0.300  # seconds
LONGEST_RUN = 60.0  # seconds before a run is given up


def served(store: Path, n: int, usubjid: str) -> Iterator[Line]:
    """One line a page; the patient page shows `usubjid`."""
    os.environ["CRLM_STORE"] = str(store)
    logging.disable(logging.WARNING)  # Streamlit warns at each run that no server is there
    app = AppTest.from_file(str(SHELL), default_timeout=LONGEST_RUN)
    app.query_params["role"] = str(Role.STATISTICIAN)
    app.run()
    for page in sorted((ROOT / "pages").glob("*.py")):
        app.query_params["usubjid"] = usubjid if page.stem == "patient" else ""
        app.switch_page(os.path.relpath(page, SHELL.parent))
        taken = seconds(lambda: _uncached(app), warm=1, repeat=5)
        failed = [str(each.value) for each in app.exception]
        yield Line(
            f"page {page.stem}: server time, nothing cached",
            f"{n:,}",
            f"fails: {failed[0][:60]}" if failed else shown(taken),
            f"< {shown(SLOWEST)}",
            not failed and taken < SLOWEST,
        )


def _uncached(app: AppTest) -> None:
    st.cache_data.clear()
    app.run()
