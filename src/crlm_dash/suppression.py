"""Small cells of tables that belong together: which to leave out so that none of them can be worked out from the rest.

Source: Kelly, Golden, Assad, Networks 22 (1992) 397-417; Fischetti, Salazar, Manage Sci 47 (2001) 1008-1027.
"""

from __future__ import annotations

import hmac
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

FEWEST = 5  # patients who may stand in a cell of their own
_DEARER = 4.0
Cell = TypeVar("Cell", bound=Hashable)


def left_out(
    counts: Mapping[Cell, int], sums: Sequence[tuple[Cell, Sequence[Cell]]], fewest: int = FEWEST, key: bytes = b""
) -> frozenset[Cell]:
    """
    The cells to leave out: those of 1 to `fewest` - 1, and as few others as keep these from being worked out.

    For every small cell there is then another set of tables, of whole numbers and with the same numbers shown, in
    which it is `fewest` or more; for every other cell left out, one in which it is another number. Zeros are shown and
    never changed: a reader may know that there can be none. So nothing that is left out is zero in any of these sets:
    five lines left out of a sum of five would be one each.

    Parameters
    ----------
    counts : cell → number of patients
    sums : a total and its parts, which add up to it; a cell may be part, or total, of several
    fewest : the smallest number that is no small cell
    key : a secret that makes some cells dearer than others, up to `_DEARER` times: who knows that always the smallest
        goes could tell from those that stayed how large the one that went can be at most, and so the small one
    """
    cells = [cell for cell, n in counts.items() if n]
    numbers = np.array([counts[cell] for cell in cells], dtype=float)
    balance, price = _balance(cells, sums), numbers * np.array([_dearness(cell, key) for cell in cells])
    small = [place for place, n in enumerate(numbers) if n < fewest]
    hidden = np.isin(np.arange(len(cells)), small)
    reached = numbers.copy()  # the largest each cell can be in the tables found so far
    for place in sorted(small, key=lambda each: numbers[each]):
        if reached[place] < fewest:
            change = _cheapest_change(place, fewest, numbers, np.where(hidden, 0.0, price), balance)
            hidden |= change != 0
            reached = np.maximum(reached, numbers + change)
    return frozenset(cell for cell, out in zip(cells, hidden, strict=True) if out)


def _dearness(cell: Hashable, key: bytes) -> float:
    """From 1 to `_DEARER`, as the key has it; 1 without a key."""
    if not key:
        return 1.0
    drawn = hmac.digest(key, repr(cell).encode(), "sha256")[:8]
    return 1 + (_DEARER - 1) * int.from_bytes(drawn, "big") / 2**64


def _balance(cells: Sequence[Cell], sums: Sequence[tuple[Cell, Sequence[Cell]]]) -> np.ndarray:
    """One row a sum, one column a cell: 1 for a part, -1 for the total."""
    column = {cell: place for place, cell in enumerate(cells)}
    rows = np.zeros((len(sums), len(cells)))
    for row, (total, parts) in zip(rows, sums, strict=True):
        for cell, sign in [*((part, 1.0) for part in parts), (total, -1.0)]:
            if cell in column:
                row[column[cell]] += sign
    return rows


def _cheapest_change(place: int, fewest: int, numbers: np.ndarray, cost: np.ndarray, balance: np.ndarray) -> np.ndarray:
    """How the cells change where the one at `place` becomes `fewest`, every sum holds, and the least is left out."""
    n = len(numbers)
    least, most = np.zeros(2 * n), np.concatenate([np.full(n, np.inf), numbers - 1])  # how much up, how much down
    least[place] = most[place] = fewest - numbers[place]
    most[n + place] = 0
    found = milp(
        np.tile(cost + 0.001, 2),
        integrality=np.ones(2 * n),
        bounds=Bounds(least, most),
        constraints=LinearConstraint(np.hstack([balance, -balance]), 0, 0),
    )
    assert found.success, found.message  # a part and all it is part of can always grow together
    change: np.ndarray = np.round(found.x[:n] - found.x[n:])
    return change
