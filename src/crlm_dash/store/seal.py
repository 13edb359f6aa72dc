"""Seal a cut: hashed, numbered, published at one stroke, and never written again.

A cut is the file `<root>/<trial>/cut-0003.duckdb` with `cut-0003.json` beside it; without the JSON file it is no cut.
Until then it is a `.building-…` file in the root (`store.place`).
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from crlm_dash.errors import StoreError

_CUT_NAME = re.compile(r"cut-(\d{4,})\.(duckdb|json)")
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


@dataclass(frozen=True)
class CutSource:
    """One file a cut was built from."""

    file: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class CutInfo:
    """A sealed cut: which trial and number, as of when, built from what, and where it is."""

    trial: str
    number: int
    fingerprint: str
    cutoff: dt.date
    cutoff_stated: bool
    label: str
    sealed_at: dt.datetime
    kind: str
    title: str
    sources: tuple[CutSource, ...]
    path: Path
    n_screened: int
    n_enrolled: int
    n_faults: int


def trial_folder(root: Path, trial: str) -> Path:
    """
    Folder of one trial; a STUDYID that is no safe folder name gets one with a few digits of its hash.

    Parameters
    ----------
    root : the store
    trial : STUDYID, or the folder's own name

    Returns
    -------
    A folder directly below `root`; it may not exist yet.
    """
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", trial).strip("-.")
    if safe != trial or len(safe) > 80 or safe.split(".")[0].lower() in _RESERVED:
        safe = f"{safe[:60] or 'trial'}-{hashlib.sha256(trial.encode()).hexdigest()[:8]}"
    return root / safe


def list_cuts(root: Path, trial: str) -> tuple[CutInfo, ...]:
    """
    The sealed cuts of one trial, oldest first.

    Parameters
    ----------
    root : the store
    trial : STUDYID, or the name of its folder

    Returns
    -------
    One `CutInfo` per cut; empty where there is none.

    Raises
    ------
    StoreError : the file beside a cut cannot be read
    """
    folder = trial_folder(Path(root), trial)
    sidecars = folder.glob("cut-*.json") if folder.is_dir() else iter(())
    cuts = (_read_sidecar(path) for path in sidecars if path.with_suffix(".duckdb").exists())
    return tuple(sorted(cuts, key=lambda cut: cut.number))


def verify(cut: CutInfo) -> None:
    """
    Raise `StoreError` unless the cut's file is the one that was sealed.

    Parameters
    ----------
    cut : as listed by `list_cuts`
    """
    try:
        found = fingerprint_of(cut.path)
    except OSError as error:
        raise StoreError(f"{cut.trial}, cut {cut.number}: {cut.path.name} cannot be read: {error}.") from error
    if found != cut.fingerprint:
        raise StoreError(
            f"{cut.trial}, cut {cut.number}: {cut.path.name} is not the file that was sealed (fingerprint "
            f"{found[:12]}…, sealed as {cut.fingerprint[:12]}…). Restore it from a backup or build a new cut."
        )


def fingerprint_of(path: Path) -> str:
    """
    SHA-256 of a file.

    Parameters
    ----------
    path : the file

    Returns
    -------
    64 hexadecimal digits.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def publish(building: Path, root: Path, draft: CutInfo) -> CutInfo:
    """
    Make a finished file the trial's next cut.

    The number is taken by the file system itself (a hard link, or an exclusively created file, fails where the name
    is taken), so two builds at once get two numbers. Readers see the cut once its JSON file is in place.

    Parameters
    ----------
    building : the closed, checked database file
    root : the store
    draft : what is known of the cut; number, fingerprint and path are filled in here

    Returns
    -------
    The cut as sealed.
    """
    folder = trial_folder(root, draft.trial)
    folder.mkdir(parents=True, exist_ok=True)
    _flush(building)
    fingerprint = fingerprint_of(building)
    building.chmod(0o444)
    number, path = _take_number(building, folder)
    cut = replace(draft, number=number, fingerprint=fingerprint, path=path)
    beside = building.with_suffix(".json")
    beside.write_text(_sidecar_text(cut), encoding="utf-8")
    _flush(beside)
    beside.chmod(0o444)
    beside.replace(path.with_suffix(".json"))
    _flush_folder(folder)
    return cut


def _take_number(building: Path, folder: Path) -> tuple[int, Path]:
    number = _last_number(folder)
    while True:
        number += 1
        path = folder / f"cut-{number:04d}.duckdb"
        try:
            _place(building, path)
            return number, path
        except FileExistsError:
            continue


def _last_number(folder: Path) -> int:
    taken = (_CUT_NAME.fullmatch(path.name) for path in folder.iterdir())
    return max((int(match[1]) for match in taken if match), default=0)


def _place(building: Path, path: Path) -> None:
    """`building` under the name `path`; `FileExistsError` where the name is taken."""
    if os.name == "nt":  # there a rename never replaces
        building.rename(path)
        return
    try:
        os.link(building, path)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))  # the name is ours now
        building.replace(path)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sidecar_text(cut: CutInfo) -> str:
    content = asdict(cut) | {
        "cutoff": cut.cutoff.isoformat(),
        "sealed_at": cut.sealed_at.isoformat(),
        "path": cut.path.name,
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _read_sidecar(path: Path) -> CutInfo:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return CutInfo(
            **content
            | {
                "cutoff": dt.date.fromisoformat(content["cutoff"]),
                "sealed_at": dt.datetime.fromisoformat(content["sealed_at"]),
                "sources": tuple(CutSource(**source) for source in content["sources"]),
                "path": path.with_suffix(".duckdb"),
            }
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{path.parent.name}/{path.name} is damaged ({error}). Restore it from a backup, or remove it together "
            "with the .duckdb file of the same name and build the cut again."
        ) from error
