"""The examples of docs/deployment.md are what the app understands."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path

from crlm_dash.access import Role
from crlm_dash.people import read_people
from crlm_dash.ui.starting import _OF_PROVIDER

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def blocks(kind: str) -> list[str]:
    """The examples of one kind."""
    return [body for name, body in BLOCKS if name == kind]


def test_the_secrets_name_all_that_the_server_asks_for() -> None:
    secrets, _ = blocks("toml")
    assert set(_OF_PROVIDER) <= set(tomllib.loads(secrets)["auth"])


def test_the_list_of_people_is_understood_and_names_every_role() -> None:
    _, people = blocks("toml")
    read = read_people(people, "docs/deployment.md")
    assert [grant.role for grant in read.grants] == [Role.PI, Role.DSMB]
    listed = next(line for line in people.splitlines() if "role =" in line)
    assert all(re.search(rf"\b{role}\b", listed) for role in Role)


def test_the_unit_runs_the_app_as_an_account_of_its_own() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(blocks("ini")[0])
    service = unit["Service"]
    assert " -m uvicorn app:app " in service["ExecStart"]
    assert service["User"] != "root"
    written = service["ReadWritePaths"]
    assert all(word.split("=")[1].startswith((written, "/etc")) for word in service["Environment"].split())


def test_the_container_takes_along_no_data_and_no_secret() -> None:
    copied = [line.split()[1:-1] for line in blocks("Dockerfile")[0].splitlines() if line.startswith("COPY")]
    paths = [path for line in copied for path in line]
    assert all((ROOT / path).exists() for path in paths)
    assert not {".", "data", ".streamlit", "./"} & set(paths)
    assert {"app.py", "src", "pages"} <= set(paths)


def test_the_proxy_passes_the_connection_on_and_marks_the_cookie() -> None:
    proxy = blocks("nginx")[0]
    for line in ('Connection "upgrade"', "X-Forwarded-Proto $scheme", "proxy_cookie_flags ~ secure", "access_log off"):
        assert line in proxy
