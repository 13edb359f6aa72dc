"""The secret of a store: it fixes the order of coded arms, names in the audit trail, and which numbers hide others.

With CRLM_SECRET_KEY in the environment it stands in the store encrypted; without, in plain, readable by its owner only.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from crlm_dash.errors import StoreError

FILE = ".arm-order"
KEY_VARIABLE = "CRLM_SECRET_KEY"
SHORTEST_KEY = 32  # characters
_LENGTH = 32  # bytes
_SEALED = b"crlm-dash-sealed-1:"


def secret_of(root: Path) -> bytes:
    """
    The secret of a store; made at first use, and sealed where the environment has a key for it.

    Parameters
    ----------
    root : the store

    Returns
    -------
    32 bytes that never change.

    Raises
    ------
    StoreError : it is sealed with a key that is not there, or with another one; the key is too short
    """
    path, lock = root / FILE, _lock()
    if not path.exists():
        _publish(path, _sealed(secrets.token_bytes(_LENGTH), lock), over=False)
    kept = path.read_bytes()
    if not kept.startswith(_SEALED):
        if lock:
            _publish(path, _sealed(kept, lock), over=True)
        return kept
    if lock is None:
        raise StoreError(f"The secret of the store is sealed: {KEY_VARIABLE} must hold the key it was sealed with.")
    try:
        return lock.decrypt(kept.removeprefix(_SEALED))
    except InvalidToken:
        raise StoreError(
            f"The secret of the store was sealed with another key than {KEY_VARIABLE} holds, or its file was changed."
        ) from None


def _lock() -> Fernet | None:
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        return None
    if len(key) < SHORTEST_KEY:
        raise StoreError(f"{KEY_VARIABLE} has fewer than {SHORTEST_KEY} characters; it is to be random.")
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


def _sealed(secret: bytes, lock: Fernet | None) -> bytes:
    return _SEALED + lock.encrypt(secret) if lock else secret


def _publish(path: Path, content: bytes, *, over: bool) -> None:
    """Written whole beside, then put in its place; of two processes that make it, the first wins."""
    beside = path.with_name(f"{FILE}-{secrets.token_hex(8)}")
    beside.touch(mode=0o600)
    beside.write_bytes(content)
    try:
        if over:
            beside.replace(path)
        else:
            os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink(missing_ok=True)
