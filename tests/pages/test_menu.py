"""The menu: every page stands in it once."""

from __future__ import annotations

from pathlib import Path

from crlm_dash.ui.directory import PAGES, SECTIONS, file_of


def test_every_page_stands_in_the_menu_once() -> None:
    listed = [page for pages in SECTIONS.values() for page in pages]
    assert sorted(listed) == sorted(PAGES)
    assert {path.stem for path in Path("pages").glob("*.py")} == set(PAGES)
    assert all(file_of(page).is_file() for page in PAGES)
