"""Who is who: people and groups of the identity provider, and the role, trials and sites that each has here.

The list is a TOML file. It is read again when it changes, so that a role given or taken counts from the next click on.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from crlm_dash.access import Role, Viewer, role_named
from crlm_dash.errors import AccessDenied, RequestError, StoreError

PEOPLE_VARIABLE = "CRLM_PEOPLE"
ALL_TRIALS = "*"
LONGEST_SESSION = 12.0  # hours
_OF_FILE = {"identified_by", "groups_in", "longest_session_hours", "grant"}
_OF_GRANT = {"person", "group", "role", "trials", "sites"}


@dataclass(frozen=True)
class Grant:
    """One role in some trials, for one person or for whoever the provider says is in a group."""

    role: Role
    trials: frozenset[str] | None  # None: all
    sites: frozenset[str] | None  # None: all
    person: str = ""
    group: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody who signed in: what the list calls them, and what it grants them."""

    name: str
    grants: tuple[Grant, ...]

    @property
    def trials(self) -> frozenset[str] | None:
        """The trials in which this person has a role; None for all."""
        named = [grant.trials for grant in self.grants]
        return None if None in named else frozenset().union(*(each for each in named if each is not None))

    def viewer(self, trial: str, visit: str = "") -> Viewer:
        """
        This person as a viewer of one trial.

        Raises
        ------
        AccessDenied : no role there, or several that show different things
        """
        here = [grant for grant in self.grants if grant.trials is None or trial in grant.trials]
        roles = sorted({grant.role for grant in here}, key=list(Role).index)
        if not roles:
            raise AccessDenied(f"You have no role in {trial}. Your data manager can add one to the list of people.")
        if len(roles) > 1:
            named = " and ".join(role.label for role in roles)
            raise AccessDenied(
                f"The list of people gives you several roles in {trial}: {named}. What one may see can be hidden from "
                "the other, so nothing is shown until your data manager leaves you one."
            )
        sites = [grant.sites for grant in here]
        allowed = None if None in sites else frozenset().union(*(each for each in sites if each is not None))
        return Viewer(roles[0], allowed, self.name, trials=self.trials, visit=visit)


@dataclass(frozen=True)
class People:
    """The list of people: which claim of a sign-in token names a person, which one lists groups, and the grants."""

    identified_by: str = "sub"
    groups_in: str = "groups"
    longest_session: float = LONGEST_SESSION  # hours
    grants: tuple[Grant, ...] = ()

    def person(self, claims: Mapping[str, Any]) -> Person:
        """
        Whoever the claims of a token are about.

        Raises
        ------
        AccessDenied : the token does not name a person, or names an e-mail address that nobody verified
        """
        name = claims.get(self.identified_by)
        if not isinstance(name, str) or not name:
            raise AccessDenied(f"Your sign-in does not say who you are: it has no claim '{self.identified_by}'.")
        if self.identified_by == "email" and claims.get("email_verified") is not True:
            raise AccessDenied("Your identity provider does not vouch for your e-mail address (email_verified).")
        listed = claims.get(self.groups_in, ())
        groups = {listed} if isinstance(listed, str) else set(listed) if isinstance(listed, list | tuple) else set()
        mine = (grant for grant in self.grants if grant.person == name or (grant.group and grant.group in groups))
        return Person(name, tuple(mine))


def people_file() -> Path | None:
    """The list of people that the environment names; None where it names none."""
    named = os.environ.get(PEOPLE_VARIABLE)
    return Path(named) if named else None


def listed_people() -> People:
    """
    The list of people as it is now.

    Raises
    ------
    StoreError : there is none, or it cannot be read or understood; the message says where and what
    """
    path = people_file()
    if path is None:
        raise StoreError(f"Nobody has a role here: {PEOPLE_VARIABLE} names no list of people (docs/deployment.md).")
    try:
        stat = path.stat()
    except OSError as error:
        raise StoreError(f"The list of people {path} cannot be read: {error.strerror}.") from error
    return _read(path, stat.st_mtime_ns, stat.st_size)


def read_people(text: str, source: str) -> People:
    """
    A list of people out of TOML.

    Raises
    ------
    StoreError : it is not understood; the message names the source, the grant and the key
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StoreError(f"{source}: {error}.") from error
    _check_keys(told, _OF_FILE, source)
    hours = told.get("longest_session_hours", LONGEST_SESSION)
    if not isinstance(hours, int | float) or isinstance(hours, bool) or not 0 < hours <= 24:
        raise StoreError(f"{source}: longest_session_hours is a number above 0, at most 24.")
    words = {key: told.get(key, default) for key, default in (("identified_by", "sub"), ("groups_in", "groups"))}
    for key, word in words.items():
        if not isinstance(word, str) or not word:
            raise StoreError(f"{source}: {key} is the name of a claim.")
    grants = told.get("grant", [])
    if not isinstance(grants, list) or not all(isinstance(each, dict) for each in grants):
        raise StoreError(f"{source}: grants are written [[grant]].")
    found = tuple(_grant(each, f"{source}, grant {place}") for place, each in enumerate(grants, 1))
    return People(words["identified_by"], words["groups_in"], float(hours), found)


def _grant(told: Mapping[str, Any], source: str) -> Grant:
    _check_keys(told, _OF_GRANT, source)
    person, group = (_text(told, key, source) for key in ("person", "group"))
    if bool(person) == bool(group):
        raise StoreError(f"{source}: it is for a person or for a group, and for one of them only.")
    try:
        role = role_named(_text(told, "role", source))
    except RequestError as error:
        raise StoreError(f"{source}: {error}") from error
    trials = _texts(told, "trials", source)
    if not trials:
        raise StoreError(f'{source}: trials lists at least one; ["{ALL_TRIALS}"] is all of them.')
    sites = _texts(told, "sites", source) if "sites" in told else None
    return Grant(role, None if ALL_TRIALS in trials else trials, sites, person, group)


def _check_keys(told: Mapping[str, Any], known: set[str], source: str) -> None:
    if unknown := sorted(set(told) - known):
        raise StoreError(f"{source}: '{unknown[0]}' is not understood. There are: {', '.join(sorted(known))}.")


def _text(told: Mapping[str, Any], key: str, source: str) -> str:
    word = told.get(key, "")
    if not isinstance(word, str):
        raise StoreError(f"{source}: {key} is a text.")
    return word


def _texts(told: Mapping[str, Any], key: str, source: str) -> frozenset[str]:
    words = told.get(key, [])
    if not isinstance(words, list) or not all(isinstance(each, str) for each in words):
        raise StoreError(f"{source}: {key} is a list of texts.")
    return frozenset(words)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, _size: int) -> People:
    try:
        return read_people(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"The list of people {path} cannot be read: {error}.") from error
