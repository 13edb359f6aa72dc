"""Who signed in and out: a sign-in is good until it, or a later one of the same person, is signed out.

Which came first is told by their order in the audit trail, so no clock has to agree with the identity provider's.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from typing import Any

from crlm_dash.errors import AccessDenied
from crlm_dash.store.journal import Entry, Journal

SIGNED_IN, SIGNED_OUT = "signed in", "signed out"
_OF_TOKEN = ("iss", "sub", "aud", "iat", "nonce", "jti", "sid")


def visit_of(claims: Mapping[str, Any]) -> str:
    """
    What tells one sign-in from another.

    Parameters
    ----------
    claims : of the token; `nonce` is new with each sign-in

    Returns
    -------
    A few digits that say nothing about the person.
    """
    told = json.dumps([claims.get(name) for name in _OF_TOKEN], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


class SignIns:
    """The sign-ins of one audit trail. Threads may share it; what other processes wrote is seen at once."""

    def __init__(self, audit: Journal) -> None:
        self._audit = audit
        self._lock = threading.Lock()
        self._seen = 0  # number of the last entry that was read
        self._first: dict[tuple[str, str], int] = {}  # (name, visit) -> its entry
        self._ended: dict[str, int] = {}  # name -> the entry that ended every sign-in before it

    def admit(self, name: str, visit: str) -> None:
        """
        Let somebody in; the first time a sign-in is seen, it is written down.

        Raises
        ------
        AccessDenied : this sign-in was signed out; StoreError : the audit trail cannot be written
        """
        with self._lock:
            self._read()
            if (name, visit) not in self._first:
                self._note(self._audit.add(Entry(SIGNED_IN, name=name, details={"visit": visit})))
            if self._first[name, visit] < self._ended.get(name, 0):
                raise AccessDenied("You signed out. Sign in again to go on.")

    def sign_out(self, name: str) -> None:
        """End every sign-in of a person, in every tab and browser."""
        with self._lock:
            self._note(self._audit.add(Entry(SIGNED_OUT, name=name)))

    def _read(self) -> None:
        found, self._seen = self._audit.since(self._seen, (SIGNED_IN, SIGNED_OUT))
        for entry in found:
            self._note(entry)

    def _note(self, entry: Entry) -> None:
        if entry.what == SIGNED_IN:
            self._first.setdefault((entry.name, str(entry.details.get("visit"))), entry.id)
        else:
            self._ended[entry.name] = max(entry.id, self._ended.get(entry.name, 0))
