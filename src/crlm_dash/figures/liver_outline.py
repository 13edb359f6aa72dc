"""A liver seen from the front, drawn for this product: the eight segments of Couinaud, 4 in its two halves.

Coordinates run to the right and down; the patient's right is on the left, as on a scan. Curves are cubic Bézier
pieces between named points, so that neighbours share their border exactly. The caudate lobe (1) lies behind; it is
shown where it shows above the others.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

Point = tuple[float, float]

WIDTH, HEIGHT = 1000.0, 560.0
_PIECES: dict[str, tuple[Point, Point, Point, Point]] = {
    # around
    "dome_7": ((60, 305), (55, 190), (120, 95), (240, 66)),
    "dome_8": ((240, 66), (310, 48), (400, 50), (462, 84)),
    "caudate": ((462, 84), (448, 2), (612, -6), (602, 112)),
    "left_top": ((602, 112), (700, 40), (905, 62), (992, 208)),
    "left_below": ((992, 208), (930, 330), (770, 372), (622, 352)),
    "below_4b": ((622, 352), (596, 396), (552, 420), (508, 432)),
    "below_5": ((508, 432), (462, 486), (390, 526), (312, 538)),
    "below_6": ((312, 538), (220, 552), (100, 520), (78, 420)),
    "side_6": ((78, 420), (66, 380), (60, 345), (60, 305)),
    # inside
    "caudate_foot": ((462, 84), (500, 122), (556, 136), (602, 112)),
    "right_vein_above": ((240, 66), (210, 140), (204, 222), (226, 304)),
    "right_vein_below": ((226, 304), (242, 384), (272, 462), (312, 538)),
    "plane_7_6": ((60, 305), (112, 322), (172, 316), (226, 304)),
    "plane_8_5": ((226, 304), (312, 286), (400, 284), (484, 292)),
    "middle_vein_above": ((462, 84), (454, 150), (464, 222), (484, 292)),
    "middle_vein_below": ((484, 292), (492, 338), (500, 386), (508, 432)),
    "plane_4": ((484, 292), (524, 274), (570, 254), (611, 244)),
    "fissure_2": ((602, 112), (604, 140), (606, 168), (607, 192)),
    "fissure_4a": ((607, 192), (608, 210), (610, 228), (611, 244)),
    "fissure_4b": ((611, 244), (614, 280), (618, 318), (622, 352)),
    "left_vein": ((607, 192), (700, 176), (860, 176), (992, 208)),
}
_BORDERS: dict[str, tuple[str, ...]] = {  # around each segment; "-": the piece is walked backwards
    "1": ("caudate", "-caudate_foot"),
    "2": ("left_top", "-left_vein", "-fissure_2"),
    "3": ("left_vein", "left_below", "-fissure_4b", "-fissure_4a"),
    "4A": ("caudate_foot", "fissure_2", "fissure_4a", "-plane_4", "-middle_vein_above"),
    "4B": ("plane_4", "fissure_4b", "below_4b", "-middle_vein_below"),
    "5": ("plane_8_5", "middle_vein_below", "below_5", "-right_vein_below"),
    "6": ("plane_7_6", "right_vein_below", "below_6", "side_6"),
    "7": ("dome_7", "right_vein_above", "-plane_7_6"),
    "8": ("dome_8", "middle_vein_above", "-plane_8_5", "-right_vein_above"),
}
_AROUND = (
    "dome_7", "dome_8", "caudate", "left_top", "left_below", "below_4b", "below_5", "below_6", "side_6",
)  # fmt: skip
LABELS: dict[str, Point] = {  # where the number of each segment stands, clear of its lesions
    "1": (486, 70), "2": (668, 112), "3": (668, 324), "4A": (500, 158), "4B": (534, 396), "5": (330, 506),
    "6": (112, 352), "7": (112, 268), "8": (262, 104),
}  # fmt: skip
GALLBLADDER = "M 500,436 C 484,452 470,480 482,498 C 494,512 520,504 522,482 C 524,462 516,446 508,432 Z"
_STEPS = 12  # points a curve is sampled at


class Region(NamedTuple):
    """A place lesions are drawn in: its outline, as SVG and as points, and where its name stands."""

    path: str
    points: tuple[Point, ...]
    label: Point
    in_rows: bool = False  # lesions stand in rows, not spread


def _piece(name: str) -> tuple[Point, Point, Point, Point]:
    if name.startswith("-"):
        first, second, third, fourth = _PIECES[name[1:]]
        return fourth, third, second, first
    return _PIECES[name]


def path_of(names: tuple[str, ...]) -> str:
    """Pieces one after another as a closed SVG path."""
    start = _piece(names[0])[0]
    curves = [" C " + " ".join(f"{x:g},{y:g}" for x, y in _piece(name)[1:]) for name in names]
    return f"M {start[0]:g},{start[1]:g}" + "".join(curves) + " Z"


def _sampled(names: tuple[str, ...]) -> tuple[Point, ...]:
    found = []
    for name in names:
        a, b, c, d = _piece(name)
        for step in range(_STEPS):
            t = step / _STEPS
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            ends = (a, b, c, d)
            x = sum(weight * end[0] for weight, end in zip(weights, ends, strict=True))
            found.append((x, sum(weight * end[1] for weight, end in zip(weights, ends, strict=True))))
    return tuple(found)


@cache
def segments() -> dict[str, Region]:
    """The segments, by name."""
    return {name: Region(path_of(names), _sampled(names), LABELS[name]) for name, names in _BORDERS.items()}


@cache
def outline() -> str:
    """The whole liver as one SVG path."""
    return path_of(_AROUND)


def box(left: float, top: float, width: float, height: float) -> Region:
    """A rectangle with round corners, for what is not in the liver; its name stands at its top left."""
    r, right, bottom = 14.0, left + width, top + height
    path = (
        f"M {left + r:g},{top:g} L {right - r:g},{top:g} Q {right:g},{top:g} {right:g},{top + r:g} "
        f"L {right:g},{bottom - r:g} Q {right:g},{bottom:g} {right - r:g},{bottom:g} "
        f"L {left + r:g},{bottom:g} Q {left:g},{bottom:g} {left:g},{bottom - r:g} "
        f"L {left:g},{top + r:g} Q {left:g},{top:g} {left + r:g},{top:g} Z"
    )
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Region(path, corners, (left + 12, top + 8))
