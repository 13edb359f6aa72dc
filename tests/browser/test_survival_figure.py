"""The risk table stands under its times, also after zooming and after the window is made smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
WAIT = 30_000  # milliseconds
NEAR = 2.0  # pixels

# Middles of the numbers at risk of the first group and of the tick labels of the curves, from the left.
PLACES = """() => {
  const middle = each => { const box = each.getBoundingClientRect(); return box.left + box.width / 2; };
  const plot = document.querySelector('.js-plotly-plot');
  const shown = each => each.textContent !== '' && each.getBoundingClientRect().width > 0;  // out of range: hidden
  const texts = [...plot.querySelectorAll('.textpoint')].filter(shown);
  const rows = {};
  for (const each of texts) {
    const row = Math.round(each.getBoundingClientRect().top);
    (rows[row] ||= []).push(middle(each));
  }
  const first = Object.keys(rows).map(Number).sort((a, b) => a - b)[0];
  const ticks = [...plot.querySelectorAll('.xaxislayer-above .xtick text')];
  return {
    numbers: rows[first].sort((a, b) => a - b),
    ticks: ticks.filter(each => each.textContent.trim() !== '').map(middle).sort((a, b) => a - b),
  };
}"""


def aligned(page: Page) -> tuple[int, float]:
    """How many numbers stand on the time axis, and the largest distance of one from its tick, in pixels."""
    found = page.evaluate(PLACES)
    assert len(found["numbers"]) == len(found["ticks"])
    return len(found["ticks"]), max(abs(a - b) for a, b in zip(found["numbers"], found["ticks"], strict=True))


def drag_across(page: Page, share: float) -> None:
    """Zoom in on the first `share` of the time axis, as a visitor does: choose the zoom tool and drag."""
    page.locator(".js-plotly-plot").hover()
    page.locator('.modebar-btn[data-title="Zoom"]').click()
    box = page.locator(".js-plotly-plot .nsewdrag[data-subplot='xy']").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * share, middle, steps=8)
    page.mouse.up()
    page.wait_for_timeout(600)


@pytest.mark.parametrize("by", ["", "&by=arm"])
def test_the_risk_table_stays_under_its_times(browser: Browser, app_server: str, by: str) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, base_url=app_server)
    page.set_default_timeout(WAIT)
    try:
        page.goto(f"/survival?trial=CRLM10&role=statistician{by}")
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        page.wait_for_timeout(800)
        whole, apart = aligned(page)
        assert whole >= 4
        assert apart < NEAR
        page.set_viewport_size({"width": 1280, "height": 800})
        page.wait_for_timeout(1000)
        assert aligned(page)[1] < NEAR
        drag_across(page, 0.55)
        zoomed, apart = aligned(page)
        assert 2 <= zoomed < whole
        assert apart < NEAR
        page.set_viewport_size({"width": 1600, "height": 1000})
        page.wait_for_timeout(1000)
        assert aligned(page) == (zoomed, pytest.approx(0, abs=NEAR))
    finally:
        page.close()
