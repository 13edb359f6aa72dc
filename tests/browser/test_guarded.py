"""Headers, limits and answers of the server, as a browser and as somebody with bad intentions meets them."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from crlm_dash.ui.directory import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
}


def answer(url: str, data: bytes | None = None) -> tuple[int, dict[str, str], str]:
    """Status, headers and text, whatever the status."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=20) as found:
            return found.status, {k.lower(): v for k, v in found.headers.items()}, found.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read().decode(errors="replace")


@pytest.mark.parametrize(
    "path", ["/", "/ready", "/health", "/safety?trial=CRLM10", "/static/none.js", "/media/none", "/_stcore/health"]
)
def test_every_answer_carries_the_headers(app_server: str, path: str) -> None:
    _, headers, _ = answer(app_server + path)
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    scripts = next(each for each in policy.split("; ") if each.startswith("script-src"))
    assert "unsafe" not in scripts


def test_health_says_well_and_nothing_else(app_server: str) -> None:
    assert answer(f"{app_server}/health")[::2] == (200, "well")


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/media/..%2f..%2f..%2fetc%2fpasswd",
        "/component/x/..%2f..%2f..%2fapp.py",
        "/app/static/../app.py",
        "//etc/passwd",
        "/%5c%5cserver%5cshare",
    ],
)
def test_no_path_leads_out(app_server: str, path: str) -> None:
    status, _, text = answer(app_server + path)
    assert "root:" not in text
    assert "crlm_dash" not in text
    assert status in (200, 400, 403, 404)  # 200 is Streamlit's own empty page


@pytest.mark.parametrize("path", ["/_stcore/upload_file/a/b", "/_stcore/agent/interact", "/ready", "/health"])
def test_nothing_can_be_sent_in(app_server: str, path: str) -> None:
    status, _, text = answer(app_server + path, b"x" * 100_000)
    assert status >= 400
    assert "Traceback" not in text


def test_pages_keep_to_their_own_policy(browser: Browser, app_server: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in ("overview", "survival", "safety", "patients", "report"):
        assert name in PAGES
        page.goto(f"{app_server}/{'' if name == 'overview' else name}?trial=CRLM10&role=statistician")
        page.locator("h1").wait_for(timeout=60_000)
        if name in ("survival", "safety"):
            page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=60_000)
        page.wait_for_timeout(1000)
    page.close()
    assert [text for text in said if "Content Security Policy" in text or "Refused to" in text] == []


def test_the_page_is_shown_in_no_other(browser: Browser, app_server: str) -> None:
    page = browser.new_page()
    page.goto(f"{app_server}/ready")
    page.set_content(f"<iframe src='{app_server}/'></iframe>")
    page.wait_for_timeout(3000)
    assert page.frames[-1].url == "chrome-error://chromewebdata/"
    page.close()


@pytest.mark.parametrize("frame", [b"\xff" * 50, b"", b"\x0a" * 3_000_000], ids=["malformed", "empty", "oversize"])
def test_a_malformed_or_oversize_message_ends_only_its_own_connection(app_server: str, frame: bytes) -> None:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    address = app_server.replace("http", "ws") + "/_stcore/stream"
    with connect(address, max_size=None) as socket:
        socket.send(frame)
        said = b""
        try:
            for _ in range(20):
                said += bytes(socket.recv(timeout=3))
        except (ConnectionClosed, TimeoutError):
            pass
    assert b"Traceback" not in said
    assert b"site-packages" not in said
    assert answer(f"{app_server}/ready")[0] == 200


def test_a_page_elsewhere_cannot_open_the_connection(app_server: str) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    with pytest.raises(InvalidStatus) as refused:
        connect(app_server.replace("http", "ws") + "/_stcore/stream", origin="https://elsewhere.example")
    assert refused.value.response.status_code == 403
