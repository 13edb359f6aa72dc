"""What was asked for before signing in: kept for that browser, once, for minutes, and only if it is a page of ours."""

from __future__ import annotations

import pytest
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string, generate_xsrf_token_string

from crlm_dash.ui.returning import KEPT, LONGEST, MOST, Addresses, Asked, _browser

WANTED = Asked("survival", {"trial": "CRLM10", "where": "SEX = 'F'"})


def test_it_waits_for_that_browser_and_is_taken_once() -> None:
    kept = Addresses()
    kept.keep(b"one", WANTED, 0)
    assert kept.take(b"two", 1) is None
    assert kept.take(b"one", 1) == WANTED
    assert kept.take(b"one", 1) is None


def test_the_last_that_was_asked_for_counts_and_not_for_long() -> None:
    kept = Addresses()
    kept.keep(b"one", Asked("safety", {}), 0)
    kept.keep(b"one", WANTED, 1)
    assert kept.take(b"one", KEPT) == WANTED
    kept.keep(b"one", WANTED, 0)
    assert kept.take(b"one", KEPT) is None


@pytest.mark.parametrize(
    "asked",
    [
        Asked("https://elsewhere.example", {}),
        Asked("//elsewhere.example", {}),
        Asked("../survival", {}),
        Asked("survival/../../x", {}),
        Asked("javascript:alert(1)", {}),
        Asked("nowhere", {}),
        Asked("survival", {"where": "x" * (LONGEST + 1)}),
    ],
)
def test_nothing_else_is_kept(asked: Asked) -> None:
    kept = Addresses()
    kept.keep(b"one", WANTED, 0)  # by who sat here before: never where the next one is led
    kept.keep(b"one", asked, 0)
    assert kept.take(b"one", 1) is None


def test_a_browser_without_its_secret_keeps_nothing() -> None:
    kept = Addresses()
    kept.keep(None, WANTED, 0)
    assert kept.take(None, 1) is None
    for cookie in ("", "nonsense", "2|zz|zz|1", "9|a|b|c"):
        assert _browser({"_streamlit_xsrf": cookie}) is None


def test_the_secret_is_the_same_however_the_cookie_is_written() -> None:
    first = generate_xsrf_token_string()
    again = generate_xsrf_token_string(*decode_xsrf_token_string(first))
    assert first != again
    assert _browser({"_streamlit_xsrf": first}) == _browser({"_streamlit_xsrf": again}) is not None
    assert _browser({"_streamlit_xsrf": first}) != _browser({"_streamlit_xsrf": generate_xsrf_token_string()})


def test_memory_has_an_end() -> None:
    kept = Addresses()
    for number in range(MOST + 10):
        kept.keep(str(number).encode(), WANTED, 0)
    assert kept.take(b"0", 1) is None
    assert kept.take(str(MOST + 9).encode(), 1) == WANTED
