"""The shelf of sealed cuts: list them, open one. Another kind of shelf would be another file with these methods."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import duckdb

from crlm_dash.access import Action, Viewer
from crlm_dash.errors import AccessDenied, NotFound, RequestError, StoreError
from crlm_dash.store.audit import Witness, patient_code
from crlm_dash.store.comparing import Comparison, earlier_cut
from crlm_dash.store.door import Door
from crlm_dash.store.journal import AUDIT, Entry, journal_at
from crlm_dash.store.key import KEY_OPENED, for_sealed, found_opening, opening_of
from crlm_dash.store.seal import CutInfo, list_cuts, verify
from crlm_dash.store.secret import secret_of
from crlm_dash.store.sign_ins import SignIns

AnyDoor = TypeVar("AnyDoor", bound=Door)
_MEMORY_LIMIT = "600MB"


@dataclass(frozen=True)
class TrialInfo:
    """One trial of the store, as the sidebar lists it."""

    trial: str
    title: str
    kind: str
    cuts: int


class TrialStore:
    """
    The sealed cuts of all trials under one folder.

    Safe to share between threads: each question gets a cursor of its own. A cut's fingerprint is checked when it is
    first opened in this process.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self.journal = journal_at(self.root)
        self.audit = journal_at(self.root, AUDIT)
        self.sign_ins = SignIns(self.audit)
        self.witness = Witness(self.audit, self._secret)
        self._unsealed: bytes | None = None
        self._openings: dict[tuple[str, Viewer], Entry] = {}
        self._connections: dict[tuple[str, ...], duckdb.DuckDBPyConnection] = {}
        self._lock = threading.Lock()

    def trials(self, viewer: Viewer) -> tuple[TrialInfo, ...]:
        """Every trial of the viewer's that has a sealed cut, by name."""
        names = sorted(p.name for p in self.root.iterdir() if p.is_dir()) if self.root.is_dir() else []
        found = []
        for name in names:
            cuts = list_cuts(self.root, name)
            if cuts and (viewer.trials is None or cuts[-1].trial in viewer.trials):
                found.append(TrialInfo(cuts[-1].trial, cuts[-1].title, cuts[-1].kind, len(cuts)))
        return tuple(found)

    def cuts(self, viewer: Viewer, trial: str) -> tuple[CutInfo, ...]:
        """The cuts of one trial, oldest first. Raises `NotFound` where there is none, or it is not the viewer's."""
        cuts = tuple(list_cuts(self.root, trial))
        if not cuts or (viewer.trials is not None and cuts[-1].trial not in viewer.trials):
            there = ", ".join(t.trial for t in self.trials(viewer)) or "none yet"
            raise NotFound(f"There is no trial '{trial}' in the store. Trials: {there}.")
        return cuts

    def open(self, viewer: Viewer, trial: str, cut: int | None = None) -> Door:
        """
        One cut (the newest unless `cut` names another), as `viewer` may see it.

        Raises
        ------
        NotFound : no such trial or cut; StoreError : the file is damaged or was changed after sealing;
        AccessDenied : the viewer brings a key that the journal does not know to be opened
        """
        cuts = self.cuts(viewer, trial)
        chosen = next((c for c in cuts if c.number == cut), None) if cut is not None else cuts[-1]
        if chosen is None:
            numbers = ", ".join(str(c.number) for c in cuts)
            raise NotFound(f"{trial} has no cut {cut}. Cuts: {numbers}.")
        door = self._let_in(
            Door(viewer, chosen, self._connection(chosen), self._secret(), self._opening(viewer, chosen.trial))
        )
        if chosen.number != cuts[-1].number and not door.can(Action.SEE_COUNTS):
            raise AccessDenied(
                f"To this role ({viewer.role.label}) only the newest data cut is shown: what lies between two of them "
                "can be of very few patients."
            )
        return door

    def compare(self, viewer: Viewer, trial: str, cut: int | None = None, since: int | None = None) -> Comparison:
        """
        One cut (the newest unless `cut` names another) beside an earlier one (the one before unless `since` does).

        Raises
        ------
        As `open`; NotFound, RequestError or AccessDenied : there is nothing earlier that it can be compared with, or
        the role sees totals only
        """
        door = self.open(viewer, trial, cut)
        door.check_can(Action.SEE_COUNTS)  # who sees totals only sees one view of them: two can be subtracted
        present = door.cut
        earlier = earlier_cut(present, self.cuts(viewer, trial), since)
        if earlier is None:
            raise NotFound(f"{trial} has no data cut before cut {present.number}: there is nothing to compare.")
        connection, opening = self._connection(present, earlier), self._opening(viewer, present.trial)
        return self._let_in(Comparison(viewer, present, earlier, connection, self._secret(), opening))

    def open_key(self, viewer: Viewer, trial: str, reason: str, cut: int | None = None) -> Viewer:
        """
        Open the key of a trial to `viewer`, and say so in the journal first.

        Returns
        -------
        The same viewer with the key: to this one, `open` shows the arms by their names.

        Raises
        ------
        AccessDenied : the role may not; RequestError : the reason is too short, or there is nothing to open;
        StoreError : the journal cannot be written, so the key stays sealed
        """
        door = self.open(viewer, trial, cut)
        door.check_can(Action.OPEN_KEY)
        if door.can(Action.SEE_ARM_NAMES):
            raise RequestError(f"There is no key to open: to this role ({viewer.role.label}) arms have their names.")
        return replace(viewer, key=self.journal.add(opening_of(viewer, door.cut, reason)).hash)

    def key_openings(self, viewer: Viewer, trial: str) -> tuple[Entry, ...]:
        """
        Every opening of the key of a trial, oldest first, for who may open it.

        Raises
        ------
        AccessDenied : the role may not know; StoreError : the journal cannot be read
        """
        door = self.open(viewer, trial)
        door.check_can(Action.OPEN_KEY)
        entries = self.journal.entries(trial=trial, what=KEY_OPENED)
        return entries if door.can(Action.SEE_ARM_NAMES) else tuple(for_sealed(each, door.protocol) for each in entries)

    def code_of(self, trial: str, usubjid: str) -> str:
        """What a patient is called in the audit trail."""
        return patient_code(self._secret(), trial, usubjid)

    def _opening(self, viewer: Viewer, trial: str) -> Entry | None:
        """What proves the viewer's key; once found it is not looked for again, for no entry is ever removed."""
        if viewer.key and (trial, viewer) not in self._openings:
            found = found_opening(self.journal, viewer, trial)
            if found is None:
                return None
            self._openings[trial, viewer] = found
        return self._openings.get((trial, viewer))

    def _let_in(self, door: AnyDoor) -> AnyDoor:
        door.shelf = self
        door.check_can(Action.SEE_TOTALS)
        return door

    def _connection(self, *cuts: CutInfo) -> duckdb.DuckDBPyConnection:
        """The connection to a cut, or to one and an earlier one; each file is checked when it is first opened."""
        fingerprints = tuple(cut.fingerprint for cut in cuts)
        with self._lock:
            if fingerprints not in self._connections:
                for cut in cuts:
                    if not any(cut.fingerprint in opened for opened in self._connections):
                        verify(cut)
                self._connections[fingerprints] = _attached(*cuts)
            return self._connections[fingerprints]

    def _secret(self) -> bytes:
        """Secret of this store that fixes the order of coded arms; unsealed once a process."""
        if self._unsealed is None:
            self._unsealed = secret_of(self.root)
        return self._unsealed


def _attached(*cuts: CutInfo) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:", config={"memory_limit": _MEMORY_LIMIT, "autoinstall_known_extensions": "false"}
    )
    for cut, catalog in zip(cuts, ("cut", "before"), strict=False):
        try:
            path = str(cut.path).replace("'", "''")
            connection.execute(f"attach '{path}' as {catalog} (read_only)")
        except duckdb.Error as error:
            connection.close()
            raise StoreError(
                f"{cut.trial}, cut {cut.number}: the file {cut.path.name} cannot be opened: {error}"
            ) from error
    connection.execute("attach ':memory:' as compared")  # what two cuts have in common is worked out once
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection
