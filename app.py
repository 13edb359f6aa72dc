"""The ASGI app: the dashboard, `/ready` for whoever waits for it, `/health` for whoever watches it."""

from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from crlm_dash.ui import starting
from crlm_dash.ui.guarding import Guarded
from crlm_dash.ui.trouble import tell

ROOT = Path(__file__).resolve().parent


async def ready(request: Request) -> PlainTextResponse:
    """Answers as soon as the app takes requests."""
    return PlainTextResponse("ready")


async def health(request: Request) -> PlainTextResponse:
    """Whether cuts can be listed and both records read: 200 or 503, and no more than that."""
    well = await run_in_threadpool(starting.is_well, starting.store_of(ROOT))
    return PlainTextResponse("well" if well else "unwell", status_code=200 if well else 503)


app = st.App(
    ROOT / "src" / "crlm_dash" / "ui" / "shell.py",
    routes=[Route("/ready", ready), Route("/health", health)],
    middleware=[Middleware(Guarded)],
    on_script_error=tell,
)
starting.start(ROOT)
