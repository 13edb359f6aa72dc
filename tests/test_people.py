"""The list of people: who gets which role where, and every way in which it can be wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crlm_dash.access import Role
from crlm_dash.errors import AccessDenied, StoreError
from crlm_dash.people import PEOPLE_VARIABLE, listed_people, read_people

LIST = """
identified_by = "email"
groups_in = "roles"
longest_session_hours = 8

[[grant]]
person = "a@x.org"
role = "PI"
trials = ["T1", "T2"]
sites = ["01"]

[[grant]]
person = "a@x.org"
role = "pi"
trials = ["T1"]
sites = ["02"]

[[grant]]
group = "board"
role = "dsmb"
trials = ["T2"]

[[grant]]
person = "b@x.org"
role = "data-manager"
trials = ["*"]
"""


def claims(name: str, *groups: str) -> dict[str, object]:
    """Of a token of somebody whose e-mail address the provider verified."""
    return {"email": name, "email_verified": True, "roles": list(groups)}


def test_a_person_has_a_role_in_the_trials_and_at_the_sites_of_the_list() -> None:
    person = read_people(LIST, "list").person(claims("a@x.org"))
    viewer = person.viewer("T1", "visit")
    assert (viewer.role, viewer.sites, viewer.name) == (Role.PI, frozenset({"01", "02"}), "a@x.org")
    assert (viewer.trials, viewer.visit) == (frozenset({"T1", "T2"}), "visit")
    with pytest.raises(AccessDenied, match="no role in T3"):
        person.viewer("T3")


def test_a_star_is_every_trial_and_no_sites_are_all_sites() -> None:
    viewer = read_people(LIST, "list").person(claims("b@x.org")).viewer("any")
    assert (viewer.role, viewer.sites, viewer.trials) == (Role.DATA_MANAGER, None, None)


def test_a_group_gives_a_role_only_to_who_is_in_it() -> None:
    people = read_people(LIST, "list")
    assert people.person(claims("c@x.org", "board")).viewer("T2").role is Role.DSMB
    assert people.person(claims("board")).grants == ()  # a group's name is no person's
    assert people.person(claims("c@x.org", "a@x.org")).grants == ()  # nor the other way round
    assert people.person(claims("c@x.org") | {"roles": "board"}).viewer("T2").role is Role.DSMB
    assert people.person(claims("c@x.org") | {"roles": None}).grants == ()


def test_two_roles_in_one_trial_show_nothing() -> None:
    person = read_people(LIST, "list").person(claims("a@x.org", "board"))
    assert person.viewer("T1").role is Role.PI
    with pytest.raises(AccessDenied, match="Principal investigator and DSMB member"):
        person.viewer("T2")


def test_an_address_that_nobody_verified_is_nobody() -> None:
    people = read_people(LIST, "list")
    for told in (
        {"email": "a@x.org"},
        {"email": "a@x.org", "email_verified": "true"},
        {"sub": "a@x.org"},
        {"email": 1},
    ):
        with pytest.raises(AccessDenied):
            people.person(told)


def test_without_more_a_person_is_the_subject_of_the_token() -> None:
    people = read_people('[[grant]]\nperson = "1"\nrole = "mdt"\ntrials = ["T"]', "list")
    assert people.person({"sub": "1"}).viewer("T").role is Role.MDT
    assert people.person({"sub": "2"}).grants == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("grant", "list: "),
        ("boss = 1", "'boss' is not understood"),
        ("longest_session_hours = 0", "at most 24"),
        ("longest_session_hours = true", "at most 24"),
        ("identified_by = 1", "identified_by is the name of a claim"),
        ("grant = 1", "written [[grant]]"),
        ("[[grant]]\nrole = 'pi'\ntrials = ['T']", "for a person or for a group"),
        ("[[grant]]\nperson = 'a'\ngroup = 'b'\nrole = 'pi'\ntrials = ['T']", "one of them only"),
        ("[[grant]]\nperson = 'a'\nrole = 'king'\ntrials = ['T']", "'king' is not a role"),
        ("[[grant]]\nperson = 'a'\nrole = 'pi'", "trials lists at least one"),
        ("[[grant]]\nperson = 'a'\nrole = 'pi'\ntrials = 'T'", "trials is a list"),
        ("[[grant]]\nperson = 'a'\nrole = 'pi'\ntrials = ['T']\nsites = [1]", "sites is a list"),
        ("[[grant]]\nperson = 1\nrole = 'pi'\ntrials = ['T']", "person is a text"),
        ("[[grant]]\nperson = 'a'\nrole = 'pi'\ntrials = ['T']\nsite = ['1']", "grant 1: 'site' is not understood"),
    ],
)
def test_a_list_that_is_wrong_says_where(text: str, said: str) -> None:
    with pytest.raises(StoreError) as told:
        read_people(text, "list")
    assert said in str(told.value)


def test_the_list_is_read_again_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "people.toml"
    monkeypatch.setenv(PEOPLE_VARIABLE, str(path))
    path.write_text(LIST, encoding="utf-8")
    assert listed_people().person(claims("a@x.org")).grants
    path.write_text(LIST.replace("a@x.org", "z@x.org"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert listed_people().person(claims("a@x.org")).grants == ()
    path.unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        listed_people()
    monkeypatch.delenv(PEOPLE_VARIABLE)
    with pytest.raises(StoreError, match="names no list of people"):
        listed_people()
