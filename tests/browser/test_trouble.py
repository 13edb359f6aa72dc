"""An error in a control's callback runs before the entry script: it must be told as calmly as any other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SCRIPT = """
import streamlit as st

from crlm_dash.errors import AccessDenied


def breaks():
    raise ZeroDivisionError("secret detail")


def refuses():
    raise AccessDenied("This role may not do that.")


st.button("Break", on_click=breaks)
st.button("Refuse", on_click=refuses)
"""

APP = """
import importlib.util
import sys

import streamlit as st
import uvicorn

spec = importlib.util.spec_from_file_location("product", sys.argv[1])
product = importlib.util.module_from_spec(spec)
spec.loader.exec_module(product)
handler = product.app._on_script_error
app = st.App(sys.argv[2], routes=product.app._user_routes, on_script_error=handler)
uvicorn.run(app, port=int(sys.argv[3]), log_level="warning")
"""


def test_a_callback_that_breaks_or_refuses_shows_no_traceback(browser: Browser, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    script, starter = tmp_path / "page.py", tmp_path / "start.py"
    script.write_text(SCRIPT, encoding="utf-8")
    starter.write_text(APP, encoding="utf-8")
    with served([str(starter), str(root / "app.py"), str(script)], tmp_path) as url:
        page = browser.new_page()
        page.goto(url)
        page.get_by_role("button", name="Break").click()
        page.get_by_text("Something went wrong on our side").wait_for()
        assert "secret detail" not in page.content()
        assert "ZeroDivisionError" not in page.content()
        page.goto(url)  # what broke is all that is shown
        page.get_by_role("button", name="Refuse").click()
        page.get_by_text("This role may not do that.").wait_for()
        page.close()
    assert "secret detail" in (tmp_path / "log.txt").read_text(encoding="utf-8")
