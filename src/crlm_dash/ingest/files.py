"""What lies in a source: which files are data, in what format, unpacked, with their fingerprints."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

from crlm_dash.errors import SourceError
from crlm_dash.ingest.raw import SourceFile, UnreadableError

FORMATS = {
    ".xpt": "xpt",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".json": "json",
    ".ndjson": "json",
    ".sas7bdat": "sas7bdat",
    ".xlsx": "xlsx",
}
_SIGNATURES = (
    (b"HEADER RECORD*******", "xpt", "a SAS transport file"),
    (b"PAR1", "parquet", "a Parquet file"),
    (b"PK\x03\x04", "xlsx", "a zip archive or Excel workbook"),
    (b"\x1f\x8b", "gz", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "xls", "an old Excel (.xls) workbook"),
    (b"%PDF", "pdf", "a PDF document"),
)
_SAS7BDAT = b"\xc2\xea\x81\x60"


def data_paths(source: Path) -> tuple[list[Path], list[Path]]:
    """Files of a source with a data ending, and the other ones, in the order of their names."""
    if not source.exists():
        raise SourceError(f"{source}: there is no such file or folder.")
    if source.is_file():
        found = [source]
    else:
        found = sorted(path for path in source.rglob("*") if path.is_file() and not _is_hidden(path, source))
    data = [path for path in found if data_ending(path) is not None]
    return data, [path for path in found if data_ending(path) is None]


def data_ending(path: Path) -> str | None:
    """The format a file's name announces ('adae.csv.gz' is csv); None if it is none of ours."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return FORMATS.get(suffixes[-1]) if suffixes else None


def stem(path: Path) -> str:
    """A file's name without the endings that say its format."""
    name = path.name
    while "." in name and f".{name.rsplit('.', 1)[1].lower()}" in (*FORMATS, ".gz"):
        name = name.rsplit(".", 1)[0]
    return name.lower()


def source_name(path: Path, source: Path) -> str:
    """How a file is called towards people: its path below the source."""
    return path.name if path == source else path.relative_to(source).as_posix()


def source_file(path: Path, source: Path, scratch: Path) -> SourceFile:
    """Fingerprint and unpack one data file; `UnreadableError` if it is empty or not what its ending says."""
    name, announced = source_name(path, source), data_ending(path)
    assert announced is not None
    try:
        digest, size = _fingerprint(path)
        content = _unpacked(path, scratch, digest) if path.suffix.lower() == ".gz" else path
        start = _start(content)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror or error}") from None
    if not start:
        raise UnreadableError("is empty (0 bytes)")
    _check_signature(start, announced)
    return SourceFile(name, path, content, announced, stem(path), digest, size, scratch)


def _is_hidden(path: Path, source: Path) -> bool:
    parts = path.relative_to(source).parts
    return any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts)


def _fingerprint(path: Path) -> tuple[str, int]:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), path.stat().st_size


def _unpacked(path: Path, scratch: Path, digest: str) -> Path:
    content = scratch / f"{digest[:16]}-{path.stem}"
    try:
        with gzip.open(path, "rb") as packed, content.open("wb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableError(f"is not a complete gzip archive: {error}") from None
    return content


def _start(content: Path) -> bytes:
    with content.open("rb") as stream:
        return stream.read(4096)


def _check_signature(start: bytes, announced: str) -> None:
    for mark, found, words in _looks_like(start):
        if start.startswith(mark) and found != announced:
            raise UnreadableError(f"is not what its ending says: it looks like {words}")
    binary = {"xpt": b"HEADER RECORD", "parquet": b"PAR1", "xlsx": b"PK\x03\x04"}
    if announced in binary and not start.startswith(binary[announced]):
        raise UnreadableError(f"is not what its ending says: it does not begin like {_WORDS[announced]}")
    if announced == "sas7bdat" and start[12:16] != _SAS7BDAT:
        raise UnreadableError("is not what its ending says: it does not begin like a SAS data file")
    if announced == "json" and not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        raise UnreadableError("is not what its ending says: it does not begin like JSON")


def _looks_like(start: bytes) -> Iterator[tuple[bytes, str, str]]:
    yield from _SIGNATURES
    if start[12:16] == _SAS7BDAT:
        yield start[:16], "sas7bdat", "a SAS data file"


_WORDS = {found: words for _, found, words in _SIGNATURES}
