"""Colours that stand for different things stay apart for eyes without green cones."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from crlm_dash.figures.timeline_courses import ABOVE, BELOW, MARKERS
from crlm_dash.figures.timeline_lanes import RESPONSE_COLOURS
from crlm_dash.palette import CAUSE_COLOURS, GRADE_COLOURS, GROUP_COLOURS

# Deuteranopia of severity 1.0, on linear RGB: Machado, Oliveira & Fernandes, IEEE TVCG 15 (2009) 1291-1298.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
# sRGB to XYZ (IEC 61966-2-1), D65.
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ @ np.ones(3)
APART = 10.0  # CIE 1976: told apart at a glance; about 2 is just noticeable

COURSES = [[colour for colour, _, _ in tests.values()] for tests in (MARKERS, ABOVE, BELOW)]
SETS = {
    "responses": list(RESPONSE_COLOURS.values()),
    "grades": [GRADE_COLOURS[grade] for grade in "12345"],
    "causes": list(CAUSE_COLOURS.values()),
    "groups": list(GROUP_COLOURS[:4]),
    "markers": COURSES[0],
    "above": COURSES[1],
    "below": COURSES[2],
}


def linear(colour: str) -> np.ndarray:
    """Linear RGB of a hex colour."""
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of a linear RGB colour."""
    ratio = TO_XYZ @ rgb / WHITE
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, seen_by: np.ndarray) -> float:
    """How different two colours look."""
    first, second = (lab(np.clip(seen_by @ linear(each), 0, 1)) for each in (one, other))
    return float(np.linalg.norm(first - second))


@pytest.mark.parametrize("name", SETS)
def test_colours_of_one_picture_are_told_apart_without_green_cones(name: str) -> None:
    near = [
        (one, other, round(apart(one, other, DEUTERANOPIA), 1))
        for one, other in combinations(SETS[name], 2)
        if apart(one, other, DEUTERANOPIA) < APART
    ]
    assert near == []


def test_the_simulation_confuses_what_such_eyes_confuse() -> None:
    assert apart("#C03A2B", "#7A6A00", DEUTERANOPIA) < APART < apart("#C03A2B", "#7A6A00", np.eye(3))


def test_the_scale_of_differences_is_that_of_the_standard() -> None:
    assert apart("#FFFFFF", "#000000", np.eye(3)) == pytest.approx(100, abs=0.1)
    assert lab(linear("#FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.1)  # Lindbloom's calculator, D65
