"""The twins of texts that give the arm away, in a hand-written cut: the plain second version of the analysis SQL."""

from __future__ import annotations

import duckdb

from crlm_dash.protocol import Protocol
from crlm_dash.terms import WITHHELD_TERMS, Modality

TEXTS = {"MASKTERM": "AETERM", "MASKDECOD": "AEDECOD", "MASKBODSYS": "AEBODSYS"}


def fill_twins(con: duckdb.DuckDBPyConnection, protocol: Protocol) -> None:
    """Mark what tells the arm in `adae`, `adsl` and `adtl` of the attached cut, by the protocol's words."""
    words = [word.lower() for word in (*protocol.safety.give_away, *Modality)]
    events = con.execute(
        "select rowid, USUBJID, AETERM, AEDECOD, AEBODSYS, TRTEMFL, AEGRADE from cut.main.adae"
    ).fetchall()
    worst: dict[tuple[object, ...], tuple[int, int]] = {}
    for row, usubjid, term, decod, body_system, emergent, grade in events:
        said = f"{term} {decod}".lower()
        tells = any(word in said for word in words)
        shown = [WITHHELD_TERMS] * 3 if tells else [term, decod, body_system]
        con.execute(
            "update cut.main.adae set MASKTERM = $1, MASKDECOD = $2, MASKBODSYS = $3 where rowid = $4", [*shown, row]
        )
        if emergent == "Y":
            for key in ((usubjid, shown[2]), (usubjid, shown[2], shown[1] or shown[0])):
                worst[key] = min(worst.get(key, (10, 0)), (9 - (grade or 0), row))
    for key, (_, row) in worst.items():
        flag = "MASKSFL" if len(key) == 2 else "MASKPFL"
        con.execute(f"update cut.main.adae set {flag} = 'Y' where rowid = $1", [row])
    for usubjid, cause in con.execute("select USUBJID, DTHCAUS from cut.main.adsl").fetchall():
        shown_cause = WITHHELD_TERMS if any(word in (cause or "").lower() for word in words) else cause
        con.execute("update cut.main.adsl set MASKCAUS = $1 where USUBJID = $2", [shown_cause, usubjid])
