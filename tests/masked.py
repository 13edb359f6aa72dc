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
    told: dict[int, list[str | None]] = {}
    worst: dict[tuple[object, ...], tuple[int, int]] = {}
    for row, usubjid, term, decod, body_system, emergent, grade in events:
        said = f"{term} {decod}".lower()
        tells = any(word in said for word in words)
        shown = [WITHHELD_TERMS] * 3 if tells else [term, decod, body_system]
        told[row] = shown
        if emergent == "Y":
            for key in ((usubjid, shown[2]), (usubjid, shown[2], shown[1] or shown[0])):
                worst[key] = min(worst.get(key, (10, 0)), (9 - (grade or 0), row))
    if told:
        values = "values " + ", ".join(["(?::bigint, ?::varchar, ?::varchar, ?::varchar)"] * len(told))
        con.execute(
            "update cut.main.adae a set MASKTERM = s.term, MASKDECOD = s.decod, MASKBODSYS = s.body_system "
            f"from ({values}) s (place, term, decod, body_system) where a.rowid = s.place",
            [each for row, shown in told.items() for each in (row, *shown)],
        )
    for flag, length in (("MASKSFL", 2), ("MASKPFL", 3)):
        rows = [row for key, (_, row) in worst.items() if len(key) == length]
        con.execute(f"update cut.main.adae set {flag} = 'Y' where rowid in (select unnest(?::bigint[]))", [rows])
    causes = con.execute("select distinct DTHCAUS from cut.main.adsl where DTHCAUS is not null").fetchall()
    con.execute("update cut.main.adsl set MASKCAUS = DTHCAUS")
    hidden = [cause for (cause,) in causes if any(word in cause.lower() for word in words)]
    con.execute(
        "update cut.main.adsl set MASKCAUS = ? where DTHCAUS in (select unnest(?::varchar[]))", [WITHHELD_TERMS, hidden]
    )
