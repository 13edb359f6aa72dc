"""Names, sizes, docstrings and SQL as the house style asks for them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crlm_dash.analyses import ANALYSES

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "crlm_dash"
SOURCES = sorted(PACKAGE.rglob("*.py"))
SQL_FILES = sorted((PACKAGE / "sql").rglob("*.sql"))
QUERIES = [path for path in SQL_FILES if path.parent.name == "queries"]
WRITTEN = [
    *SOURCES,
    *SQL_FILES,
    *sorted((ROOT / "pages").glob("*.py")),
    *sorted((ROOT / "tests").rglob("*.py")),
]

MAX_LINES = 300
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "common", "misc"}
DOCUMENTED = {"stats", "analyses", "figures", "tables", "store"}
SECTIONED = {"stats", "store"}
UNFINISHED = re.compile(r"(#|--)\s*(" + "|".join(["TO" + "DO", "FIX" + "ME", "XXX", "HACK"]) + r")\b")
FORBIDDEN = "AalenJohansen" + "Fitter"  # jitters ties: two runs, two answers
ROOMS = {"counts", "outcomes", "received", "procedures", "events", "listing", "records", "totals", "quality"}
SCHEMAS = {"main", "staging", "temp", "information_schema", "pg_catalog"}
KEYWORDS = "select from where join left group order by having with union case when then else end and or on as"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def public_functions(tree: ast.Module) -> Iterator[tuple[Function, bool]]:
    """Public functions of a module and public methods of its public classes; the flag says "a method"."""
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node, False
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for member in node.body:
                if isinstance(member, Function) and not member.name.startswith("_"):
                    yield member, True


def docstring_fault(function: Function, *, method: bool, sectioned: bool) -> str | None:
    """What is missing from the docstring of a public function, or None."""
    text = ast.get_docstring(function)
    if not text:
        return f"{function.name}: no docstring"
    if method or not sectioned:
        return None
    arguments = function.args
    takes = bool(arguments.posonlyargs + arguments.args + arguments.kwonlyargs)
    gives = function.returns is not None and ast.unparse(function.returns) not in ("None", "NoReturn")
    for heading, wanted in (("Parameters", takes), ("Returns", gives)):
        if wanted and not re.search(rf"^{heading}\n-{{{len(heading)}}}$", text, re.MULTILINE):
            return f"{function.name}: no '{heading}' section"
    return None


def docstring_faults(source: str, room: str) -> list[str]:
    """Public functions of a room without the docstring it owes."""
    checked = (
        docstring_fault(function, method=method, sectioned=room in SECTIONED)
        for function, method in public_functions(ast.parse(source))
    )
    return [fault for fault in checked if fault]


def name_faults(source: str, module: str) -> list[str]:
    """Names that say nothing: of the module, and of functions that `get_`."""
    found = [f"module {module}"] if module in EMPTY_NAMES else []
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, Function))
    return found + [node.name for node in functions if node.name.lstrip("_").startswith("get_")]


def code_of(sql: str) -> str:
    """A SQL text without comments and string literals."""
    return re.sub(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", " ", sql, flags=re.DOTALL)


def sql_faults(sql: str) -> list[str]:
    """What a SQL file owes: the grain on its first line, keywords in lower case."""
    first = sql.splitlines()[0] if sql.strip() else ""
    found = [] if re.match(r"-- \w+( \S+){2,}", first) else ["the first line does not say the grain"]
    shouted = "|".join(KEYWORDS.upper().split())
    found += [f"upper-case {word}" for word in sorted(set(re.findall(rf"\b({shouted})\b", code_of(sql))))]
    return found


def query_faults(sql: str) -> list[str]:
    """What a query owes besides: its room on line 2, and tables by their bare names."""
    lines = [*sql.splitlines(), "", ""]
    stated = re.fullmatch(r"-- room: (\w+)", lines[1].strip())
    found = [] if stated and stated[1] in ROOMS else ["line 2 does not name a room"]
    code = code_of(sql)
    qualified = set(re.findall(r"\b(?:from|join)\s+\"?(\w+)\"?\s*\.\s*\"?\w+", code, re.IGNORECASE))
    qualified |= {name for name in re.findall(r"\b(\w+)\.\w+", code) if name in SCHEMAS}
    return found + [f"the schema {name} is named" for name in sorted(qualified)]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_source_files_are_short_and_well_named(path: Path) -> None:
    assert len(text_of(path).splitlines()) <= MAX_LINES
    assert name_faults(text_of(path), path.stem) == []
    assert not EMPTY_NAMES & set(path.relative_to(PACKAGE).parts[:-1])


@pytest.mark.parametrize("path", WRITTEN, ids=shown)
def test_nothing_is_left_unfinished(path: Path) -> None:
    assert UNFINISHED.search(text_of(path)) is None
    assert FORBIDDEN not in text_of(path)


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_public_functions_say_what_they_do(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    if room in DOCUMENTED:
        assert docstring_faults(text_of(path), room) == []


@pytest.mark.parametrize("path", SQL_FILES, ids=shown)
def test_sql_states_its_grain_in_the_house_style(path: Path) -> None:
    assert sql_faults(text_of(path)) == []


@pytest.mark.parametrize("path", QUERIES, ids=shown)
def test_queries_name_their_room_and_no_schema(path: Path) -> None:
    assert query_faults(text_of(path)) == []


@pytest.mark.parametrize(
    ("source", "module", "fault"),
    [
        ("", "utils", "module utils"),
        ("", "data", "module data"),
        ("def get_rows(): ...", "rows", "get_rows"),
        ("class A:\n    def _get_rows(self): ...", "rows", "_get_rows"),
    ],
)
def test_an_empty_name_is_found(source: str, module: str, fault: str) -> None:
    assert name_faults(source, module) == [fault]


BARE = '"""Times."""'
FULL = '"""Times.\n\n    Parameters\n    ----------\n    x\n\n    Returns\n    -------\n    Months.\n    """'


@pytest.mark.parametrize(
    ("source", "room", "found"),
    [
        ("def times(x: int) -> int:\n    return x", "figures", ["times: no docstring"]),
        (f"def times(x: int) -> int:\n    {BARE}", "figures", []),
        (f"def times(x: int) -> int:\n    {BARE}", "stats", ["times: no 'Parameters' section"]),
        (f"def times() -> int:\n    {BARE}", "stats", ["times: no 'Returns' section"]),
        (f"def times(x: int) -> int:\n    {FULL}", "stats", []),
        (f"def times() -> None:\n    {BARE}", "store", []),
        ("def _times(x: int) -> int:\n    return x", "stats", []),
        ("class Door:\n    def ask(self) -> int:\n        return 1", "store", ["ask: no docstring"]),
    ],
)
def test_a_missing_docstring_is_found(source: str, room: str, found: list[str]) -> None:
    assert docstring_faults(source, room) == found


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("-- One row per subject.\nselect USUBJID from adsl -- FROM here", []),
        ("select USUBJID from adsl", ["the first line does not say the grain"]),
        ("", ["the first line does not say the grain"]),
        ("-- One row per subject.\nSELECT 'FROM' from adsl", ["upper-case SELECT"]),
    ],
)
def test_a_fault_in_a_sql_file_is_found(sql: str, found: list[str]) -> None:
    assert sql_faults(sql) == found


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("-- Grain.\n-- room: counts\nselect a.USUBJID from adsl a", []),
        ("-- Grain.\nselect USUBJID from adsl", ["line 2 does not name a room"]),
        ("-- Grain.\n-- room: kitchen\nselect 1", ["line 2 does not name a room"]),
        ("-- Grain.\n-- room: counts\nselect 1 from main.adsl", ["the schema main is named"]),
        (
            "-- Grain.\n-- room: counts\nselect 1 from adsl join cut.adtte using (USUBJID)",
            ["the schema cut is named"],
        ),
        ("-- Grain.\n-- room: counts\nselect (staging.dm).AGE", ["the schema staging is named"]),
    ],
)
def test_a_fault_in_a_query_is_found(sql: str, found: list[str]) -> None:
    assert query_faults(sql) == found


@pytest.mark.parametrize("name", sorted(ANALYSES))
def test_every_analysis_is_measured(name: str) -> None:
    called = {
        node.func.id
        for node in ast.walk(ast.parse((ROOT / "bench" / "analyses.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert name in called


@pytest.mark.parametrize("text", ["x = 1  # " + "TO" + "DO: later", "-- FIX" + "ME", "# XX" + "X"])
def test_an_unfinished_mark_is_found(text: str) -> None:
    assert UNFINISHED.search(text)
