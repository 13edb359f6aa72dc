"""Who may import whom: the table of docs/architecture.md, read from the source with `ast`."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "crlm_dash"
WORDS = {"terms", "errors"}
SCREEN = {"ui", "pages", "app"}

# room -> what of ours it may import, itself and the bare package (its version) apart
MAY_IMPORT: dict[str, set[str]] = {
    "terms": set(),
    "errors": set(),
    "palette": {"terms"},
    "staircase": set(),
    "suppression": set(),
    "access": WORDS,
    "people": WORDS | {"access"},
    "protocol": WORDS,
    "contract": WORDS,
    "ingest": WORDS | {"contract", "protocol", "access", "sql"},
    "store": WORDS | {"contract", "protocol", "access", "sql", "ingest", "suppression"},
    "stats": WORDS,
    "analyses": WORDS | {"store", "stats", "protocol", "access"},
    "figures": {"terms", "palette", "staircase", "analyses.result"},
    "tables": {"terms", "analyses.result"},
    "report": WORDS | {"palette", "staircase", "analyses", "tables", "store", "protocol", "access"},
    "demo": WORDS | {"protocol"},
}
EVERYTHING = set(MAY_IMPORT) | {"sql", "ui", "cli"}
MAY_IMPORT |= {
    "ui": EVERYTHING - {"cli"},
    "pages": EVERYTHING - {"cli"},
    "app": EVERYTHING - {"cli"},
    "cli": EVERYTHING - {"ui"},
}
# library -> the rooms that alone may import it
BELONGS_TO: dict[str, set[str]] = {
    "duckdb": {"ingest", "store"},
    "pyreadstat": {"ingest"},
    "openpyxl": {"ingest"},
    "pydantic": {"protocol", "contract"},
    "lifelines": {"stats"},
    "scipy": {"stats", "suppression"},
    "statsmodels": {"stats"},
    "plotly": {"figures"},
    "streamlit": SCREEN,
    "click": {"cli"},
    "sqlalchemy": {"store"},
    "cryptography": {"store"},
    "matplotlib": {"report"},
    "python_docx": {"report"},
    "jinja2": {"report"},
}
NO_LIBRARY = WORDS | {"access"}
# Libraries that come with a requirement and are part of its interface.
COMES_WITH = {
    "docx": "python_docx",
    "markupsafe": "jinja2",
    "pydantic_core": "pydantic",
    "starlette": "streamlit",
    "uvicorn": "streamlit",
}


class Import(NamedTuple):
    name: str  # dotted, absolute
    line: int
    for_types: bool  # stands under `if TYPE_CHECKING:`


def room_of(path: Path) -> str:
    """The room a source file belongs to: `src/crlm_dash/stats/cox.py` is in `stats`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    inside = parts[2:] if parts[0] == "src" else parts
    return PACKAGE if inside == ("__init__",) else inside[0]


def module_of(path: Path) -> str:
    """The package that relative imports in `path` start from."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[1:-1] if parts[0] == "src" else parts[:-1])


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imports(source: str, package: str = "") -> Iterator[Import]:
    """Every import of a source text, wherever it stands, `importlib.import_module("…")` included."""
    tree = ast.parse(source)
    typed = {id(n) for block in ast.walk(tree) if _is_type_checking(block) for n in ast.walk(block)}
    for node in ast.walk(tree):
        for name in _names(node, package):
            yield Import(name, node.lineno, id(node) in typed)  # type: ignore[attr-defined]


def _names(node: ast.AST, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*above, base] if base else above)
        return [f"{base}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {
        "import_module",
        "__import__",
    }:
        return [a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return []


def allowed(room: str, ours: str) -> bool:
    """Whether `room` may import this module of ours (its name within the package, dotted)."""
    first = ours.split(".")[0]
    if first in ("", "__version__", room):
        return True
    return any(ours == name or ours.startswith(f"{name}.") for name in MAY_IMPORT[room])


def faults(room: str, source: str, package: str, declared: set[str]) -> list[str]:
    """What this source imports against the table, in words."""
    found = []
    for name, line, for_types in imports(source, package):
        library = COMES_WITH.get(name.split(".")[0], name.split(".")[0])
        if library == PACKAGE:
            ours = name.partition(".")[2]
            if not allowed(room, ours):
                found.append(f"line {line}: {room} may not import {ours}")
        elif library in sys.stdlib_module_names or for_types:
            continue
        elif library not in declared:
            found.append(f"line {line}: {library} is not a requirement in pyproject.toml")
        elif room in NO_LIBRARY or room not in BELONGS_TO.get(library, {room}):
            found.append(f"line {line}: {room} may not import {library}")
    return found


def requirements() -> set[str]:
    """Import names of the libraries that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {re.split(r"[\[<>=~! ]", line)[0].lower().replace("-", "_") for line in project["dependencies"]}


SOURCES = [
    path
    for path in [
        *sorted((ROOT / "src").rglob("*.py")),
        *sorted((ROOT / "pages").glob("*.py")),
        ROOT / "app.py",
    ]
    if path.is_file() and room_of(path) != PACKAGE
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_keep_to_the_table(path: Path) -> None:
    assert room_of(path) in MAY_IMPORT, f"{path}: a room that the table does not know"
    assert faults(room_of(path), path.read_text(encoding="utf-8"), module_of(path), requirements()) == []


def test_every_room_of_the_architecture_is_in_the_table() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.split("## Rooms")[1].split("##")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")][2:]
    assert {room.strip() for row in rows for room in row.split(",")} == set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("room", "source", "fault"),
    [
        ("figures", "from crlm_dash.store.door import Door", "figures may not import store.door.Door"),
        ("figures", "from crlm_dash.analyses import survival", "figures may not import analyses.survival"),
        ("stats", "from crlm_dash import access", "stats may not import access"),
        ("stats", "from ..store import door", "stats may not import store.door"),
        ("cli", "import crlm_dash.ui.shell", "cli may not import ui.shell"),
        ("ui", "from crlm_dash.cli import main", "ui may not import cli.main"),
        ("analyses", "def f():\n    import duckdb", "analyses may not import duckdb"),
        ("pages", "import plotly.graph_objects as go", "pages may not import plotly"),
        ("analyses", "from scipy.stats import norm", "analyses may not import scipy"),
        ("store", "import streamlit as st", "store may not import streamlit"),
        ("terms", "import pandas as pd", "terms may not import pandas"),
        ("ui", "import seaborn", "seaborn is not a requirement in pyproject.toml"),
        ("figures", "import importlib\nimportlib.import_module('duckdb')", "figures may not import duckdb"),
        (
            "stats",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from crlm_dash.store import door",
            "stats may not import store.door",
        ),
    ],
)
def test_a_breach_is_found(room: str, source: str, fault: str) -> None:
    found = faults(room, source, f"{PACKAGE}.{room}", requirements())
    assert [line.split(": ")[1] for line in found] == [fault]


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("figures", "from crlm_dash.analyses.result import Result\nimport plotly.graph_objects as go"),
        ("stats", "from .counts import tally\nfrom lifelines import KaplanMeierFitter\nimport numpy as np"),
        ("ui", "if TYPE_CHECKING:\n    import plotly.graph_objects as go"),
        ("store", "from crlm_dash import __version__\nimport duckdb"),
    ],
)
def test_what_the_table_allows_passes(room: str, source: str) -> None:
    assert faults(room, source, f"{PACKAGE}.{room}", requirements()) == []
