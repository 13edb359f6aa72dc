"""Visiting a page without a browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
SHELL = ROOT / "src" / "crlm_dash" / "ui" / "shell.py"
PAGES = (
    "overview",
    "changes",
    "enrolment",
    "followup",
    "sites",
    "eligibility",
    "limits",
    "survival",
    "progression",
    "comparison",
    "response",
    "qol",
    "riskfactors",
    "safety",
    "laboratory",
    "events",
    "stopping",
    "report",
    "patients",
    "patient",
    "meeting",
    "totals",
    "quality",
    "audit",
)

Visit = Callable[..., AppTest]


@cache
def _first() -> AppTest:
    """A visit that knows the addresses of all pages, and which installed packages bring components (slow to find)."""
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    app.run()
    return app


def visited(page: str, **address: str) -> AppTest:
    """The page as somebody sees it who comes by this address."""
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    app._bidi_component_manager, app._registered_pages = _first()._bidi_component_manager, _first()._registered_pages
    for key, word in address.items():
        app.query_params[key] = word
    return app.run() if page == "overview" else app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()


def words(app: AppTest) -> str:
    """Every word and every cell on the screen."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error, app.metric)
    said = [str(element.value) for kind in kinds for element in kind]
    cells = [str(cell) for table in tables(app) for row in table.to_numpy() for cell in row]
    heads = [str(name) for table in tables(app) for name in table.columns]
    drawn = [chart.proto.spec for chart in app.get("plotly_chart")]
    return " ".join([*said, *heads, *cells, *drawn])


def tables(app: AppTest) -> list[pd.DataFrame]:
    """Every table on the screen."""
    return [element.value for element in app.dataframe]


def plots(app: AppTest) -> int:
    """How many figures are on the screen."""
    return len(app.get("plotly_chart"))
