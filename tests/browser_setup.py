"""Find the browser that the journeys drive; run as a script, install it where that can be done unasked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)
ADVICE = """\
No Chromium was found, and the browser tests need one. Any of these will do:
  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install -y chromium   (Ubuntu: chromium-browser)
  Fedora:          sudo dnf install chromium
  macOS, Windows:  install Google Chrome
  elsewhere:       set CRLM_CHROMIUM to the path of a Chromium or Chrome
Without a browser, everything else is tested by: .venv/bin/python -m pytest -m "not browser\""""


def chromium_path() -> str | None:
    """The Chromium or Chrome of this machine, `CRLM_CHROMIUM` before all others; None if there is none."""
    stated = os.environ.get("CRLM_CHROMIUM")
    if stated:
        return stated if _starts(stated) else None
    found = [shutil.which(name) for name in NAMES] + [place for place in PLACES if Path(place).is_file()]
    return next((path for path in found if path and _starts(path)), None)


def _starts(path: str) -> bool:
    # Ubuntu ships a `chromium-browser` that only tells people to install a snap. Chrome on Windows opens a
    # window when asked for its version, so there the file has to do.
    if sys.platform == "win32":
        return Path(path).is_file()
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _administrator() -> list[str] | None:
    # How to run a command as root without being asked for a password; None where that cannot be done.
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def install_chromium() -> None:
    """Install Chromium by apt where that needs no password; elsewhere, or if it fails, do nothing more."""
    root = _administrator()
    if root is None or shutil.which("apt-get") is None:
        return
    print("Installing Chromium for the browser tests (once) …", flush=True)
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    for step in (["update"], ["install", "-y", "chromium"]):
        done = subprocess.run([*root, *quiet, *step], capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stderr.strip(), file=sys.stderr)


def main() -> int:
    """0 when a browser is there, after installing it if need be; 1 with advice when not."""
    stated = os.environ.get("CRLM_CHROMIUM")
    if chromium_path() is None and not stated:
        install_chromium()
    path = chromium_path()
    if path is None:
        print(f"CRLM_CHROMIUM is '{stated}', which does not start." if stated else ADVICE, file=sys.stderr)
        return 1
    print(f"Browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
