"""The server starts only where everybody can be told apart, or nobody needs to be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crlm_dash.ui.starting import real_trials
from tests.conftest import ROOT, served
from tests.signin.conftest import PEOPLE, SECRETS

COMMANDS = {
    "uvicorn": ["-m", "uvicorn", "app:app", "--port"],
    "streamlit": ["-m", "streamlit", "run", "app.py", "--server.headless", "true", "--server.port"],
    "serve": ["-m", "crlm_dash.cli", "serve", "--no-browser", "--port"],
}


@pytest.fixture
def real_store(tmp_path: Path) -> Path:
    """A store that says it holds real patients."""
    folder = tmp_path / "store" / "REAL1"
    folder.mkdir(parents=True)
    (folder / "cut-0001.json").write_text('{"kind": "real"}', encoding="utf-8")
    return folder.parent


def refusal(command: list[str], home: Path, **settings: str) -> str:
    """What is said instead of starting."""
    environment = {k: v for k, v in os.environ.items() if k != "CRLM_PEOPLE"} | {"HOME": str(home)} | settings
    done = subprocess.run(
        [sys.executable, *command, "0"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("command", ["uvicorn", "streamlit"])
def test_real_patients_without_a_provider_are_served_by_no_command(
    command: str, real_store: Path, tmp_path: Path
) -> None:
    said = refusal(COMMANDS[command], tmp_path, CRLM_STORE=str(real_store))
    assert "holds real patients' data (REAL1)" in said
    assert "[auth]" in said
    assert "CRLM_PEOPLE" in said


@pytest.mark.parametrize(
    ("change", "people", "said"),
    [
        (("client_secret", "client_other"), PEOPLE, "lacks client_secret"),
        (("a cookie secret of the tests, long enough", "short"), PEOPLE, "fewer than 32 characters"),
        (("", ""), None, "names no list of people"),
        (("", ""), "[[grant]]\nrole = 'pi'", "for a person or for a group"),
    ],
)
def test_a_provider_that_could_let_nobody_in_is_told_at_once(
    tmp_path: Path, real_store: Path, change: tuple[str, str], people: str | None, said: str
) -> None:
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(SECRETS.format(app="http://localhost:1", provider="http://localhost:2").replace(*change))
    settings = {"CRLM_STORE": str(real_store)}
    if people is not None:
        settings["CRLM_PEOPLE"] = str(tmp_path / "people.toml")
        (tmp_path / "people.toml").write_text(people, encoding="utf-8")
    assert said in refusal(COMMANDS["uvicorn"], tmp_path, **settings)


def test_real_patients_with_a_provider_are_served(tmp_path: Path, real_store: Path) -> None:
    secrets, people = tmp_path / ".streamlit" / "secrets.toml", tmp_path / "people.toml"
    secrets.parent.mkdir()
    secrets.write_text(SECRETS.format(app="http://localhost:1", provider="http://localhost:2"), encoding="utf-8")
    people.write_text(PEOPLE, encoding="utf-8")
    settings = {"HOME": str(tmp_path), "CRLM_STORE": str(real_store), "CRLM_PEOPLE": str(people)}
    with served(COMMANDS["uvicorn"], tmp_path, **settings) as url:
        assert url


@pytest.mark.parametrize(
    ("sidecar", "real"),
    [('{"kind": "simulated"}', []), ('{"kind": "public"}', []), ("{}", ["T"]), ("broken", ["T"]), ("[]", ["T"])],
)
def test_a_kind_that_cannot_be_read_counts_as_real(tmp_path: Path, sidecar: str, real: list[str]) -> None:
    (tmp_path / "T").mkdir()
    (tmp_path / "T" / "cut-0001.json").write_text(sidecar, encoding="utf-8")
    assert real_trials(tmp_path) == real
