"""The policy, written out cell by cell: a change of policy must be made here too."""

from __future__ import annotations

import pytest

from crlm_dash.access import POLICY, Action, Role, Rule, TrialState, Viewer, can, check_can, role_named
from crlm_dash.errors import AccessDenied, RequestError

RUNNING = TrialState(frozenset({Role.DSMB, Role.STATISTICIAN}))
FINISHED = TrialState(frozenset(Role))

#                                 MDT    PI     DSMB   STAT   DM     OBS
EXPECTED_WHILE_RUNNING = {
    Action.SEE_TOTALS:           (True,  True,  True,  True,  True,  True),
    Action.SEE_COUNTS:           (True,  True,  True,  True,  True, False),
    Action.SEE_COUNTS_BY_ARM:    (True,  True,  True,  True,  True, False),
    Action.SEE_POOLED_OUTCOMES:  (True,  True,  True,  True,  True, False),
    Action.SEE_OUTCOMES_BY_ARM:  (False, False, True,  True,  False, False),
    Action.SEE_ARM_NAMES:        (True,  True,  False, True,  True, False),
    Action.OPEN_KEY:             (False, False, True,  True,  False, False),
    Action.SEE_PATIENTS:         (True,  True,  True,  True,  True, False),
    Action.SEE_QUALITY:          (True,  True,  True,  True,  True, False),
    Action.SEE_AUDIT:            (False, False, False, False, True, False),
    Action.DOWNLOAD:             (False, True,  False, True,  True, False),
    Action.DOWNLOAD_NUMBERS:     (True,  True,  True,  True,  True,  False),
    Action.RECORD_DECISION:      (True,  True,  False, False, False, False),
    Action.TAKE_MINUTES:         (True,  True,  False, True,  True, False),
    Action.PREPARE_OPEN_REPORT:  (False, True,  True,  True,  True, False),
    Action.PREPARE_CLOSED_REPORT:(False, False, True,  True,  False, False),
}  # fmt: skip
ROLES = (Role.MDT, Role.PI, Role.DSMB, Role.STATISTICIAN, Role.DATA_MANAGER, Role.OBSERVER)


def test_the_policy_has_a_rule_for_every_role_and_action() -> None:
    assert set(POLICY) == {(role, action) for role in Role for action in Action}
    assert set(EXPECTED_WHILE_RUNNING) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_while_the_trial_runs(action: Action) -> None:
    assert tuple(can(Viewer(role), action, RUNNING) for role in ROLES) == EXPECTED_WHILE_RUNNING[action]


def test_a_finished_trial_opens_outcomes_by_arm_to_the_roles_its_protocol_lists() -> None:
    opened = {role for role in Role if can(Viewer(role), Action.SEE_OUTCOMES_BY_ARM, FINISHED)}
    assert opened == set(Role) - {Role.OBSERVER}


def test_an_observer_sees_the_trial_in_numbers_and_nothing_else_however_open_the_trial() -> None:
    for state in (RUNNING, FINISHED):
        assert [each for each in Action if can(Viewer(Role.OBSERVER, key="opened"), each, state)] == [Action.SEE_TOTALS]
    with pytest.raises(AccessDenied, match=r"An Observer may not see faults .* “Trial in numbers” is open to you"):
        check_can(Viewer(Role.OBSERVER), Action.SEE_QUALITY, RUNNING)


def test_only_outcomes_by_arm_and_the_report_that_holds_them_depend_on_the_protocol() -> None:
    by_arm = {Action.SEE_OUTCOMES_BY_ARM, Action.PREPARE_CLOSED_REPORT}
    assert {action for (_, action), rule in POLICY.items() if rule is Rule.PROTOCOL} == by_arm
    for role in Role:
        assert can(Viewer(role), Action.PREPARE_CLOSED_REPORT, RUNNING) is can(
            Viewer(role), Action.SEE_OUTCOMES_BY_ARM, RUNNING
        )


def test_only_an_opened_key_shows_the_dsmb_arm_names() -> None:
    assert {cell for cell, rule in POLICY.items() if rule is Rule.KEY} == {(Role.DSMB, Action.SEE_ARM_NAMES)}
    assert can(Viewer(Role.DSMB, key="opened"), Action.SEE_ARM_NAMES, RUNNING)
    with pytest.raises(AccessDenied, match="while the key is sealed"):
        check_can(Viewer(Role.DSMB), Action.SEE_ARM_NAMES, RUNNING)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DSMB])
@pytest.mark.parametrize("action", Action)
def test_a_key_gives_no_other_role_anything(role: Role, action: Action) -> None:
    assert can(Viewer(role, key="opened"), action, RUNNING) == can(Viewer(role), action, RUNNING)


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(AccessDenied, match=r"In this trial, DSMB member and Unblinded statistician may\."):
        check_can(Viewer(Role.PI), Action.SEE_OUTCOMES_BY_ARM, RUNNING)
    with pytest.raises(AccessDenied, match=r"In this trial, Data manager may\."):
        check_can(Viewer(Role.PI), Action.SEE_AUDIT, RUNNING)
    with pytest.raises(AccessDenied, match=r"Principal investigator may not see outcomes by arm.*DSMB member"):
        check_can(Viewer(Role.PI), Action.SEE_OUTCOMES_BY_ARM, RUNNING)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_the_check_and_the_question_are_one_rule(role: Role, action: Action) -> None:
    if can(Viewer(role), action, RUNNING):
        assert check_can(Viewer(role), action, RUNNING) is None
    else:
        with pytest.raises(AccessDenied):
            check_can(Viewer(role), action, RUNNING)


def test_roles_are_named_as_people_type_them() -> None:
    assert role_named("Data-Manager") is Role.DATA_MANAGER
    with pytest.raises(RequestError, match="'boss' is not a role"):
        role_named("boss")
