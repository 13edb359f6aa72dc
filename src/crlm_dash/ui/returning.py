"""Where somebody wanted to go before they had to sign in: kept while they are at the identity provider.

The provider sends everybody back to the first page. What was asked for stays here meanwhile, in memory and for a few
minutes, under the secret that Streamlit gives each browser against forged requests; never in an address, so that
nobody can be sent anywhere by a link, and only ever a page of ours.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string

from crlm_dash.ui.directory import OVERVIEW, PAGES, file_of

KEPT = 600.0  # seconds
MOST = 1000  # addresses
LONGEST = 2000  # characters
_COOKIE = "_streamlit_xsrf"


@dataclass(frozen=True)
class Asked:
    """A page of ours and what its address said."""

    page: str
    words: dict[str, str]


class Addresses:
    """What browsers asked for before signing in. Threads may share it."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[float, Asked]] = {}
        self._lock = threading.Lock()

    def keep(self, browser: bytes | None, asked: Asked, now: float) -> None:
        """Keep what a browser asks for, unless it is nothing of ours, or too long; and nothing it asked before."""
        long = sum(len(key) + len(word) for key, word in asked.words.items()) > LONGEST
        with self._lock:
            self._forget(now)
            if browser:
                self._kept.pop(browser, None)
            if browser and asked.page in PAGES and not long:
                self._kept[browser] = now + KEPT, asked

    def take(self, browser: bytes | None, now: float) -> Asked | None:
        """What this browser asked for; once, and not for long."""
        with self._lock:
            self._forget(now)
            _, asked = self._kept.pop(browser, (0.0, None)) if browser else (0.0, None)
        return asked

    def _forget(self, now: float) -> None:
        self._kept = {browser: (until, asked) for browser, (until, asked) in self._kept.items() if until > now}
        for browser in list(self._kept)[: max(len(self._kept) - MOST + 1, 0)]:
            del self._kept[browser]


_ADDRESSES = Addresses()


def sign_in(page: str, words: Mapping[str, str]) -> None:
    """Go to the identity provider; the page (its place in the address) and its choices wait here."""
    _ADDRESSES.keep(_browser(st.context.cookies), Asked(page or OVERVIEW, dict(words)), time.time())
    st.login()


def go_on() -> None:
    """Once back from the identity provider: to what was asked for."""
    asked = _ADDRESSES.take(_browser(st.context.cookies), time.time())
    if asked and asked != Asked(OVERVIEW, {}):
        st.switch_page(file_of(asked.page), query_params=asked.words)


def _browser(cookies: Mapping[str, Any]) -> bytes | None:
    """The secret of this browser; written anew in each cookie, so taken out of it."""
    token, _ = decode_xsrf_token_string(str(cookies.get(_COOKIE, "")))
    return token
