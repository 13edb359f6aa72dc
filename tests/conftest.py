"""What all tests share: two small demonstration trials, a foreign one, viewers, a browser, a running app."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from crlm_dash.access import Role, Viewer
from tests.browser_setup import ADVICE, chromium_path
from tests.demo_store import TRIALS, build_demo_trial
from tests.pilot_like import write_pilot_like

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from crlm_dash.store.shelf import TrialStore

# In CI the same examples every time: a build that fails must fail again. At a desk, new ones each run.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

ROOT = Path(__file__).resolve().parents[1]
STARTS_WITHIN = 60.0  # seconds
BUILT_WITHIN = 240.0  # seconds

FIRST = ("browser", "signin")  # they wait for browsers, which others use the processor for meanwhile

ViewerOf = Callable[..., Viewer]
StoreAt = Callable[..., "TrialStore"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.path.parent.name not in FIRST)


def once_per_run(folder: Path, build: Callable[[Path, str], None]) -> Path:
    """`folder`, with what `build(folder, trial)` makes of each demonstration trial, whoever asks for it first."""
    # Parallel workers share the folder; making one is atomic, so each trial is built by one of them, and all wait.
    marks = {trial: folder / f".{trial}" for trial in TRIALS}
    for trial, mark in marks.items():
        try:
            mark.mkdir(parents=True)
        except FileExistsError:
            continue
        try:
            build(folder, trial)
        except BaseException as error:
            (mark / "failed").write_text(repr(error), encoding="utf-8")
            raise
        (mark / "done").touch()
    for mark in marks.values():
        _wait_for(mark / "done", mark / "failed")
    return folder


def shared_place(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder for what all workers of a run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


def _wait_for(done: Path, failed: Path) -> None:
    deadline = time.monotonic() + BUILT_WITHIN
    while not done.exists():
        if failed.exists():
            pytest.fail(f"Another worker could not build the demonstration trials: {failed.read_text()}")
        if time.monotonic() > deadline:
            pytest.fail("Waited too long for another worker to build the demonstration trials.")
        time.sleep(0.1)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """`sources/<trial>/` and `store/` of both demonstration trials, built once a test run. Read only."""
    return once_per_run(shared_place(tmp_path_factory, worker_id) / "demo", build_demo_trial)


@pytest.fixture(scope="session")
def demo_sources(demo_folder: Path) -> dict[str, Path]:
    """SDTM source folder of each demonstration trial, by its id. Read only."""
    return {trial: demo_folder / "sources" / trial for trial in TRIALS}


@pytest.fixture(scope="session")
def demo_store(demo_folder: Path) -> Path:
    """Root of a store with two sealed cuts of each demonstration trial, the later one complete. Read only."""
    return demo_folder / "store"


@pytest.fixture(scope="session")
def store(demo_store: Path) -> StoreAt:
    """`store()` opens the demonstration store, `store(root)` another."""
    from crlm_dash.store.shelf import TrialStore

    return lambda root=demo_store: TrialStore(root)


@pytest.fixture(scope="session")
def viewer() -> ViewerOf:
    """`viewer("dsmb")`, `viewer("pi", sites=["01"])`: somebody in that role."""

    def of(role: Role | str, sites: list[str] | None = None) -> Viewer:
        return Viewer(Role(role), None if sites is None else frozenset(sites))

    return of


@pytest.fixture(scope="session")
def foreign_store(pilot_like: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with that trial as a public one: three arms, without criteria, plan or grades. Read only."""
    from crlm_dash.store.build import build_cut
    from crlm_dash.terms import TrialKind

    root = tmp_path_factory.mktemp("foreign")
    build_cut(pilot_like, root, kind=TrialKind.PUBLIC)
    return root


@pytest.fixture(scope="session")
def pilot_like(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Source folder of a small foreign trial in three arms (`tests/pilot_like.py`). Read only."""
    return write_pilot_like(tmp_path_factory.mktemp("pilot_like"))


# -- the app and a browser ------------------------------------------------------------


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The app did not become ready. It said:\n{log.read_text(errors='replace')[-4000:]}")


@pytest.fixture(scope="session")
def app_server(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, serving the demonstration store from a process of its own."""
    command = ["-m", "crlm_dash.cli", "serve", "--no-browser", "--port"]
    with served(command, tmp_path_factory.mktemp("app"), CRLM_STORE=str(demo_store)) as url:
        yield url


@contextmanager
def served(command: list[str], place: Path, port: int | None = None, **settings: str) -> Iterator[str]:
    """The address at which `python command PORT` answers, from a process of its own; its log is in `place`."""
    port, log = port or _free_port(), place / "log.txt"
    url = f"http://localhost:{port}"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command, str(port)],
            cwd=ROOT, env=os.environ | settings, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_until_ready(url, process, log)
        yield url
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        # The session's own process group: the server may have a child that serves.
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium or Chrome; without one the browser tests fail and say how to install it."""
    return chromium_path() or pytest.fail(ADVICE)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A Chromium without a window; `browser.new_page()` for a visitor of its own."""
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield started
        started.close()
