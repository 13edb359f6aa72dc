"""A PostgreSQL of its own for the tests that need one: a server that is named, else one started from its binaries."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "CRLM_TEST_POSTGRESQL"  # postgresql://USER@HOST/DATABASE, a database the tests may fill
_PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")


def binaries() -> Path | None:
    """Folder of initdb and pg_ctl; None where no PostgreSQL is installed."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    found += [folder for place in _PLACES for folder in sorted(Path(place).glob("*/bin"), reverse=True)]
    return next((each for each in found if (each / "initdb").is_file() and (each / "pg_ctl").is_file()), None)


@contextmanager
def running(folder: Path, bin: Path) -> Iterator[str]:
    """The address of a new, empty server in `folder`, on a socket only its owner can open; stopped afterwards."""
    files, sockets = folder / "files", folder / "s"
    sockets.mkdir(parents=True)
    user = "postgres"
    as_owner: list[str] = []
    if os.geteuid() == 0:  # the server refuses to be run by root
        as_owner = ["runuser", "-u", user, "--"]
        for each in (folder, sockets):
            shutil.chown(each, user)
        for each in folder.parents:
            if not os.stat(each).st_mode & 0o005:
                each.chmod(os.stat(each).st_mode | 0o011)  # the way to its folder
    options = f"-c listen_addresses='' -c fsync=off -k {sockets}"
    _run(*as_owner, str(bin / "initdb"), "-D", str(files), "-U", user, "-A", "trust", "-E", "UTF8", "--no-sync")
    control = [*as_owner, str(bin / "pg_ctl"), "-D", str(files), "-w", "-l", str(folder / "log")]
    _run(*control, "-o", options, "start")
    try:
        yield f"postgresql://{user}@/postgres?host={sockets}"
    finally:
        _run(*control, "-m", "immediate", "stop")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=60)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")
