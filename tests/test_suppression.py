"""Small cells: the drawn tables first, then any tables: nothing that is left out can be worked out from the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crlm_dash.suppression import FEWEST, left_out

Counts = dict[str, int]
Sums = list[tuple[str, list[str]]]


def crossed(rows: list[list[int]]) -> tuple[Counts, Sums]:
    """A table of two ways with its margins: cells 'A1', 'A2' …, rows 'A', columns '1', all 'total'."""
    letters, places = "ABCDEFGH"[: len(rows)], range(1, len(rows[0]) + 1)
    counts = {
        f"{letter}{place}": n
        for letter, row in zip(letters, rows, strict=True)
        for place, n in zip(places, row, strict=True)
    }
    sums = [(letter, [f"{letter}{place}" for place in places]) for letter in letters]
    sums += [(str(place), [f"{letter}{place}" for letter in letters]) for place in places]
    counts |= {whole: sum(counts[part] for part in parts) for whole, parts in sums}
    sums += [("total", list(letters)), ("total", [str(place) for place in places])]
    return counts | {"total": sum(map(sum, rows))}, sums


def listed(*numbers: int) -> tuple[Counts, Sums]:
    """A list of numbers 'A', 'B' … with their sum."""
    counts = dict(zip("ABCDEFGH", numbers, strict=False))
    return counts | {"total": sum(numbers)}, [("total", list(counts))]


# -- drawn: what stands in the picture is a number or, left out, a dot ------------------------------------------------

LISTS: list[tuple[str, str]] = [
    ("20 30 40 | 90", "20 30 40 | 90"),
    ("3 30 40 | 73", ". . 40 | 73"),  # the smallest other goes with it
    ("3 3 40 | 46", ". . 40 | 46"),  # together six: nobody else has to go
    ("3 2 40 | 45", ". . . | 45"),  # together five, and none of them nobody: neither could be five
    ("1 1 1 1 1 40 | 45", ". . . . . . | 45"),  # five lines of a sum of five would be one each
    ("1 2 40 | 43", ". . . | 43"),  # together three would be three people
    ("0 4 40 | 44", "0 . . | 44"),  # a zero hides nobody
    ("0 0 12 | 12", "0 0 12 | 12"),  # everybody and nobody tell nothing
    ("1 1 1 | 3", ". . . | ."),  # a whole that is small goes too
    ("4 4 4 | 12", ". . . | 12"),
    ("0 0 0 | 0", "0 0 0 | 0"),
    ("3 | 3", ". | ."),
    ("7 | 7", "7 | 7"),
]

TABLES: list[tuple[str, str]] = [
    (
        """
        20 30 | 50
        10 40 | 50
        30 70 | 100
        """,
        """
        20 30 | 50
        10 40 | 50
        30 70 | 100
        """,
    ),
    (  # one small cell takes three with it: its row, its column, and the corner between
        """
        3  30 40 | 73
        20 10 50 | 80
        23 40 90 | 153
        """,
        """
        .  .  40 | 73
        .  .  50 | 80
        23 40 90 | 153
        """,
    ),
    (  # two on a diagonal hold each other's corners
        """
        3  30 | 33
        40 2  | 42
        43 32 | 75
        """,
        """
        .  .  | 33
        .  .  | 42
        43 32 | 75
        """,
    ),
    (  # one row: its columns are its cells
        """
        2 30 40 | 72
        2 30 40 | 72
        """,
        """
        . . 40 | 72
        . . 40 | 72
        """,
    ),
    (  # zeros stay, and cannot be a corner
        """
        3  0  30 | 33
        0  20 10 | 30
        12 10 5  | 27
        15 30 45 | 90
        """,
        """
        .  0  .  | 33
        0  20 10 | 30
        .  10 .  | 27
        15 30 45 | 90
        """,
    ),
]


def picture(text: str) -> list[list[str]]:
    return [line.replace("|", " ").split() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("told", "shown"), LISTS)
def test_a_list_and_its_sum(told: str, shown: str) -> None:
    numbers = [int(word) for word in picture(told)[0]]
    counts, sums = listed(*numbers[:-1])
    out = left_out(counts, sums)
    assert ["." if cell in out else str(n) for cell, n in counts.items()] == picture(shown)[0]


@pytest.mark.parametrize(("told", "shown"), TABLES)
def test_a_table_of_two_ways(told: str, shown: str) -> None:
    rows = [[int(word) for word in line] for line in picture(told)]
    counts, sums = crossed([row[:-1] for row in rows[:-1]])
    out, letters, places = left_out(counts, sums), "ABCDEFGH"[: len(rows) - 1], range(1, len(rows[0]))
    cells = [[*(f"{letter}{place}" for place in places), letter] for letter in letters]
    cells.append([*map(str, places), "total"])
    assert [[counts[cell] for cell in line] for line in cells] == rows  # the picture adds up
    assert [["." if cell in out else str(counts[cell]) for cell in line] for line in cells] == picture(shown)


def test_a_small_difference_of_two_lists_is_kept_too() -> None:
    """Of 40 screened 38 were enrolled: where both stand, so do the two who were not."""
    counts = {"screened": 40, "enrolled": 38, "not": 2, "F": 20, "M": 18}
    out = left_out(counts, [("screened", ["enrolled", "not"]), ("enrolled", ["F", "M"])])
    assert out >= {"not"}
    assert len(out & {"screened", "enrolled"}) == 1
    assert "enrolled" not in out or out & {"F", "M"}  # else the two would add up to it


# -- any tables: an attacker who knows the method tries every table there could be ------------------------------------


def possible(counts: Counts, sums: Sums, out: frozenset[str], most: int) -> dict[str, set[int]]:
    """What each that is left out is in all tables of numbers from 1 (zeros are shown) to `most` with the same shown."""
    totals = {whole for whole, _ in sums}
    free = [cell for cell in counts if cell in out and cell not in totals]
    tried = 1 + np.indices((most,) * len(free), dtype=np.int16).reshape(len(free), most ** len(free))
    table: dict[str, Any] = {cell: n for cell, n in counts.items() if cell not in out}
    table |= dict(zip(free, tried, strict=True))
    fits = np.full(tried.shape[1], True)
    for whole, parts in sums:
        together = sum(table[part] for part in parts)
        fits &= table.setdefault(whole, together) == together
    return {cell: set(np.unique(table[cell][fits]).tolist()) for cell in out}


ROWS = st.lists(st.integers(0, 9), min_size=2, max_size=2)
SMALL_TABLES = st.lists(ROWS, min_size=1, max_size=3).map(crossed)
SMALL_LISTS = st.lists(st.integers(0, 9), min_size=1, max_size=5).map(lambda numbers: listed(*numbers))


@settings(max_examples=60, deadline=None)
@given(SMALL_TABLES | SMALL_LISTS, st.sampled_from([b"", b"one key", b"another"]))
def test_trying_every_table_finds_no_number_that_is_left_out(drawn: tuple[Counts, Sums], key: bytes) -> None:
    counts, sums = drawn
    out = left_out(counts, sums, key=key)
    assert {cell for cell, n in counts.items() if 0 < n < FEWEST} <= out
    assert not [cell for cell in out if counts[cell] == 0]
    found = possible(counts, sums, out, most=13)
    for cell in out:
        assert len(found[cell]) > 1, f"{cell} can be worked out"
        assert counts[cell] >= FEWEST or max(found[cell]) >= FEWEST, f"{cell} is known to be small"


LARGE_TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 25), min_size=width, max_size=width), min_size=2, max_size=7
    )
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(LARGE_TABLES)
def test_no_line_gives_away_what_is_left_out_of_it(rows: list[list[int]]) -> None:
    """Of every sum whose whole is shown either nothing is left out, or several that are five or more together."""
    counts, sums = crossed(rows)
    out = left_out(counts, sums)
    for whole, parts in sums:
        missing = [counts[part] for part in parts if part in out]
        if whole not in out and missing:
            assert len(missing) > 1
            assert sum(missing) - (len(missing) - 1) >= FEWEST  # the others are one each, at least


def test_which_others_are_left_out_tells_nothing_without_the_key() -> None:
    """Of 26 patients 11 are shown: were the smaller of the others always left out, only 4 and 11 would fit."""

    def fits(key: bytes) -> set[int]:
        return {n for n in range(1, FEWEST) if left_out(*listed(n, 11, 15 - n), key=key) == frozenset("AC")}

    assert fits(b"") == {4}
    assert set().union(*(fits(bytes([number])) for number in range(1, 12))) == {1, 2, 3, 4}
    assert fits(b"a key") == fits(b"a key")


def test_the_attack_finds_what_a_simple_rule_gives_away() -> None:
    """Leaving out the small ones only, or any two a line, is not enough: the same search finds them."""
    counts, sums = crossed([[3, 30], [20, 10]])
    assert possible(counts, sums, frozenset({"A1"}), most=40) == {"A1": {3}}
    counts, sums = listed(1, 2, 40)
    assert max(possible(counts, sums, frozenset("AB"), most=40)["A"]) < FEWEST
    counts, sums = listed(1, 1, 1, 1, 1, 40)
    assert possible(counts, sums, frozenset("ABCDE"), most=9) == {key: {1} for key in "ABCDE"}
