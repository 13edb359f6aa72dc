"""The app as a process of its own: how fast it starts and answers, how much memory it takes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser_setup import chromium_path

ROOT = Path(__file__).resolve().parents[1]
LONGEST_START = 60.0  # seconds


@dataclass(frozen=True)
class Server:
    """A running app."""

    url: str
    pid: int
    started_in: float  # seconds until it was ready


@contextmanager
def serving(store: Path) -> Iterator[Server]:
    """The app on a free port over `store`, stopped at the end."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    url = f"http://localhost:{port}"
    command = [sys.executable, "-m", "crlm_dash.cli", "serve", "--port", str(port), "--no-browser"]
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"CRLM_STORE": str(store)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(url, process)
        yield Server(url, process.pid, time.perf_counter() - start)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def visit_every_page(url: str, trials: tuple[str, ...]) -> bool:
    """Look at every page of every trial in a browser; False where there is none to look with."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return False
    path = chromium_path()
    if path is None:
        return False
    names = sorted(page.stem for page in (ROOT / "pages").glob("*.py"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for trial in trials:
            for name in names:
                page = browser.new_page()
                page.goto(f"{url}/{name}?trial={trial}&role=statistician")
                page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
                page.locator(_IDLE).wait_for(state="attached", timeout=60_000)
                page.close()
        browser.close()
    return True


# Streamlit says on its root element whether a script is still running; a policy of the page forbids expressions.
_IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError("The app did not start: see what `crlm-dash serve` says.")
