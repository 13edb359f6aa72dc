"""Open the reader's browser once the app answers, from a process beside the server's.

The server's process is the app's alone (`serving.run_app`), and Streamlit's own opening goes with offers to developers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser

PATIENCE = 120.0  # seconds
PAUSE = 0.3  # seconds
WAIT = "import os, sys; from crlm_dash.cli.opening import wait_and_open; wait_and_open(sys.argv[1], os.getppid())"


def open_when_ready(address: str) -> None:
    """Start the process that waits for `address` and opens it; nothing where there is no screen."""
    if has_screen():
        subprocess.Popen([sys.executable, "-c", WAIT, address])


def has_screen() -> bool:
    """Whether a browser could show anything here: not so on a Linux server, where a text browser would come up."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def wait_and_open(address: str, server: int, patience: float = PATIENCE) -> bool:
    """Open `address` when it answers; give up when the process that started us (`server`) has gone or after a while.

    Returns
    -------
    bool
        Whether a browser was opened.
    """
    until = time.monotonic() + patience
    while time.monotonic() < until and os.getppid() == server:
        if _answers(address):
            return webbrowser.open(address)
        time.sleep(PAUSE)
    return False


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
