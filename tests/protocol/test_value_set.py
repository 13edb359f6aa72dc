"""Value sets of EQ-5D-5L: a made-up one is read whole, and each fault is told with file, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.errors import ProtocolError
from crlm_dash.protocol import parse_protocol
from crlm_dash.protocol.value_set import PROFILES, read_value_set, value_set_of


def made_up() -> dict[str, float]:
    """Not a value set of any country: each level of each question below the first costs 0.05."""
    return {profile: 1 - 0.05 * sum(int(level) - 1 for level in profile) for profile in PROFILES}


def written(path: Path, rows: list[tuple[str, object]], head: str = "profile,index") -> Path:
    path.write_text("\n".join([head, *(f"{profile},{index}" for profile, index in rows)]), encoding="utf-8")
    return path


def test_a_whole_set_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "madeup.csv", sorted(made_up().items()))
    assert read_value_set(path) == pytest.approx(made_up())
    assert len(PROFILES) == 3125


def test_a_protocol_names_its_set_beside_itself(tmp_path: Path) -> None:
    written(tmp_path / "madeup.csv", sorted(made_up().items()))
    text = 'id = "T"\ntitle = "T"\n[quality_of_life]\nvalue_set = "madeup.csv"\n'
    assert value_set_of(parse_protocol(text, "t.toml"), tmp_path / "t.toml")["11111"] == 1
    assert value_set_of(parse_protocol(text.split("[")[0], "t.toml"), tmp_path / "t.toml") == {}


@pytest.mark.parametrize(
    ("rows", "head", "told"),
    [
        ([("1111", 1)], "profile,index", "s.csv, row 2, profile: '1111' is not five levels"),
        ([("11116", 1)], "profile,index", "s.csv, row 2, profile: '11116' is not five levels"),
        ([("11111", 1), ("11111", 0.9)], "profile,index", "s.csv, row 3, profile: '11111' has a row before"),
        ([("11111", "much")], "profile,index", "s.csv, row 2, index: 'much' is not a number"),
        ([("11111", 1.2)], "profile,index", "s.csv, row 2, index: '1.2' is not a number from −2 to 1"),
        ([("11111", "")], "profile,index", "s.csv, row 2, index: '' is not a number"),
        ([("11111", 1)], "profile,index", "3,124 of 3,125 profiles are missing: 11112, 11113, 11114, 11115, 11121 …"),
        ([("11111", 1)], "state,index", "s.csv, row 1: there is no column profile"),
        ([], "", "s.csv, row 1: there is no column profile and no column index"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, rows: list[tuple[str, object]], head: str, told: str) -> None:
    with pytest.raises(ProtocolError, match=told.replace("(", r"\(").replace(".", r"\.")):
        read_value_set(written(tmp_path / "s.csv", rows, head))


def test_every_fault_is_told_at_once_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError) as told:
        read_value_set(written(tmp_path / "s.csv", [("x", "y"), ("11111", 7)]))
    assert len(str(told.value).splitlines()) == 3
    with pytest.raises(ProtocolError, match=r"s2\.csv: the value set cannot be read"):
        read_value_set(tmp_path / "s2.csv")
