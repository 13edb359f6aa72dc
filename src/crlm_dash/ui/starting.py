"""Whether this server may start. Imported before anything is answered, so it imports no data and no statistics."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path

import streamlit as st

from crlm_dash.errors import CrlmDashError, StoreError
from crlm_dash.people import listed_people
from crlm_dash.terms import TrialKind

LOG = logging.getLogger("crlm_dash.ui")
STORE_VARIABLE = "CRLM_STORE"
SHORTEST_SECRET = 32  # characters
_OF_PROVIDER = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_CONFIGURE = """\
Configure an identity provider in .streamlit/secrets.toml:
  [auth]
  redirect_uri = "https://THIS-SERVER/oauth2callback"
  cookie_secret = "at least 32 random characters"
  client_id = "…"
  client_secret = "…"
  server_metadata_url = "https://PROVIDER/.well-known/openid-configuration"
and name a list of people in CRLM_PEOPLE (docs/deployment.md)."""


def start(project: Path) -> None:
    """
    End the process in words where it would show patients to nobody in particular, or could let nobody in.

    From here on no address is logged, for it can name a patient: `--no-access-log` does not suffice, since Streamlit
    gives uvicorn's access log a handler of its own.
    """
    logging.getLogger("uvicorn.access").disabled = True
    try:
        check_can_start(store_of(project))
    except CrlmDashError as error:
        sys.exit(f"crlm-dash does not start: {error}")


def store_of(project: Path) -> Path:
    """Folder of the store: CRLM_STORE, else data/store of the project."""
    return Path(os.environ.get(STORE_VARIABLE) or project / "data" / "store")


def is_well(store: Path) -> bool:
    """Whether the cuts of the store can be listed, and the journal and the audit trail read; why not is in the log."""
    from crlm_dash.store.journal import AUDIT, JOURNAL, journal_at
    from crlm_dash.store.seal import list_cuts

    try:
        for folder in store.iterdir() if store.is_dir() else ():
            list_cuts(store, folder.name)
        for book in (JOURNAL, AUDIT):
            journal_at(store, book).start()
    except (CrlmDashError, OSError) as error:
        LOG.error("Not well: %s", error)
        return False
    return True


def check_can_start(store: Path) -> None:
    """
    Raise unless everybody who comes can be told apart, or nobody needs to be.

    Raises
    ------
    StoreError : real patients and no identity provider; a provider that is not wholly configured; no list of people
    """
    provider = dict(st.secrets["auth"]) if st.secrets.load_if_toml_exists() and "auth" in st.secrets else None
    if provider is None:
        if real := real_trials(store):
            held = f"{store} holds real patients' data ({', '.join(real)})"
            raise StoreError(f"{held}, and nobody can be told apart here. {_CONFIGURE}")
        return
    if missing := [key for key in _OF_PROVIDER if not provider.get(key)]:
        raise StoreError(f"[auth] in secrets.toml lacks {', '.join(missing)}. {_CONFIGURE}")
    if len(provider["cookie_secret"]) < SHORTEST_SECRET:
        raise StoreError(f"[auth] cookie_secret in secrets.toml has fewer than {SHORTEST_SECRET} characters.")
    if st.get_option("server.trustedUserHeaders"):
        raise StoreError("server.trustedUserHeaders would let a header name somebody else: it must not be set.")
    listed_people()


def real_trials(store: Path) -> list[str]:
    """Folders of the store with a cut of real patients; one whose kind cannot be read counts as such."""
    return sorted({path.parent.name for path in store.glob("*/cut-*.json") if _kind(path) not in _NOT_REAL})


_NOT_REAL = (TrialKind.SIMULATED, TrialKind.PUBLIC)


def _kind(sidecar: Path) -> str:
    try:
        return str(json.loads(sidecar.read_text(encoding="utf-8")).get("kind"))
    except (OSError, ValueError, AttributeError):
        return ""
