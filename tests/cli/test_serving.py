"""`crlm-dash serve`: what is started, where, and when demonstration trials are made first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from crlm_dash.access import Viewer
from crlm_dash.cli import main, opening, places, serving
from crlm_dash.errors import OtherVersion
from crlm_dash.store.shelf import TrialInfo, TrialStore


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, object]]:
    """What would have been done, instead of doing it."""
    done: list[tuple[str, object]] = []
    monkeypatch.setattr(
        serving, "fill_with_demonstration", lambda root, trials: done.extend(("fill", each) for each in trials)
    )
    monkeypatch.setattr(serving, "run_app", lambda command, root: done.append(("run", (command, root))))
    monkeypatch.setattr(serving, "open_when_ready", lambda address: done.append(("open", address)))
    monkeypatch.delenv(places.STORE_VARIABLE, raising=False)
    return done


def test_the_app_is_started_without_telemetry_on_this_machine_only(
    started: list[tuple[str, object]], tmp_path: Path
) -> None:
    result = CliRunner().invoke(main, ["serve", "--port", "8599", "--no-browser", "--store", str(tmp_path)])
    assert result.exit_code == 0, result.output
    ((what, (command, root)),) = started  # type: ignore[misc]
    assert (what, root) == ("run", tmp_path.resolve())
    text = " ".join(command)
    assert text.endswith(
        "--server.port 8599 --server.address localhost --server.headless true --browser.gatherUsageStats false"
    )
    assert str(places.ROOT / "app.py") in command


def test_an_empty_default_store_is_filled_first(
    started: list[tuple[str, object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (places, serving):
        monkeypatch.setattr(module, "DEFAULT_STORE", tmp_path)
    CliRunner().invoke(main, ["serve"])
    assert started[:2] == [("fill", "CRLM10"), ("fill", "CRLM-EHD")]
    assert [what for what, _ in started[2:]] == ["open", "run"]


@pytest.mark.parametrize(
    ("kind", "trials", "older", "made"),
    [
        ("simulated", ["CRLM10", "CRLM-EHD"], False, []),
        ("simulated", ["CRLM10", "CRLM-EHD"], True, ["CRLM10", "CRLM-EHD"]),
        ("simulated", ["CRLM10"], False, ["CRLM-EHD"]),  # the first start was stopped half-way
        ("real", ["CRLM10"], True, []),  # only its owner has the source
        ("simulated", ["CRLM10", "OTHER"], True, []),
    ],
)
def test_demonstrations_that_lack_or_are_of_another_version_are_made_and_nothing_else_is(
    kind: str,
    trials: list[str],
    older: bool,
    made: list[str],
    started: list[tuple[str, object]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def opened(store: TrialStore, viewer: Viewer, name: str, cut: int | None = None) -> None:
        if older:
            raise OtherVersion(f"{name} was built by another version.")

    for module in (places, serving):
        monkeypatch.setattr(module, "DEFAULT_STORE", tmp_path)
    monkeypatch.setattr(
        TrialStore, "trials", lambda store, viewer: tuple(TrialInfo(each, "", kind, 1) for each in trials)
    )
    monkeypatch.setattr(TrialStore, "open", opened)
    CliRunner().invoke(main, ["serve"])
    assert [of for what, of in started if what == "fill"] == made


def test_a_store_that_was_named_is_left_as_it_is(
    started: list[tuple[str, object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(places.STORE_VARIABLE, str(tmp_path))
    CliRunner().invoke(main, ["serve"])
    assert [what for what, _ in started] == ["open", "run"]


@pytest.mark.parametrize("host", ["localhost", "0.0.0.0", "::"])
def test_the_address_that_is_told_and_opened_can_be_visited(
    host: str, started: list[tuple[str, object]], tmp_path: Path
) -> None:
    result = CliRunner().invoke(main, ["serve", "--host", host, "--port", "8599", "--store", str(tmp_path)])
    assert ("open", "http://localhost:8599") in started
    assert "http://localhost:8599" in result.output


def test_a_port_that_is_none_is_a_usage_error() -> None:
    assert CliRunner().invoke(main, ["serve", "--port", "0"]).exit_code == 2


# -- the browser --------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses a browser was opened with, instead of opening one."""
    addresses: list[str] = []
    monkeypatch.setattr(opening.webbrowser, "open", lambda address: addresses.append(address) or True)
    return addresses


def test_a_browser_opens_once_the_app_answers(app_server: str, opened: list[str]) -> None:
    assert opening.wait_and_open(app_server, server=os.getppid())
    assert opened == [app_server]


@pytest.mark.parametrize("gone", [False, True], ids=["no answer in time", "the server has gone"])
def test_no_browser_opens_for_an_app_that_never_answers(gone: bool, opened: list[str]) -> None:
    server = 0 if gone else os.getppid()
    assert not opening.wait_and_open("http://localhost:9", server, patience=60.0 if gone else 0.1)
    assert opened == []


@pytest.mark.parametrize(
    ("platform", "display", "starts"),
    [("linux", "", False), ("linux", ":0", True), ("darwin", "", True), ("win32", "", True)],
)
def test_a_browser_is_waited_for_only_where_there_is_a_screen(
    platform: str, display: str, starts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(opening.subprocess, "Popen", begun.append)
    monkeypatch.setattr(opening.sys, "platform", platform)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    opening.open_when_ready("http://localhost:8501")
    assert [command[-1] for command in begun] == ["http://localhost:8501"] * starts


# -- what Streamlit would say and do of its own ---------------------------------------------

OFFERS = """
from streamlit import config
from streamlit.web import bootstrap, skills
config.get_config_options()
print(skills.agent_harness_present(), skills.nudge_suppression_reason("."), config.get_option("server.headless"))
bootstrap._print_url(False)
"""


def test_streamlit_offers_developers_nothing_and_asks_nobody_for_our_address(tmp_path: Path) -> None:
    (tmp_path / ".claude").mkdir()  # as on a machine of somebody who develops
    said = subprocess.run(
        [sys.executable, "-c", OFFERS], cwd=places.ROOT, env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert said.split() == ["True", "headless", "True"]
