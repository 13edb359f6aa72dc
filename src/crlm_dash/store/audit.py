"""Who saw what: written down where it is handed out, once a sign-in, without any patient's values.

The patient is a keyed hash, so that the trail can be passed on; with the store's secret one can still ask who opened
the records of a certain patient.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable

from crlm_dash.access import Viewer
from crlm_dash.store.journal import Entry, Journal
from crlm_dash.store.seal import CutInfo
from crlm_dash.terms import TrialKind

PATIENT_OPENED = "patient opened"
PATIENTS_LISTED = "patients listed"
DOWNLOADED = "downloaded"
REPORT_PREPARED = "report prepared"
REFUSED = "refused"
_EVERY_TIME = {DOWNLOADED, REPORT_PREPARED}
_DIGITS = 20

Noted = tuple[Viewer, str, str, str, tuple[tuple[str, str], ...]]


class Witness:
    """Writes into the audit trail what this process hands out. Threads may share it."""

    def __init__(self, audit: Journal, secret: Callable[[], bytes]) -> None:
        self._audit = audit
        self._secret = secret
        self._lock = threading.Lock()
        self._noted: set[Noted] = set()

    def note(self, viewer: Viewer, cut: CutInfo, what: str, usubjid: str = "", **details: str) -> None:
        """
        Write that `viewer` did `what` at a data cut, before it is done; what is seen again in one sign-in, once.

        Nothing is written about simulated and public data that nobody signed in to see.

        Raises
        ------
        StoreError : it cannot be written, so it must not be done
        """
        if not viewer.visit and cut.kind != TrialKind.REAL:
            return
        about = details | ({"patient": patient_code(self._secret(), cut.trial, usubjid)} if usubjid else {})
        once = (viewer, cut.trial, cut.fingerprint, what, tuple(sorted(about.items())))
        with self._lock:
            if once in self._noted:
                return
            self._audit.add(
                Entry(
                    what,
                    role=str(viewer.role),
                    name=viewer.name,
                    trial=cut.trial,
                    cut=cut.number,
                    fingerprint=cut.fingerprint,
                    details=about,
                )
            )
            if what not in _EVERY_TIME:
                self._noted.add(once)


def patient_code(secret: bytes, trial: str, usubjid: str) -> str:
    """
    What a patient is called in the audit trail.

    Parameters
    ----------
    secret : of the store
    trial, usubjid : the patient

    Returns
    -------
    The first digits of a keyed hash: without the secret nobody can try identifiers until one fits.
    """
    told = f"patient:{trial}:{usubjid}".encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()[:_DIGITS]
