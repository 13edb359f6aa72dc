"""The ASGI app: the dashboard, and `/ready` for whoever waits for it. Start: `streamlit run app.py`."""

from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from crlm_dash.ui import starting
from crlm_dash.ui.trouble import tell

ROOT = Path(__file__).resolve().parent


async def ready(request: Request) -> PlainTextResponse:
    """Answers as soon as the app takes requests."""
    return PlainTextResponse("ready")


app = st.App(
    ROOT / "src" / "crlm_dash" / "ui" / "shell.py",
    routes=[Route("/ready", ready)],
    on_script_error=tell,
)
starting.start(ROOT)
