"""What of a cut one viewer sees: which columns and rows of a table stand before a query, and in which words."""

from __future__ import annotations

from functools import cached_property

from crlm_dash.access import Action, TrialState, Viewer, can
from crlm_dash.protocol import Protocol
from crlm_dash.store.origins import TimeOrigin, times_sql
from crlm_dash.store.queries import literals
from crlm_dash.store.revealing import (
    counted_from_enrolment,
    give_away_sql,
    hidden_columns,
    withheld_sql,
    words_sql,
)
from crlm_dash.store.rooms import (
    ARM,
    COLUMNS,
    ENTRY,
    EVENT_TREATMENT,
    NAMED,
    OF_SITES,
    RECEIVED_NEEDS,
    REVEALING_LANES,
    REVEALING_TABLES,
    SUBJECT,
    TWINS,
    WITH_LABELS,
    WITHOUT_ARM,
    Room,
)
from crlm_dash.terms import MISSING_GROUP, WITHHELD_TERMS


class Sight:
    """
    The eyes of one viewer on one cut.

    `types`: table → column → type, as the cut has them; `labels`: TRT01P → what this viewer calls the arm.
    """

    numbers_lists = True  # in lists, too, a subject has its number, to join by

    def __init__(
        self,
        viewer: Viewer,
        protocol: Protocol,
        state: TrialState,
        types: dict[str, dict[str, str]],
        labels: dict[str, str],
    ) -> None:
        self.viewer = viewer
        self.protocol = protocol
        self.labels = labels
        self.types = types
        self._state = state

    @property
    def coded(self) -> bool:
        """Whether arms are codes to this viewer."""
        return not can(self.viewer, Action.SEE_ARM_NAMES, self._state)

    @property
    def withholds_terms(self) -> bool:
        """Whether terms that give the arm away reach this viewer's displays of outcomes as one, withheld."""
        return not self._may(RECEIVED_NEEDS)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The columns that stand beside no outcome, and before no viewer of codes."""
        return hidden_columns(self.protocol)

    def table_sql(self, room: Room, table: str) -> str:
        """A table of a room as this viewer sees it."""
        if room is Room.QUALITY:
            return self._quality_sql(table)
        return (
            f"select {self._columns_sql(room, table)} from {self.source_sql(room, table)} "
            f"where {self._rows_sql(room, table)}"
        )

    def members_sql(self, room: Room, strata: str, condition: str) -> str:
        """The population with every column of `adsl` in this room, so that nobody is looked up twice."""
        chosen = f"select *, {strata} as _STRATA from {self.source_sql(room, 'adsl')} where {condition}"
        return f"select _STRATA as STRATA, {self._columns_sql(room, 'adsl')} from ({chosen}) adsl"

    def source_sql(self, room: Room, table: str) -> str:
        """Where the rows of a table are read."""
        return f"cut.main.{table}"

    def times_sql(self, room: Room, origin: TimeOrigin | None) -> str:
        """`adtte`, its times counted from `origin` (None: its own), with SWITCH in the room of treatment received."""
        columns = [self._column_sql(room, "adtte", column) for column in self._columns_in(room, "adtte")]
        key = "SUBJKEY" if "SUBJKEY" in self.types["adtte"] else "USUBJID"
        times = times_sql(columns, key, origin, self.protocol, switch=room is Room.RECEIVED)
        kept = literals(counted_from_enrolment(self.protocol)) if self.coded else ""
        return f"{times} and PARAMCD in ({kept})" if kept else times

    def subject_sql(self, room: Room) -> str:
        """Where nobody is named a subject is a number: an integer joins several times faster than a text."""
        return f"{self._key} as USUBJID" if room not in NAMED and self._key != "USUBJID" else "USUBJID"

    @cached_property
    def _key(self) -> str:
        return "SUBJKEY" if "SUBJKEY" in self.types["adsl"] else "USUBJID"

    def sites_sql(self, room: Room) -> str:
        """The condition on SITEID in rooms whose rows are of the viewer's sites; '' where all sites are open."""
        if room not in OF_SITES or self.viewer.sites is None:
            return ""
        return f"SITEID in ({literals(self.viewer.sites)})"

    def arm_sql(self, room: Room, column: str) -> str:
        """
        An arm as this viewer calls it, from a column of arm names.

        A code stands beside numbers, never beside a patient: what happened to patients would tell what it stands for,
        and leaving it out beside some of them only would tell too, once they are counted.
        """
        return "cast(null as varchar)" if self.coded and room in NAMED else self._label_sql(column)

    def _label_sql(self, column: str) -> str:
        if not self.labels:
            return "cast(null as varchar)" if self.coded else f'"{column}"'
        cases = " ".join(f"when {literals([n])} then {literals([label])}" for n, label in self.labels.items())
        other = f"'{MISSING_GROUP}'" if self.coded else f"coalesce(\"{column}\", '{MISSING_GROUP}')"
        return f'case "{column}" {cases} else {other} end'

    def _may(self, actions: tuple[Action, ...]) -> bool:
        return all(can(self.viewer, action, self._state) for action in actions)

    def _quality_sql(self, table: str) -> str:
        if table == "delivered":
            return "select * from cut.staging._delivered"
        if table == "adsl":
            return "select USUBJID, SITEID from cut.main.adsl"
        quoted = [c for c in ("VALUE", "MESSAGE", "RECORD") if table == "faults" and c in self.types["faults"]]
        if not (quoted and self.withholds_terms):
            return f"select * from cut.main.{table}"
        words = ", ".join(f"{words_sql(self.protocol, column)} as {column}" for column in quoted)
        return f"select * replace ({words}) from cut.main.{table}"

    def _columns_sql(self, room: Room, table: str) -> str:
        numbered = [f"{self._key} as SUBJKEY"] if self._is_numbered(room, table) else []
        return ", ".join([*numbered, *(self._column_sql(room, table, each) for each in self._columns_in(room, table))])

    def _is_numbered(self, room: Room, table: str) -> bool:
        """Whether a list joins this table by the number of the subject, beside the name it shows."""
        known = "USUBJID" in COLUMNS[table] and "SUBJKEY" not in COLUMNS[table]
        return known and room in OF_SITES and self.numbers_lists

    def _columns_in(self, room: Room, table: str) -> tuple[str, ...]:
        extra = tuple(c.column for c in self.protocol.covariates_read) if table == "adsl" else ()
        names = dict.fromkeys(c for c in COLUMNS[table] + extra if c in self.types[table])
        if room is Room.COUNTS and table == "adsl":
            names = dict.fromkeys(c for c in names if c in SUBJECT + ARM + ENTRY + extra)
        if room is Room.EVENTS:
            return tuple(names)
        if room is Room.PROCEDURES:
            return tuple(c for c in names if c not in self.hidden or c in EVENT_TREATMENT)
        if room in WITHOUT_ARM:
            return tuple(c for c in names if c not in self.hidden)
        return tuple(c for c in names if not self.coded or c in ARM or c not in self.hidden)

    def _column_sql(self, room: Room, table: str, column: str) -> str:
        if column == "USUBJID":
            return self.subject_sql(room)
        if room is Room.EVENTS and column in self.hidden and not self._may_stand_beside_events(column):
            return f'cast(null as {self.types[table][column]}) as "{column}"'
        return self._masked_sql(room, table, column) or self._named_sql(room, table, column)

    def _masked_sql(self, room: Room, table: str, column: str) -> str:
        """What is withheld of a column's values, as SQL; '' where it stands as it is."""
        shown = self._worded_sql(room, table, column)
        told = withheld_sql(self.protocol, table, column, shown, coded=self.coded)
        if told and (self.coded or room in WITHOUT_ARM):
            return told
        return f'{shown} as "{column}"' if shown != f'"{column}"' else ""

    def _worded_sql(self, room: Room, table: str, column: str) -> str:
        """The words of a column, without those that give the arm away where this viewer is not to read them."""
        if self.coded if room is Room.RECORDS else self.withholds_terms and room is not Room.PROCEDURES:
            if column in TWINS.get(table, {}):
                return f'"{TWINS[table][column]}"'
            if table == "adae" and column in _OF_TERMS:
                return f'if(MASKBODSYS is distinct from adae.AEBODSYS, null, "{column}")'
            if table == "adtl":
                return _timeline_sql(self.protocol, column)
            if column in _WORDS.get(table, ()):
                return words_sql(self.protocol, f'{table}."{column}"', where=self._free_text_sql(table))
        return f'"{column}"'

    def _free_text_sql(self, table: str) -> str:
        """Which rows hold text of the source; other values of a criterion are made of the protocol's own words."""
        if table not in ("adel", "eldev"):
            return "true"
        texts = {fact.name for fact in self.protocol.facts if fact.type == "text"}
        return f"CRITERION in ({literals(frozenset(c.id for c in self.protocol.criteria if texts & set(c.facts)))})"

    def _named_sql(self, room: Room, table: str, column: str) -> str:
        """A column as it is, an arm as this viewer calls it."""
        labelled = table == "adsl" and column in ARM and room in WITH_LABELS
        return f'{self.arm_sql(room, column)} as "{column}"' if labelled else f'"{column}"'

    def _may_stand_beside_events(self, column: str) -> bool:
        """An arm for who sees outcomes by arm; what else reveals it only where the arm is shown by its name."""
        return self._may((Action.SEE_OUTCOMES_BY_ARM,) if column in ARM else RECEIVED_NEEDS)

    def _rows_sql(self, room: Room, table: str) -> str:
        if room is Room.EVENTS and table in REVEALING_TABLES and not self._may_stand_beside_events(table):
            return "false"
        if (sites := self.sites_sql(room)) and "USUBJID" in COLUMNS[table]:
            return f"USUBJID in (select USUBJID from {self.source_sql(room, 'adsl')} where {sites})"
        if room is not Room.RECORDS or "USUBJID" not in COLUMNS[table]:
            return "true"
        withheld = self.coded and table in REVEALING_TABLES
        lanes = f"and LANE not in ({literals(REVEALING_LANES)})" if self.coded and table == "adtl" else ""
        return "false" if withheld else f"USUBJID = $_usubjid {lanes}"


# Texts as the source wrote them, which may hold a word that gives the arm away.
_WORDS = {
    "adsl": ("DCSREAS",),
    "adtte": ("EVNTDESC",),
    "adel": ("VALUE",),
    "eldev": ("VALUE",),
    "elevidence": ("VALUE",),
}
_OF_TERMS = ("AOCCSFL", "AOCCPFL", "AOCCSIFL", "AOCCPIFL")  # first, and worst, of a class or term


def _timeline_sql(protocol: Protocol, column: str) -> str:
    """A text of the timeline: DETAIL names cycles and treatments, LABEL and CODE may name an event that tells."""
    if column == "DETAIL":
        return "cast(null as varchar)"
    if column not in ("LABEL", "CODE"):
        return f'"{column}"'
    tells = " or ".join(["adtl.MASKFL = 'Y'", *(give_away_sql(protocol, f"adtl.{each}") for each in ("LABEL", "CODE"))])
    return f'if({tells}, {literals([WITHHELD_TERMS])}, adtl."{column}")'
