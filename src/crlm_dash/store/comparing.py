"""A cut beside an earlier one of the same trial, so that one query can tell what changed.

The earlier file is attached read-only as `before`. A query may name every table of its room a second time, as
`before_adsl` or `before_population`, and `changed_events`. Both cuts are seen through the same eyes (`store.sight`): of
what the two protocols open and keep back, the stricter holds for both.
"""

from __future__ import annotations

import threading
from importlib import resources
from weakref import WeakKeyDictionary

import duckdb

from crlm_dash.access import Viewer
from crlm_dash.errors import AccessDenied, NotFound, RequestError
from crlm_dash.protocol import Protocol
from crlm_dash.store.contents import check_built, column_types, protocol_of
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.store.journal import Entry
from crlm_dash.store.queries import literals, named_in
from crlm_dash.store.revealing import give_away_sql, hidden_columns, words_sql
from crlm_dash.store.rooms import COLUMNS, NAMED, REVEALS_ARM, TABLES_IN, Room
from crlm_dash.store.seal import CutInfo
from crlm_dash.store.sight import Sight
from crlm_dash.terms import WITHHELD_TERMS

BEFORE = "before_"
_ROOMS = (Room.COUNTS, Room.OUTCOMES, Room.PROCEDURES, Room.EVENTS, Room.LISTING, Room.RECORDS)
_OF_EVENTS = (Room.OUTCOMES, Room.EVENTS)  # who may ask which events changed
_made: WeakKeyDictionary[duckdb.DuckDBPyConnection, set[str]] = WeakKeyDictionary()
_making = threading.Lock()


class Comparison(Door):
    """The present cut (`cut`) beside an earlier one (`since`), as one viewer may see both."""

    def __init__(
        self,
        viewer: Viewer,
        cut: CutInfo,
        since: CutInfo,
        connection: duckdb.DuckDBPyConnection,
        secret: bytes,
        opening: Entry | None = None,
    ) -> None:
        own, other = protocol_of(connection, cut), protocol_of(connection, since, catalog="before")
        super().__init__(viewer, cut, connection, secret, opening, stricter(own, other))
        types = column_types(connection, catalog="before")
        check_built(since, types)
        self.since, self.same_protocol = since, own == other
        self._sight: _Beside = _Beside(viewer, self.protocol, self._state, self._types, self._arm_labels)
        self._before = _Earlier(viewer, stricter(other, own), self._state, types, self._arm_labels)
        self._sight.alike = self._before.alike = set(own.safety.give_away) == set(other.safety.give_away)
        made(connection, "same_subjects")

    def groupings(self) -> dict[str, str]:
        """What the viewer may group the outcomes of both cuts by."""
        there = self._before.types["adsl"]
        return {column: label for column, label in super().groupings().items() if column in there or column == BY_ARM}

    def filter_columns(self) -> dict[str, bool]:
        """Columns of both cuts that a filter may use, and whether each is numeric."""
        there, here = self._before.types["adsl"], self._types["adsl"]
        return {name: kind for name, kind in super().filter_columns().items() if there.get(name) == here[name]}

    def _checked_subject(self, usubjid: str | None) -> str:
        try:
            return super()._checked_subject(usubjid)
        except NotFound:
            was = self._run("select SITEID from before.main.adsl where USUBJID = $usubjid", {"usubjid": usubjid})[
                "SITEID"
            ]
            if not len(was) or (self.viewer.sites is not None and was.iloc[0] not in self.viewer.sites):
                raise
            raise NotFound(
                f"Subject '{usubjid}' was in data cut {self.since.number} of {self.cut.trial} and is no longer in data "
                f"cut {self.cut.number}."
            ) from None

    def _beside(self, room: Room, body: str, by: str | None, condition: str, population: str) -> dict[str, str]:
        if room not in _ROOMS:
            return {}
        named = named_in(body, [f"{BEFORE}{table}" for table in TABLES_IN[room]])
        tables = {name: self._before.table_sql(room, name.removeprefix(BEFORE)) for name in named}
        if room is not Room.RECORDS:
            tables["before_population"] = self._population_sql(self._before, room, by, condition, population)
        if room in _OF_EVENTS and named_in(body, ["changed_events"]):
            made(self._connection, "changed_events")
            tables["changed_events"] = self._before.events_sql(room)
        return tables


class _Beside(Sight):
    """The eyes on one of two cuts: a row of `adae` is told by its PLACE."""

    alike = True  # both protocols know the same words as giving the arm away

    def _columns_in(self, room: Room, table: str) -> tuple[str, ...]:
        names = super()._columns_in(room, table)
        return (*names, "PLACE") if table == "adae" else names

    def _column_sql(self, room: Room, table: str, column: str) -> str:
        return f"{table}.rowid as PLACE" if column == "PLACE" else super()._column_sql(room, table, column)

    def _worded_sql(self, room: Room, table: str, column: str) -> str:
        """Twins were written by the words of one cut's protocol: what the other's know is withheld here."""
        shown = super()._worded_sql(room, table, column)
        if self.alike or shown == f'"{column}"':
            return shown
        if table == "adae" and column in ("AETERM", "AEDECOD", "AEBODSYS"):
            told = " or ".join(give_away_sql(self.protocol, each) for each in ("AETERM", "AEDECOD"))
            return f"if({told}, {literals([WITHHELD_TERMS])}, {shown})"
        return words_sql(self.protocol, shown) if table == "adsl" else shown

    def _named_sql(self, room: Room, table: str, column: str) -> str:
        """Where the words differ no code stands beside a named subject: it might stand beside what tells it."""
        shown = super()._named_sql(room, table, column)
        if not self.alike and self.coded and room in NAMED and shown != f'"{column}"':
            return f'cast(null as varchar) as "{column}"'
        return shown


class _Earlier(_Beside):
    """The eyes on the earlier cut: its subjects bear the numbers, and are of the sites, of the present one."""

    numbers_lists = False  # its own numbers are other subjects' in the present cut

    def source_sql(self, room: Room, table: str) -> str:
        numbered = room not in NAMED and "USUBJID" in COLUMNS[table]
        return f"before.main.{table}" + (" join compared.main.same_subjects using (SUBJKEY)" if numbered else "")

    def subject_sql(self, room: Room) -> str:
        return "USUBJID" if room in NAMED else "SUBJECT as USUBJID"

    def sites_sql(self, room: Room) -> str:
        if not super().sites_sql(room):
            return ""
        return (
            "USUBJID in (select b.USUBJID from before.main.adsl b left join cut.main.adsl n using (USUBJID) "
            f"where {self.of_sites_sql(room)})"
        )

    def of_sites_sql(self, room: Room) -> str:
        """The condition on the site a subject is of now (`n`), or was of (`b`) who is no longer there."""
        return super().sites_sql(room).replace("SITEID", "coalesce(n.SITEID, b.SITEID)") or "true"

    def events_sql(self, room: Room) -> str:
        """`changed_events` of a room: subjects as the room calls them, and only those of the viewer's sites."""
        if room not in NAMED:
            return "select SUBJECT as USUBJID, * exclude (SUBJECT) from compared.main.changed_events"
        return (
            "select coalesce(n.USUBJID, b.USUBJID) as USUBJID, c.* exclude (SUBJECT) "
            "from compared.main.changed_events c left join cut.main.adsl n on n.SUBJKEY = c.SUBJECT "
            f"left join before.main.adsl b on b.SUBJKEY = -c.SUBJECT where {self.of_sites_sql(room)}"
        )


def stricter(own: Protocol, other: Protocol) -> Protocol:
    """
    A protocol that opens no more, and keeps back no less, than another version of it.

    Parameters
    ----------
    own : the protocol
    other : the version another cut was built with

    Returns
    -------
    `own`, with outcomes by arm open to whom both open them, and with the masks and the give-away words of both.
    """
    masks = (*own.access.masks, *sorted(hidden_columns(other) - REVEALS_ARM))
    open_to = tuple(role for role in own.access.outcomes_by_arm if role in other.access.outcomes_by_arm)
    words = (*own.safety.give_away, *other.safety.give_away)
    access = own.access.model_copy(update={"masks": tuple(dict.fromkeys(masks)), "outcomes_by_arm": open_to})
    safety = own.safety.model_copy(update={"give_away": tuple(dict.fromkeys(words))})
    return own.model_copy(update={"access": access, "safety": safety})


def made(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """
    Work out what two cuts have in common, once: neither ever changes.

    Parameters
    ----------
    connection : to which both cuts and the empty catalog `compared` are attached
    table : the file of `sql/comparing` that makes the table of this name
    """
    with _making:
        there = _made.setdefault(connection, set())
        if table not in there:
            text = resources.files("crlm_dash").joinpath("sql", "comparing", f"{table}.sql").read_text(encoding="utf-8")
            with connection.cursor() as cursor:
                cursor.execute(text)
            there.add(table)


def comparable(cut: CutInfo, cuts: tuple[CutInfo, ...]) -> tuple[CutInfo, ...]:
    """
    The cuts that a cut can be compared with.

    Parameters
    ----------
    cut : the present one
    cuts : all of its trial, oldest first

    Returns
    -------
    Those sealed before, of the same kind, whose cut-off is not later; oldest first.
    """
    return tuple(c for c in cuts if c.number < cut.number and c.kind == cut.kind and c.cutoff <= cut.cutoff)


def earlier_cut(cut: CutInfo, cuts: tuple[CutInfo, ...], number: int | None) -> CutInfo | None:
    """
    The earlier cut that is meant.

    Parameters
    ----------
    cut : the present one
    cuts : all of its trial, oldest first
    number : of the earlier cut; None for the one before

    Returns
    -------
    The earlier cut; None where there is none and none was named.

    Raises
    ------
    NotFound : no cut has this number; RequestError : it is not earlier; AccessDenied : its patients are of another kind
    """
    there = comparable(cut, cuts)
    if number is None:
        return there[-1] if there else None
    named = next((each for each in cuts if each.number == number), None)
    if named is None:
        raise NotFound(f"{cut.trial} has no cut {number}. Cuts: {', '.join(str(each.number) for each in cuts)}.")
    if named in there:
        return named
    if named.kind != cut.kind:
        raise AccessDenied(
            f"{cut.trial}: the data of cut {named.number} are {named.kind}, those of cut {cut.number} are {cut.kind}. "
            "They are not compared, for what protects the one does not protect the other."
        )
    if number == cut.number:
        raise RequestError(f"Data cut {number} cannot be compared with itself: name an earlier one.")
    raise RequestError(
        f"Data cut {named.number} (cut-off {named.cutoff}) is not earlier than data cut {cut.number} "
        f"(cut-off {cut.cutoff}): changes are told forward in time."
    )


def beside_earlier(door: Door, number: int | None = None) -> Comparison | None:
    """
    The cut of a door beside an earlier one.

    Parameters
    ----------
    door : opened by a store
    number : of the earlier cut; None for the one before

    Returns
    -------
    Both cuts, for the same viewer; None where there is no earlier one.

    Raises
    ------
    As `earlier_cut`; StoreError : the earlier cut was built by another version, or its file was changed
    """
    if door.shelf is None:
        return None
    trial = door.cut.trial
    since = earlier_cut(door.cut, door.shelf.cuts(door.viewer, trial), number)
    return door.shelf.compare(door.viewer, trial, door.cut.number, since.number) if since else None
