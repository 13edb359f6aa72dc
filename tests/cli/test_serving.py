"""`crlm-dash serve`: what is started, where, and when demonstration trials are made first."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from crlm_dash.cli import main, places, serving


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, object]]:
    """What would have been done, instead of doing it."""
    done: list[tuple[str, object]] = []
    monkeypatch.setattr(serving, "fill_with_demonstration", lambda root: done.append(("fill", root)))
    monkeypatch.setattr(serving, "run_app", lambda command, root: done.append(("run", (command, root))))
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
    assert [what for what, _ in started] == ["fill", "run"]


def test_a_store_that_was_named_is_left_as_it_is(
    started: list[tuple[str, object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(places.STORE_VARIABLE, str(tmp_path))
    CliRunner().invoke(main, ["serve"])
    assert [what for what, _ in started] == ["run"]


def test_a_port_that_is_none_is_a_usage_error() -> None:
    assert CliRunner().invoke(main, ["serve", "--port", "0"]).exit_code == 2
