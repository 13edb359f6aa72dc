"""A page asks, draws and shows, and does nothing else (house style, "A page")."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "pages").glob("*.py"))
MAX_LINES = 40

# Streamlit's charts, tables and controls: each needs a key, to keep its state and to be found by tests.
KEYED_STREAMLIT = {
    "altair_chart",
    "area_chart",
    "audio_input",
    "bar_chart",
    "button",
    "camera_input",
    "chat_input",
    "checkbox",
    "color_picker",
    "data_editor",
    "dataframe",
    "date_input",
    "datetime_input",
    "download_button",
    "feedback",
    "file_uploader",
    "line_chart",
    "map",
    "multiselect",
    "number_input",
    "pills",
    "plotly_chart",
    "pydeck_chart",
    "radio",
    "scatter_chart",
    "segmented_control",
    "select_slider",
    "selectbox",
    "slider",
    "table",
    "text_area",
    "text_input",
    "time_input",
    "toggle",
    "vega_lite_chart",
}
KEYED_SHOW = {"figure", "table"}
ROLE_WORDS = {"role", "roles", "Role", "Action", "POLICY", "can", "check_can"}
SQL = re.compile(
    r"\b(select\s.+\sfrom\s|insert\s+into\s|delete\s+from\s|update\s+\w+\s+set\s|create\s+(table|view)\s"
    r"|group\s+by\s|order\s+by\s|\w+\s+join\s+\w+\s+(on|using)\b)",
    re.IGNORECASE | re.DOTALL,
)


def page_name(path: Path) -> str:
    """The name a page's keys begin with: `pages/survival.py` → survival."""
    return re.sub(r"^\d+_", "", path.stem)


def words(tree: ast.AST) -> Iterator[str]:
    """Every identifier of a source: names, attributes, imported names, keyword arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield from node.name.split(".")
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg


def needs_key(call: ast.Call) -> bool:
    """Whether this call draws a chart or table, or makes a control, directly on the page."""
    if not isinstance(call.func, ast.Attribute):
        return False
    owner, name = call.func.value, call.func.attr
    if isinstance(owner, ast.Name) and owner.id == "show":
        return name in KEYED_SHOW
    return name in KEYED_STREAMLIT and not (isinstance(owner, ast.Name) and owner.id in {"tables", "figures"})


def key_faults(tree: ast.AST, page: str) -> Iterator[str]:
    """Calls without a key, and keys that are not a literal "<page>_<what>"."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        key = next((word.value for word in call.keywords if word.arg == "key"), None)
        if key is None:
            if needs_key(call):
                yield f"line {call.lineno}: {ast.unparse(call.func)} has no key"
        elif not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            yield f"line {call.lineno}: the key is not a literal"
        elif not key.value.startswith(f"{page}_"):
            yield f"line {call.lineno}: the key {key.value!r} does not begin with '{page}_'"


def _is_sql(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(SQL.search(node.value))


def faults(source: str, page: str) -> list[str]:
    """What a page does that a page may not, in words."""
    tree = ast.parse(source)
    found = []
    if len(source.splitlines()) > MAX_LINES:
        found.append(f"more than {MAX_LINES} lines")
    if ast.get_docstring(tree) is None:
        found.append("no docstring says what the page shows")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append(f"line {node.lineno}: defines {node.name}")
        elif _is_sql(node) and ast.unparse(node) != ast.unparse(tree.body[0]):
            found.append(f"line {node.lineno}: SQL")  # type: ignore[attr-defined]
    used = set(words(tree))
    found += [f"uses {word}" for word in sorted(used & {"groupby", "session_state", "unsafe_allow_html"})]
    found += [f"tests a role ({word})" for word in sorted(used & ROLE_WORDS)]
    return found + list(key_faults(tree, page))


def keys(source: str) -> list[str]:
    """The literal keys of a page, in order."""
    return [
        str(word.value.value)
        for word in ast.walk(ast.parse(source))
        if isinstance(word, ast.keyword) and word.arg == "key" and isinstance(word.value, ast.Constant)
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_pages_ask_draw_and_show(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8"), page_name(path)) == []


def test_no_key_is_used_twice() -> None:
    used = Counter(key for path in PAGES for key in keys(path.read_text(encoding="utf-8")))
    assert [key for key, n in used.items() if n > 1] == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("x = 1\n" * 40, "more than 40 lines"),
        ("def draw(): ...", "line 2: defines draw"),
        ("async def draw(): ...", "line 2: defines draw"),
        ("class Draw: ...", "line 2: defines Draw"),
        ("rows = door.sql('select USUBJID from adsl ')", "line 2: SQL"),
        ("q = 'SEX, count(*)\\n GROUP  BY SEX'", "line 2: SQL"),
        ("n = frame.groupby('SEX').size()", "uses groupby"),
        ("st.session_state['x'] = 1", "uses session_state"),
        ("st.markdown('<b>', unsafe_allow_html=True)", "uses unsafe_allow_html"),
        ("if viewer.role == 'dsmb': pass", "tests a role (role)"),
        ("from crlm_dash.access import Role", "tests a role (Role)"),
        ("ok = door.can(action)", "tests a role (can)"),
        ("show.figure(figures.survival(result))", "line 2: show.figure has no key"),
        ("show.table(tables.summary(result), alt='x')", "line 2: show.table has no key"),
        ("st.selectbox('Arm', arms)", "line 2: st.selectbox has no key"),
        ("st.sidebar.button('Go')", "line 2: st.sidebar.button has no key"),
        ("left.plotly_chart(fig)", "line 2: left.plotly_chart has no key"),
        ("show.figure(fig, key=f'survival_{n}')", "line 2: the key is not a literal"),
        (
            "show.figure(fig, key='safety_bars')",
            "line 2: the key 'safety_bars' does not begin with 'survival_'",
        ),
    ],
)
def test_a_breach_is_found(source: str, fault: str) -> None:
    assert fault in faults(f'"""A page."""\n{source}', "survival")


def test_a_page_without_a_docstring_is_found() -> None:
    assert faults("x = 1", "survival") == ["no docstring says what the page shows"]


def test_the_page_of_the_style_guide_passes() -> None:
    page = '''"""Overall survival, pooled or by arm: select an endpoint from the list."""
endpoint, by = widgets.endpoint(), widgets.strata()
result = ask(analyses.survival, endpoint=endpoint, by=by)
show.header("Survival", result)
show.figure(figures.survival(result), key="survival_curves", alt=result.sentence)
show.table(tables.table(result), key="survival_summary")
show.notes(result)
'''
    assert faults(page, "survival") == []
    assert keys(page) == ["survival_curves", "survival_summary"]
