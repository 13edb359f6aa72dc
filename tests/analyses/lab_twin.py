"""Grade shifts counted anew from the raw laboratory records, in plain Python and without our SQL."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Raw = Mapping[str, str]
Grade = Callable[[float, float | None, float | None, float | None], int | None]
Shift = tuple[str, str, str]  # group, grade at baseline, worst grade after it


def raw(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str | None) -> float | None:
    """A number, or None where the cell is empty or no number."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


def alt(value: float, low: float | None, high: float | None, baseline: float | None) -> int | None:
    """CTCAE v5.0 of ALT; `baseline` is that of a patient who started above normal, after it."""
    if baseline is not None:
        steps = [value >= 1.5 * baseline, value > 3 * baseline, value > 5 * baseline, value > 20 * baseline]
    elif high is None:
        return None
    else:
        steps = [value > high, value > 3 * high, value > 5 * high, value > 20 * high]
    return sum(steps)


def platelets(value: float, low: float | None, high: float | None, baseline: float | None) -> int | None:
    """CTCAE v5.0 of the platelet count, in 10⁹/L."""
    if value >= 75 and low is None:
        return None
    return sum([value < (low or 75), value < 75, value < 50, value < 25])


def shifts(
    records: Iterable[Raw], test: str, groups: Mapping[str, str], day_1: Mapping[str, str], grade: Grade
) -> Counter[Shift]:
    """
    How many went from which grade to which worst one.

    `groups`: subject → group; `day_1`: subject → ISO date of enrolment; `records`: rows of LB, values in one unit.
    """
    mine = defaultdict(list)
    for row in records:
        if row["LBTESTCD"] == test and number(row["LBSTRESN"]) is not None:
            mine[row["USUBJID"]].append(row)
    counted: Counter[Shift] = Counter()
    for subject, group in groups.items():
        rows = sorted(mine[subject], key=lambda row: (row["LBDTC"], float(row["LBSEQ"])))
        before = [row for row in rows if row["LBDTC"][:10] <= day_1[subject]]
        after = [row for row in rows if row["LBDTC"][:10] > day_1[subject]]
        start, high_start = (_graded(before[-1], grade, None), _if_high(before[-1])) if before else (None, None)
        grades = [_graded(row, grade, high_start) for row in after]
        known = [each for each in grades if each is not None]
        worst = str(max(known)) if known else "missing" if after else "no value after baseline"
        counted[group, "missing" if start is None else str(start), worst] += 1
    return counted


def _graded(row: Raw, grade: Grade, baseline: float | None) -> int | None:
    value = number(row["LBSTRESN"])
    assert value is not None
    return grade(value, number(row["LBSTNRLO"]), number(row["LBSTNRHI"]), baseline)


def _if_high(row: Raw) -> float | None:
    """The baseline, where it is above its upper limit."""
    value, high = number(row["LBSTRESN"]), number(row["LBSTNRHI"])
    return value if value is not None and high is not None and value > high else None
