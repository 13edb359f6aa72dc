"""The one door to the data: nobody reads a cut but through here, and here `access` is asked first.

A query sees only the tables and columns of its room (`rooms.py`), put before it as common table expressions. The
cut itself is attached under a name no query may write, so a table that is not in the room does not exist for it.
"""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from crlm_dash import suppression
from crlm_dash.access import Action, TrialState, Viewer, can, check_can
from crlm_dash.errors import AccessDenied, NotFound, RequestError
from crlm_dash.protocol import Protocol
from crlm_dash.store.arms import arm_labels, coded_labels
from crlm_dash.store.audit import PATIENT_OPENED, PATIENTS_LISTED, REFUSED
from crlm_dash.store.contents import check_built, column_types, dated, planned_arms, protocol_of, trial_state
from crlm_dash.store.filters import parse_filter, to_sql
from crlm_dash.store.journal import Entry
from crlm_dash.store.key import check_opening, when
from crlm_dash.store.origins import ORIGINS, TimeOrigin, origin_named
from crlm_dash.store.queries import compose, named_in, read_query
from crlm_dash.store.revealing import TREATMENT_DAYS
from crlm_dash.store.rooms import ACTIONS_OF, BY_ARM_NEEDS, OF_SITES, POOLED_OUTCOMES, RECEIVED_NEEDS, TABLES_IN, Room
from crlm_dash.store.seal import CutInfo
from crlm_dash.store.sight import Sight
from crlm_dash.store.totals import has_ages, one_grouping_each, shown_totals
from crlm_dash.terms import MISSING_GROUP, POOLED

if TYPE_CHECKING:
    from crlm_dash.store.shelf import TrialStore

BY_ARM = "arm"
FEWEST = suppression.FEWEST  # patients whose outcomes a filter may single out, or leave out
_ALWAYS_ALLOWED = ("SITEID", "SEX", "AGE", "COUNTRY", "RACE")


class Door:
    """One cut, as one viewer may see it. Made by `TrialStore.open`."""

    shelf: TrialStore | None = None  # where its cut stands among others

    def __init__(
        self,
        viewer: Viewer,
        cut: CutInfo,
        connection: duckdb.DuckDBPyConnection,
        secret: bytes,
        opening: Entry | None = None,  # the journal's proof of the key that the viewer brings
        protocol: Protocol | None = None,  # in place of the cut's own
    ) -> None:
        check_opening(opening, viewer, cut.trial)
        self.viewer = viewer
        self.opening = opening
        self.cut = cut
        self._connection, self._secret = connection, secret
        self.protocol = protocol or protocol_of(connection, cut)
        self._state = trial_state(self.protocol)
        self._types = column_types(connection)
        check_built(cut, self._types)
        self._coded = not self.can(Action.SEE_ARM_NAMES)
        self._arm_labels = self._labels(secret)
        self._sight = Sight(viewer, self.protocol, self._state, self._types, self._arm_labels)

    @property
    def arms(self) -> tuple[str, ...]:
        """Labels of the arms as this viewer sees them, in the order they are always shown."""
        return tuple(dict.fromkeys(sorted(self._arm_labels.values()) if self._coded else self._arm_labels.values()))

    @property
    def control(self) -> str | None:
        """Label of the arm others are compared with; unknown to who sees codes, for it would break them."""
        named = {arm.name for arm in self.protocol.arms if arm.control}
        return next((label for name, label in self._arm_labels.items() if name in named and not self._coded), None)

    @property
    def masked(self) -> str:
        """What is kept from this viewer, in words for the header of every display."""
        if not self.can(Action.SEE_COUNTS):
            return "Counts of the whole trial only"
        if not self.can(Action.SEE_OUTCOMES_BY_ARM):
            return "Outcomes by arm not shown to this role"
        if self.opening:
            return f"Key opened by you on {when(self.opening)}: arms shown"
        return "Arms coded, key sealed" if self._coded else "Arms shown"

    def pooled(self) -> Door:
        """The same cut without any outcome by arm, even where a finished trial opens them to this role."""
        found = copy(self)
        found._state = TrialState(outcomes_by_arm=frozenset())
        found._sight = Sight(self.viewer, self.protocol, found._state, self._types, self._arm_labels)
        return found

    def can(self, action: Action) -> bool:
        """Whether the viewer may do `action` in this trial, by the policy of `access`."""
        return can(self.viewer, action, self._state)

    def check_can(self, action: Action) -> None:
        """Raise `AccessDenied` unless the viewer may do `action` in this trial; that they asked is written down."""
        try:
            check_can(self.viewer, action, self._state)
        except AccessDenied:
            self.note(REFUSED, action=str(action))
            raise

    def refusal(self, action: Action) -> str:
        """Why the viewer may not do `action`, where nobody asked for it yet; '' where they may."""
        try:
            check_can(self.viewer, action, self._state)
        except AccessDenied as refused:
            return str(refused)
        return ""

    def note(self, what: str, usubjid: str = "", **details: str) -> None:
        """Write into the audit trail, before it is done, that the viewer did `what` here (`store.audit`)."""
        if self.shelf:
            self.shelf.witness.note(self.viewer, self.cut, what, usubjid, **details)

    def groupings(self) -> dict[str, str]:
        """What the viewer may group outcomes by: column name ('arm' for the arm) → label."""
        arm = {BY_ARM: "Arm"} if self.can(Action.SEE_OUTCOMES_BY_ARM) and len(self._arm_labels) > 1 else {}
        hidden = self._sight.hidden
        covariates = {c.column: c.label for c in self.protocol.covariates if c.column not in hidden}
        return arm | {column: label for column, label in covariates.items() if column in self._types["adsl"]}

    def filter_columns(self) -> dict[str, bool]:
        """Columns a filter may use, and whether each is numeric."""
        kinds = self._types["adsl"]
        names = [*_ALWAYS_ALLOWED, *(c.column for c in self.protocol.covariates)]
        return {n: kinds[n] in _NUMERIC for n in names if n in kinds and n not in self._sight.hidden}

    def time_origins(self) -> dict[str, str]:
        """What follow-up can be counted from in these data: code → label."""
        there, kept = dated(self._connection), TREATMENT_DAYS if self._coded else frozenset()
        return {code: each.label for code, each in ORIGINS.items() if there[each.column] and each.column not in kept}

    def check_counted_from(self, origin: TimeOrigin, own: str | None = None) -> None:
        """Raise `AccessDenied` where counting anew, not from the column `own` ('' unknown), tells days of treatment."""
        if self._coded and (origin.column in TREATMENT_DAYS or own in {"", *TREATMENT_DAYS}):
            raise AccessDenied(
                f"A {self.viewer.role.label} may not have these times counted from {origin.label}: with the endpoint's "
                "own times they tell when treatment began, and that tells which treatment stands behind a code."
            )

    @property
    def withholds_terms(self) -> bool:
        """Whether terms that give the arm away stand in this viewer's displays of outcomes as one, withheld."""
        return self._sight.withholds_terms

    def can_see_received(self) -> bool:
        """Whether outcomes by local treatment received are there and the viewer may see them."""
        return all(self.can(action) for action in RECEIVED_NEEDS) and bool(dated(self._connection)["LOCALDT"])

    def ask(
        self,
        query: str,
        *,
        by: str | None = None,
        where: str = "",
        population: str = "ENRLFL",
        usubjid: str | None = None,
        origin: str = "",
        **values: Any,
    ) -> pd.DataFrame:
        """
        The rows of `sql/queries/<query>.sql`, as far as the viewer may see them.

        Parameters
        ----------
        by : 'arm', an allowed ADSL column, or None; becomes `population.STRATA`
        where : a filter text (`store.filters`), on allowed columns only
        population : the ADSL flag that makes a subject part of `population`
        usubjid : the subject, required for queries of the records room
        origin : the time origin (`store.origins`) that `adtte` is counted from; '' is each record's own
        values : the query's own parameters

        Raises
        ------
        AccessDenied : the viewer may not see this; RequestError : grouping, filter or population not understood;
        NotFound : no such subject at the viewer's sites
        """
        room, body = read_query(query)
        self._check_room(room, by)
        if room is Room.TOTALS:
            return self._totals(body, unasked=not (by or where or usubjid or origin or values))
        condition, bound = to_sql(parse_filter(where), self.filter_columns())
        tables = {name: self._sight.table_sql(room, name) for name in named_in(body, TABLES_IN[room])}
        if zero := origin_named(origin):
            self.check_counted_from(zero)
        if zero or room is Room.RECEIVED:
            tables["adtte"] = self._sight.times_sql(room, zero)
        if room is Room.RECORDS:
            bound["_usubjid"] = self._checked_subject(usubjid)
        else:
            if room in OF_SITES:
                self.note(PATIENTS_LISTED, query=query)
            asked = (self._sight, room, by, condition, population)
            tables |= {"population": self._population_sql(*asked), "members": self._population_sql(*asked, known=True)}
            if where.strip() and room in POOLED_OUTCOMES:
                self._check_not_too_few(condition, bound, population)
        tables |= self._beside(room, body, by, condition, population)
        parameters = bound | {name: value for name, value in values.items() if value is not None}
        return self._run(compose(tables, body), parameters)

    def _totals(self, body: str, *, unasked: bool) -> pd.DataFrame:
        """Counts of the whole trial without small cells; always the same, for two views can be subtracted."""
        if not unasked:
            raise RequestError("The trial in numbers is always of everyone: it is neither filtered nor grouped.")
        levelled = [each for each in self.protocol.covariates if each.levels and each.column in self.groupings()]
        named = {"characteristics": one_grouping_each(levelled), "ages": not has_ages(levelled)}
        tables = {name: self._sight.table_sql(Room.TOTALS, name) for name in named_in(body, TABLES_IN[Room.TOTALS])}
        key = self._secret + self.cut.trial.encode()
        return shown_totals(self._connection, lambda: self._run(compose(tables, body), named), key).copy()

    def _beside(self, room: Room, body: str, by: str | None, condition: str, population: str) -> dict[str, str]:
        """Tables besides those of the cut: none but where it is compared with another (`store.comparing`)."""
        return {}

    # -- what the viewer may see ------------------------------------------------------------------------------

    def _check_room(self, room: Room, by: str | None) -> None:
        for action in ACTIONS_OF[room]:
            self.check_can(action)
        for action in BY_ARM_NEEDS.get(room, (Action.SEE_OUTCOMES_BY_ARM,)) if by == BY_ARM else ():
            self.check_can(action)

    def _check_not_too_few(self, condition: str, bound: dict[str, Any], population: str) -> None:
        """A filter may neither leave nor leave out a few patients: less the unfiltered display, both are their own."""
        if self.can(Action.SEE_OUTCOMES_BY_ARM):
            return
        counted = f"select count(*) as n, count(*) filter ({condition}) as kept from cut.main.adsl"
        found = self._run(f"{counted} where {population} = 'Y'", bound).iloc[0]
        for n, does in ((found["kept"], "leaves"), (found["n"] - found["kept"], "leaves out")):
            if 0 < n < FEWEST:
                self.note(REFUSED, action="see outcomes of few patients by a filter")
                raise AccessDenied(
                    f"This filter {does} fewer than {FEWEST} patients. Outcomes of so few could tell who they are, or "
                    f"their arm, so they are not shown to this role ({self.viewer.role.label}). A wider filter will do."
                )

    def _checked_subject(self, usubjid: str | None) -> str:
        if not usubjid:
            raise RequestError("Which patient? Give the subject's identifier (USUBJID).")
        found = self._run("select SITEID from cut.main.adsl where USUBJID = $usubjid", {"usubjid": usubjid})["SITEID"]
        if not len(found):
            raise NotFound(f"There is no subject '{usubjid}' in {self.cut.trial}.")
        if self.viewer.sites is not None and found.iloc[0] not in self.viewer.sites:
            self.note(REFUSED, usubjid, action=str(Action.SEE_PATIENTS))
            raise AccessDenied(f"Subject '{usubjid}' is of a site whose records you may not see.")
        self.note(PATIENT_OPENED, usubjid)
        return usubjid

    # -- the population put before a query ----------------------------------------------------------------------

    def _population_sql(
        self, sight: Sight, room: Room, by: str | None, condition: str, population: str, *, known: bool = False
    ) -> str:
        """Who is in the population; `known`: with what the room knows of them, so that nobody is looked up twice."""
        if population not in ("SCRNFL", "ENRLFL", "ITTFL", "SAFFL"):
            raise RequestError(f"'{population}' is not a population. There are: SCRNFL, ENRLFL, ITTFL, SAFFL.")
        strata = self._strata_sql(sight, room, by, population)
        chosen = f"{population} = 'Y' and ({condition}) and {sight.sites_sql(room) or 'true'}"
        if known:
            return sight.members_sql(room, strata, chosen)
        source = sight.source_sql(room, "adsl")
        return f"select {sight.subject_sql(room)}, {strata} as STRATA from {source} where {chosen}"

    def _strata_sql(self, sight: Sight, room: Room, by: str | None, population: str) -> str:
        if by is None or (by == BY_ARM and not self._arm_labels):
            return f"'{POOLED}'"
        if by == BY_ARM:
            return sight.arm_sql(room, "TRT01A" if population == "SAFFL" else "TRT01P")
        if by not in self.groupings():
            raise RequestError(f"'{by}' cannot be grouped by. These can: {', '.join(self.groupings()) or 'none'}.")
        text = f'cast("{by}" as varchar)'
        if sight.types["adsl"][by] in _NUMERIC:
            text = f"regexp_replace({text}, '\\.0$', '')"  # a score of 1 is read as '1', not '1.0'
        return f"coalesce({text}, '{MISSING_GROUP}')"

    # -- arms ---------------------------------------------------------------------------------------------------

    def _labels(self, secret: bytes) -> dict[str, str]:
        labels = arm_labels(self.protocol.arms, planned_arms(self._connection))
        return coded_labels(labels, self.protocol.arms, self.cut.trial, secret) if self._coded else labels

    def _run(self, sql: str, parameters: dict[str, Any]) -> pd.DataFrame:
        used = {name: value for name, value in parameters.items() if re.search(rf"\${name}\b", sql)}
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, used).df()


_NUMERIC = frozenset({"DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT"})
