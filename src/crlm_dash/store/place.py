"""Where a cut is built before it is sealed: a `.building-…` file that no killed build leaves behind for long."""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_BUILDING_NAME = re.compile(r"\.building-(?P<host>.*)-(?P<pid>\d+)-(?P<token>[0-9a-f]{12})\.duckdb")
_ABANDONED_AFTER = 24 * 3600  # seconds without a write, whoever the owner was
_own_tokens: set[str] = set()  # builds of this process that are still going on


@contextmanager
def building_place(root: Path) -> Iterator[Path]:
    """
    A new name for a cut under construction; what is left of it is removed at the end, whatever happens.

    Parameters
    ----------
    root : the store; made if it is not there

    Returns
    -------
    The path to build at (no file yet).
    """
    root.mkdir(parents=True, exist_ok=True)
    clear_abandoned(root)
    token = secrets.token_hex(6)
    path = root / f".building-{_host()}-{os.getpid()}-{token}.duckdb"
    _own_tokens.add(token)
    try:
        yield path
    finally:
        _remove_building(path)
        _own_tokens.discard(token)


def clear_abandoned(root: Path) -> None:
    """
    Remove what killed builds left behind: their `.building-…` files, and a cut file that never got its JSON file.

    Parameters
    ----------
    root : the store
    """
    for path in root.glob(".building-*.duckdb"):
        match = _BUILDING_NAME.fullmatch(path.name)
        if match and _is_abandoned(path, match["host"], int(match["pid"]), match["token"]):
            for half in root.glob("*/cut-*.duckdb"):
                if not half.with_suffix(".json").exists() and _same_file(half, path):
                    _unlink(half)
            _remove_building(path)


def _is_abandoned(path: Path, host: str, pid: int, token: str) -> bool:
    try:
        idle = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return False
    if idle > _ABANDONED_AFTER:
        return True
    if host != _host():
        return False
    return token not in _own_tokens if pid == os.getpid() else not _is_running(pid)


def _is_running(pid: int) -> bool:
    if os.name == "nt":  # there a file in use cannot be removed anyway, and signal 0 would end the process
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except FileNotFoundError:
        return False


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", platform.node()) or "host"


def _remove_building(path: Path) -> None:
    for left in (path, Path(f"{path}.wal"), path.with_suffix(".json")):
        _unlink(left)
    shutil.rmtree(Path(f"{path}.tmp"), ignore_errors=True)


def _unlink(path: Path) -> None:
    with suppress(FileNotFoundError, PermissionError):
        path.unlink()
