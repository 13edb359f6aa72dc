"""What arms are called on the screen: their labels, or codes for who may not know which treatment is which."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from crlm_dash.protocol import Arm

_LETTERS, _OTHER_LETTERS = "ABCDEFGHJKLM", "XYZUVWQRSTPN"


def arm_labels(arms: Sequence[Arm], in_data: Sequence[str]) -> dict[str, str]:
    """
    Label of each arm that has subjects.

    Parameters
    ----------
    arms : the protocol's arms, in the order they are shown
    in_data : TRT01P of the enrolled subjects, distinct

    Returns
    -------
    TRT01P → label; arms the protocol does not know come last, under their own name.
    """
    labels = {arm.name: arm.label for arm in arms if arm.name in in_data}
    return labels | {name: name for name in in_data if name not in labels}


def coded_labels(labels: dict[str, str], arms: Sequence[Arm], trial: str, secret: bytes) -> dict[str, str]:
    """
    A code for each arm, in an order that neither the names nor the protocol tell.

    Where the protocol itself calls its arms by letters, other letters are used, so that nobody takes a code for the
    protocol's letter.

    Parameters
    ----------
    labels : TRT01P → label
    arms : the protocol's arms
    trial : STUDYID
    secret : the store's secret; the same secret and trial give the same codes

    Returns
    -------
    TRT01P → 'Arm A', 'Arm B' …
    """
    lettered = {word for arm in arms for word in f"{arm.code} {arm.name} {arm.label}".split()} & set(_LETTERS)
    letters = _OTHER_LETTERS if lettered else _LETTERS
    order = sorted(labels, key=lambda name: hashlib.sha256(secret + f"{trial}:{name}".encode()).digest())
    return {name: f"Arm {letters[i] if i < len(letters) else i + 1}" for i, name in enumerate(order)}
