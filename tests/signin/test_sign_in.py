"""Signing in by browser at a real identity provider: who gets in, as what, for how long, and who does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from crlm_dash.store.journal import AUDIT, journal_at
from tests.signin.conftest import DSMB, NOBODY, PEOPLE, PI, App, Provider, fill_in, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
SIGN_IN = "Sign in with your hospital account"


@pytest.fixture
def context(browser: Browser, provider: Provider) -> Iterator[BrowserContext]:
    """A browser that has never been here."""
    provider.misbehave()
    made = browser.new_context()
    yield made
    made.close()


def page_text(page: Page) -> str:
    """Every word on the page."""
    return page.locator("body").inner_text()


def settled_on(page: Page, words: str) -> str:
    """The whole page once these words stand on it."""
    page.get_by_text(words).first.wait_for(timeout=30_000)
    return page_text(page)


def test_nobody_sees_anything_before_signing_in(context: BrowserContext, app: App) -> None:
    page = context.new_page()
    for address in ("/", "/survival?trial=CRLM10&role=dsmb&by=arm", "/patient?trial=CRLM10&role=statistician"):
        page.goto(app.url + address)
        text = settled_on(page, SIGN_IN)
        assert "CRLM10" not in text
        assert page.locator("[data-testid=stPlotlyChart], [data-testid=stDataFrame]").count() == 0


def test_a_person_gets_the_role_trials_and_sites_of_the_list(context: BrowserContext, app: App) -> None:
    page = sign_in(context, app, PI)
    text = settled_on(page, "Signed in as")
    assert PI in text
    assert "Principal investigator" in text
    assert "View as" not in text
    page.goto(f"{app.url}/?trial=CRLM-EHD&role=statistician")
    assert "There is no trial" in settled_on(page, "There is no trial")  # not theirs: it does not exist
    page.goto(f"{app.url}/survival?trial=CRLM10&role=statistician&by=arm")
    assert "may not see outcomes by arm" in settled_on(page, "may not see outcomes by arm")


def test_who_signs_in_lands_where_they_wanted_to_go(context: BrowserContext, app: App) -> None:
    page = context.new_page()
    page.goto(f"{app.url}/survival?trial=CRLM10&where=SEX+%3D+%27F%27&next=https%3A%2F%2Felsewhere.example%2F")
    settled_on(page, SIGN_IN)
    fill_in(page, PI)
    assert "SEX = 'F'" in settled_on(page, "filter SEX")
    assert page.url.startswith(f"{app.url}/survival?")
    page.goto(app.url)  # once only: later visits go where they say
    settled_on(page, "Signed in as")
    assert "/survival" not in page.url


def test_no_address_is_written_to_the_log(context: BrowserContext, app: App) -> None:
    page = context.new_page()
    page.goto(f"{app.url}/patient?trial=CRLM10&usubjid=NAMED-IN-AN-ADDRESS")
    settled_on(page, SIGN_IN)
    log = app.log.read_text(encoding="utf-8")
    assert "Uvicorn running" in log
    assert "NAMED-IN-AN-ADDRESS" not in log
    assert '"GET ' not in log


def test_a_group_of_the_token_gives_a_role(context: BrowserContext, app: App) -> None:
    text = settled_on(sign_in(context, app, DSMB), "Signed in as")
    assert "DSMB member" in text
    assert "Arms coded, key sealed" in text


def test_who_has_no_role_is_told_kindly_and_sees_nothing(context: BrowserContext, app: App) -> None:
    page = sign_in(context, app, NOBODY)
    text = settled_on(page, "have no role in any trial here")
    assert "CRLM10" not in text
    page.goto(f"{app.url}/safety?trial=CRLM10")
    assert "CRLM10" not in settled_on(page, "have no role in any trial here")


def test_a_role_that_changes_counts_from_the_next_click_on(context: BrowserContext, app: App) -> None:
    page = sign_in(context, app, PI)
    settled_on(page, "Signed in as")
    try:
        app.people.write_text(PEOPLE.replace('role = "pi"', 'role = "mdt"'), encoding="utf-8")
        page.get_by_role("link", name="Overview").first.click()
        assert "MDT member" in settled_on(page, "MDT member")
        app.people.write_text("[[grant]]\nrole = 1", encoding="utf-8")  # a list that is broken lets nobody in
        page.get_by_role("link", name="Overview").first.click()
        settled_on(page, SIGN_IN)
    finally:
        app.people.write_text(PEOPLE, encoding="utf-8")


def test_a_session_ends_with_its_token_though_nobody_touches_the_page(
    context: BrowserContext, app: App, provider: Provider
) -> None:
    provider.misbehave(seconds=8)
    page = sign_in(context, app, PI)
    settled_on(page, "Signed in as")
    text = settled_on(page, "Your session is over")
    assert "CRLM10" not in text
    page.goto(f"{app.url}/survival?trial=CRLM10")
    assert "CRLM10" not in settled_on(page, "Your session is over")


def test_signing_out_ends_every_tab_and_a_cookie_that_was_kept(
    context: BrowserContext, browser: Browser, app: App
) -> None:
    first = sign_in(context, app, PI)
    settled_on(first, "Signed in as")
    second = context.new_page()
    second.goto(f"{app.url}/?trial=CRLM10")
    settled_on(second, "Signed in as")  # a second tab is signed in as well
    kept = context.cookies(app.url)
    first.get_by_role("button", name="Sign out").click()
    first.wait_for_url("**/session/end**")
    second.bring_to_front()
    second.locator("[data-testid=stPageLink-NavLink]").first.click()
    assert "CRLM10" not in settled_on(second, "You signed out")
    thief = browser.new_context()
    thief.add_cookies(kept)  # type: ignore[arg-type]
    stolen = thief.new_page()
    stolen.goto(f"{app.url}/survival?trial=CRLM10")
    assert "CRLM10" not in settled_on(stolen, "You signed out")
    thief.close()
    settled_on(sign_in(context, app, PI), "Signed in as")  # and a new sign-in is good


WRONG = [
    "another key",
    "no signature",
    "another audience",
    "another audience, issued to us",
    "another issuer",
    "another sign-in",
    "long over",
]


def test_a_forged_or_misdirected_token_lets_nobody_in(context: BrowserContext, app: App, provider: Provider) -> None:
    page = context.new_page()
    page.goto(app.url)
    for wrong in WRONG:
        provider.misbehave(wrong)
        fill_in(page, PI)
        page.wait_for_url(f"{app.url}/")
        assert "CRLM10" not in settled_on(page, SIGN_IN), wrong
    provider.misbehave()
    fill_in(page, PI)
    settled_on(page, "Signed in as")  # the same way, with a token that is good


def test_a_callback_that_is_sent_twice_lets_nobody_in(context: BrowserContext, browser: Browser, app: App) -> None:
    seen: list[str] = []
    context.on("request", lambda request: seen.append(request.url) if "oauth2callback?" in request.url else None)
    settled_on(sign_in(context, app, PI), "Signed in as")
    assert len(seen) == 1
    other = browser.new_context()
    page = other.new_page()
    page.goto(seen[0])
    settled_on(page, SIGN_IN)
    other.close()


@pytest.mark.parametrize("change", ["one letter", "later", "no signature"])
def test_a_changed_cookie_lets_nobody_in(context: BrowserContext, browser: Browser, app: App, change: str) -> None:
    settled_on(sign_in(context, app, PI), "Signed in as")
    cookies = context.cookies(app.url)
    mine = next(each for each in cookies if each["name"] == "_streamlit_user")
    payload, moment, signature = mine["value"].rsplit(".", 2)
    assert mine["httpOnly"]
    mine["value"] = {
        "one letter": f"{payload[:20]}{'A' if payload[20] != 'A' else 'B'}{payload[21:]}.{moment}.{signature}",
        "later": f"{payload}.{moment[:-1]}{'A' if moment[-1] != 'A' else 'B'}.{signature}",
        "no signature": f"{payload}.{moment}.",
    }[change]
    other = browser.new_context()
    other.add_cookies(cookies)  # type: ignore[arg-type]
    page = other.new_page()
    page.goto(f"{app.url}/?trial=CRLM10")
    assert "CRLM10" not in settled_on(page, SIGN_IN)
    other.close()


def test_two_people_at_once_each_see_their_own(browser: Browser, app: App, provider: Provider) -> None:
    provider.misbehave()
    contexts = [browser.new_context(), browser.new_context()]
    pages = [sign_in(each, app, name) for each, name in zip(contexts, (PI, DSMB), strict=True)]
    for _ in range(3):
        texts = [settled_on(page, "Signed in as") for page in pages]
        assert PI in texts[0]
        assert DSMB not in texts[0]
        assert DSMB in texts[1]
        assert PI not in texts[1]
        for page in pages:
            page.goto(f"{app.url}/safety?trial=CRLM10")
    for each in contexts:
        each.close()


def test_signing_in_and_out_is_written_down(context: BrowserContext, app: App) -> None:
    page = sign_in(context, app, DSMB)
    settled_on(page, "Signed in as")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/session/end**")
    audit = journal_at(app.store, AUDIT)
    signed = [entry.what for entry in audit.entries() if entry.name == DSMB and entry.what.startswith("signed")]
    assert signed[-2:] == ["signed in", "signed out"]
    assert audit.verify() == ()
