"""What may be shown to a person: one small tree. Anything outside it is a bug and is left to break."""

from __future__ import annotations


class CrlmDashError(Exception):
    """A fault in the data, the request or the set-up, told in words a user can act on."""


class ContractError(CrlmDashError):
    """A frame or table does not hold what its reader was promised (a column, a unit, a code)."""


class SourceError(CrlmDashError):
    """A source folder cannot become a data cut; `faults` lists every reason found."""

    def __init__(self, message: str, faults: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class ProtocolError(CrlmDashError):
    """A protocol file is wrong; the message names file and key."""


class AccessDenied(CrlmDashError):
    """This role may not do this; the message says who may."""


class NotFound(CrlmDashError):
    """No such trial, cut, subject or endpoint; the message says what there is."""


class StoreError(CrlmDashError):
    """The store cannot be read or written: no space, a damaged cut, another process in the way."""


class OtherVersion(StoreError):
    """A cut was built by another version, and lacks what this one reads."""


class RequestError(CrlmDashError):
    """A filter, grouping or option that is not understood; the message says what would do."""
