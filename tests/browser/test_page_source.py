"""What reaches a DSMB member's browser while the key is sealed: everything that is sent, not only the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crlm_dash.access import Role, Viewer
from tests.analyses.test_demo_leaks import door_of, told_terms

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, WebSocket

pytestmark = pytest.mark.browser
TRIAL = "CRLM10"
VIEWS = ("Overview", "Events by term", "Deaths")


class Listener:
    """A page, and every message the server sent to it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[bytes] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: self.sent.append(data if isinstance(data, bytes) else data.encode()))

    def read(self) -> bytes:
        """All of it, and the page as it stands, without regard to case."""
        return b"\n".join([*self.sent, self.page.content().encode()]).lower()


@pytest.fixture
def listener(browser: Browser, app_server: str) -> Iterator[Listener]:
    context = browser.new_context(viewport={"width": 1600, "height": 1000}, base_url=app_server)
    context.set_default_timeout(30_000)
    yield Listener(context.new_page())
    context.close()


def visit(listener: Listener, address: str, role: str) -> bytes:
    listener.sent.clear()
    listener.page.goto(f"{address}&trial={TRIAL}&role={role}")
    listener.page.get_by_text("Seen as").wait_for()
    listener.page.locator("[data-testid=stDataFrame], .js-plotly-plot .main-svg").first.wait_for()
    listener.page.get_by_test_id("stStatusWidget").wait_for(state="detached")
    return listener.read()


def telling(demo_store: Path) -> list[bytes]:
    arms = door_of(demo_store, TRIAL, Viewer(Role.STATISTICIAN)).protocol.arms
    named = [word for arm in arms for word in (arm.name, arm.label)]
    return [word.lower().encode() for word in (*named, *told_terms(demo_store, TRIAL))]


def test_no_arm_and_no_term_that_tells_it_is_sent(listener: Listener, demo_store: Path) -> None:
    words = telling(demo_store)
    assert len(words) > 6
    for address in (*(f"/safety?by=arm&view={view}" for view in VIEWS), "/safety?by=arm&key=0123abcd", "/events?x=1"):
        sent = visit(listener, address, "dsmb")
        assert b"arms coded, key sealed" in sent
        assert len(sent) > 50_000, "this is not all that was sent"
        assert [word for word in words if word in sent] == [], address


def test_the_search_finds_them_where_they_may_be_read(listener: Listener, demo_store: Path) -> None:
    sent = visit(listener, "/safety?by=arm&view=Events by term", "statistician")
    arms = door_of(demo_store, TRIAL, Viewer(Role.STATISTICIAN)).protocol.arms
    assert [arm.label for arm in arms if arm.label.lower().encode() not in sent] == []
    assert [term for term in told_terms(demo_store, TRIAL) if term.encode() in sent]
