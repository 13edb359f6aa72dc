"""Where each lesion is drawn: circles of true proportions, none over another as long as there is room."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from crlm_dash.figures.liver_outline import Region

LARGEST, SMALLEST = 3.4, 0.9  # units of the drawing a millimetre
LEAST_RADIUS = 11.0
_SMALLER = 0.88  # of the scale, once there is no room
_GRID, _GAP, _OVER = 7.0, 2.5, 0.82  # of a circle this much must be inside its region
_NAME_ROOM = 19.0  # kept clear around a segment's number

Floats = npt.NDArray[np.float64]
Circle = tuple[float, float, float]  # x, y, radius
Placed = tuple[tuple[str, Circle], ...]


def places(
    wanted: Mapping[str, tuple[tuple[str, float], ...]], regions: Mapping[str, Region]
) -> tuple[dict[str, Circle], float]:
    """
    A circle for every lesion, and the scale (units of the drawing a millimetre) at which they all have room.

    Parameters
    ----------
    wanted : region → its lesions, each with its largest diameter (mm) over time, so that none moves from scan to scan
    regions : region → its outline

    Returns
    -------
    lesion → circle (of its largest diameter); the scale. At the smallest scale circles may overlap, none is left out.
    """
    scale = LARGEST
    while True:
        found = {name: _packed(regions[name], lesions, round(scale, 4)) for name, lesions in wanted.items() if lesions}
        if all(fits for _, fits in found.values()) or scale * _SMALLER < SMALLEST:
            circles = {lesion: circle for placed, _ in found.values() for lesion, circle in placed}
            return circles, scale
        scale *= _SMALLER


def radius(size: float, scale: float) -> float:
    """The radius of a lesion of `size` mm; small ones are drawn as large as can still be seen."""
    return max(size * scale / 2, LEAST_RADIUS)


@lru_cache(maxsize=2048)
def _packed(region: Region, lesions: tuple[tuple[str, float], ...], scale: float) -> tuple[Placed, bool]:
    """The largest first, each where it has most room; whether all had enough."""
    grid, edge = _candidates(region)
    away = np.hypot(grid[:, 0] - region.label[0], grid[:, 1] - region.label[1]) - _NAME_ROOM
    names = np.full(len(grid), np.inf) if region.in_rows else away
    room, placed, fits = np.minimum(edge / _OVER, names), [], True
    for lesion, size in sorted(lesions, key=lambda each: (-each[1], each[0])):
        r = radius(size, scale)
        wanted = np.minimum(room, r + _GAP) if region.in_rows else room
        at = int(np.argmax(wanted))
        fits = fits and bool(room[at] >= r)
        x, y = float(grid[at, 0]), float(grid[at, 1])
        placed.append((lesion, (x, y, r)))
        room = np.minimum(room, np.hypot(grid[:, 0] - x, grid[:, 1] - y) - r - _GAP)
    return tuple(placed), fits


@lru_cache(maxsize=256)
def _candidates(region: Region) -> tuple[Floats, Floats]:
    """Points inside a region, and how far each is from its border."""
    corners = np.asarray(region.points, dtype=float)
    low, high = corners.min(axis=0), corners.max(axis=0)
    x, y = np.meshgrid(np.arange(low[0], high[0], _GRID), np.arange(low[1], high[1], _GRID))
    grid = np.column_stack([x.ravel(), y.ravel()])
    inside = _inside(grid, corners)
    grid = grid[inside] if inside.any() else corners.mean(axis=0, keepdims=True)
    return grid, _distance(grid, corners)


def _inside(grid: Floats, corners: Floats) -> npt.NDArray[np.bool_]:
    """Which points a ray to the right leaves through an odd number of sides."""
    crossed = np.zeros(len(grid), dtype=bool)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        level = (y1 > grid[:, 1]) != (y2 > grid[:, 1])
        crossed ^= level & (grid[:, 0] < (x2 - x1) * (grid[:, 1] - y1) / (y2 - y1) + x1)
    return crossed


def _distance(grid: Floats, corners: Floats) -> Floats:
    """Distance of each point to the nearest side."""
    nearest = np.full(len(grid), np.inf)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        side = end - start
        length = float(side @ side) or 1.0
        share = np.clip((grid - start) @ side / length, 0, 1)
        nearest = np.minimum(nearest, np.linalg.norm(grid - start - share[:, None] * side, axis=1))
    return nearest
