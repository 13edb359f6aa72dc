"""Who may do what. One table; `check_can` raises, `can` is the same rule as a Boolean.

Blinding is done where data are read (`store.door`), from what this module answers; no page decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crlm_dash.errors import AccessDenied, RequestError


class Role(StrEnum):
    """The people who use the product (clinical notes 1.2)."""

    MDT = "mdt"
    PI = "pi"
    DSMB = "dsmb"
    STATISTICIAN = "statistician"
    DATA_MANAGER = "data_manager"
    OBSERVER = "observer"  # sponsor, ethics committee, management: counts of the whole trial, and nothing else

    @property
    def label(self) -> str:
        """The role as it is written on the screen."""
        return _LABELS[self]


_LABELS = {
    Role.MDT: "MDT member",
    Role.PI: "Principal investigator",
    Role.DSMB: "DSMB member",
    Role.STATISTICIAN: "Unblinded statistician",
    Role.DATA_MANAGER: "Data manager",
    Role.OBSERVER: "Observer",
}


class Action(StrEnum):
    """What can be asked of the store."""

    SEE_TOTALS = "see the trial in numbers"
    SEE_COUNTS = "see enrolment and eligibility counts"
    SEE_COUNTS_BY_ARM = "see numbers enrolled by arm"
    SEE_POOLED_OUTCOMES = "see outcomes of all arms together"
    SEE_OUTCOMES_BY_ARM = "see outcomes by arm"
    SEE_ARM_NAMES = "see which treatment stands behind an arm's code"
    OPEN_KEY = "open the key to the arms' codes"
    SEE_PATIENTS = "see the records of single patients"
    SEE_QUALITY = "see faults and data cuts"
    SEE_AUDIT = "see who saw what"
    DOWNLOAD = "download lists that name patients"
    DOWNLOAD_NUMBERS = "download tables of numbers"
    RECORD_DECISION = "record what a meeting decides"
    TAKE_MINUTES = "take along what a meeting decided"
    PREPARE_OPEN_REPORT = "prepare the open report"
    PREPARE_CLOSED_REPORT = "prepare the closed report"


class Rule(StrEnum):
    """One cell of the policy."""

    YES = "yes"
    NO = "no"
    PROTOCOL = "protocol"  # yes if the protocol file lists the role under outcomes_by_arm
    KEY = "key"  # yes once the viewer has opened the trial's key


@dataclass(frozen=True)
class Viewer:
    """Who is asking. Hashable and complete: it is part of every cache key."""

    role: Role
    sites: frozenset[str] | None = None  # None: all sites
    name: str = ""  # the person, as the list of people knows them; "" nobody in particular
    key: str = ""  # hash of the journal entry by which this viewer opened the trial's key; the store checks it
    trials: frozenset[str] | None = None  # None: all trials; others do not exist for this viewer
    visit: str = ""  # the sign-in, so that what is seen is written down once a sign-in


@dataclass(frozen=True)
class TrialState:
    """What of a trial's protocol file the policy needs."""

    outcomes_by_arm: frozenset[Role]


Y, N, P, K = Rule.YES, Rule.NO, Rule.PROTOCOL, Rule.KEY
_COLUMNS = (Role.MDT, Role.PI, Role.DSMB, Role.STATISTICIAN, Role.DATA_MANAGER, Role.OBSERVER)
_ROWS: dict[Action, tuple[Rule, ...]] = {
    #                              MDT PI DSMB STAT DM OBS
    Action.SEE_TOTALS:            (Y, Y, Y, Y, Y, Y),
    Action.SEE_COUNTS:            (Y, Y, Y, Y, Y, N),
    Action.SEE_COUNTS_BY_ARM:     (Y, Y, Y, Y, Y, N),
    Action.SEE_POOLED_OUTCOMES:   (Y, Y, Y, Y, Y, N),
    Action.SEE_OUTCOMES_BY_ARM:   (P, P, P, P, P, N),
    Action.SEE_ARM_NAMES:         (Y, Y, K, Y, Y, N),
    Action.OPEN_KEY:              (N, N, Y, Y, N, N),
    Action.SEE_PATIENTS:          (Y, Y, Y, Y, Y, N),
    Action.SEE_QUALITY:           (Y, Y, Y, Y, Y, N),
    Action.SEE_AUDIT:             (N, N, N, N, Y, N),
    Action.DOWNLOAD:              (N, Y, N, Y, Y, N),
    Action.DOWNLOAD_NUMBERS:      (Y, Y, Y, Y, Y, N),
    Action.RECORD_DECISION:       (Y, Y, N, N, N, N),
    Action.TAKE_MINUTES:          (Y, Y, N, Y, Y, N),
    Action.PREPARE_OPEN_REPORT:   (N, Y, Y, Y, Y, N),
    Action.PREPARE_CLOSED_REPORT: (P, P, P, P, P, N),
}  # fmt: skip
POLICY: dict[tuple[Role, Action], Rule] = {
    (role, action): rule for action, rules in _ROWS.items() for role, rule in zip(_COLUMNS, rules, strict=True)
}


def can(viewer: Viewer, action: Action, state: TrialState) -> bool:
    """Whether `viewer` may do `action` in a trial in this state."""
    rule = POLICY[viewer.role, action]
    if rule is Rule.PROTOCOL:
        return viewer.role in state.outcomes_by_arm
    return bool(viewer.key) if rule is Rule.KEY else rule is Rule.YES


def check_can(viewer: Viewer, action: Action, state: TrialState) -> None:
    """Raise `AccessDenied`, naming who may, unless `viewer` may do `action`."""
    if can(viewer, action, state):
        return
    allowed = [role.label for role in Role if can(Viewer(role), action, state)]
    who = " and ".join([", ".join(allowed[:-1]), allowed[-1]] if len(allowed) > 1 else allowed or ["nobody"])
    article = "An" if viewer.role in (Role.MDT, Role.STATISTICIAN, Role.OBSERVER) else "A"  # an M-D-T member
    sealed = " while the key is sealed" if POLICY[viewer.role, action] is Rule.KEY else ""
    open_to = " The page “Trial in numbers” is open to you." if viewer.role is Role.OBSERVER else ""
    raise AccessDenied(
        f"{article} {viewer.role.label} may not {action.value}{sealed}. In this trial, {who} may.{open_to}"
    )


def role_named(word: str) -> Role:
    """The role a person typed ("DSMB", "data-manager"); `RequestError` lists the roles there are."""
    try:
        return Role(word.strip().lower().replace("-", "_"))
    except ValueError:
        raise RequestError(f"'{word}' is not a role. There are: {', '.join(Role)}.") from None
