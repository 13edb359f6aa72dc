"""The map of the liver and the lanes: every lesion drawn, in its own place, none over another."""

from __future__ import annotations

import datetime as dt
from itertools import combinations, pairwise
from math import hypot
from typing import Any

import plotly.graph_objects as go
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import Result, lesions
from crlm_dash.analyses.couinaud import SEGMENTS
from crlm_dash.figures import lesion_lanes, liver_map
from crlm_dash.figures.lesion_looks import LOOKS
from crlm_dash.figures.liver_outline import _BORDERS, _PIECES, Region, _piece, segments
from crlm_dash.figures.liver_places import places
from crlm_dash.figures.response_looks import COLOURS
from tests.analyses.imaged import Row, imaged, lesion, procedure

Point = tuple[float, float]


def result_of(*found: list[Row], procedures: tuple[Row, ...] = (), role: Role = Role.MDT) -> Result:
    return lesions(imaged(found, procedures, role=role), usubjid="T-01")


def circles(figure: go.Figure) -> list[Any]:
    return [shape for shape in figure.layout.shapes if shape.type == "circle"]


def numbers(figure: go.Figure) -> Any:
    """The trace that names each lesion drawn."""
    return next(trace for trace in figure.data if trace.mode == "markers+text")


def drawn(figure: go.Figure) -> dict[str, Point]:
    trace = numbers(figure)
    return {custom[0]: (x, y) for custom, x, y in zip(trace.customdata, trace.x, trace.y, strict=True)}


def written(figure: go.Figure) -> dict[str, str]:
    trace = numbers(figure)
    words = [text.removeprefix("<b>").removesuffix("</b>") for text in trace.text]
    return {custom[0]: word for custom, word in zip(trace.customdata, words, strict=True)}


def is_inside(point: Point, region: Region) -> bool:
    crossed = False
    for (x1, y1), (x2, y2) in zip(region.points, (*region.points[1:], region.points[0]), strict=True):
        if (y1 > point[1]) != (y2 > point[1]) and point[0] < (x2 - x1) * (point[1] - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


def area(points: tuple[Point, ...]) -> float:
    closed = (*points, points[0])
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(closed))) / 2


def test_the_segments_are_closed_and_share_their_borders_once_each_way() -> None:
    assert tuple(sorted(_BORDERS)) == tuple(sorted(SEGMENTS))
    for names in _BORDERS.values():
        for before, after in zip(names, (*names[1:], names[0]), strict=True):
            assert _piece(before)[-1] == _piece(after)[0]
    walked = [name for names in _BORDERS.values() for name in names]
    for name in _PIECES:
        assert walked.count(name) + walked.count(f"-{name}") in (1, 2)
        assert walked.count(name) == 1


def test_every_number_stands_in_its_segment() -> None:
    for region in segments().values():
        assert is_inside(region.label, region)
        assert area(region.points) > 8_000


def test_each_lesion_is_drawn_in_the_segment_it_is_recorded_in() -> None:
    found = [lesion(f"L{name}", [20, 20], segment=name) for name in SEGMENTS]
    at = drawn(liver_map(result_of(*found), 2))
    for name, region in segments().items():
        assert [lesion_ for lesion_, point in at.items() if is_inside(point, region)] == [f"L{name}"]


def forty() -> list[list[Row]]:
    return [lesion(f"L{n:02d}", [8 + n, 6 + n, 0], segment=SEGMENTS[n % 9]) for n in range(40)]


def test_forty_lesions_are_all_drawn_without_overlap_and_stay_where_they_are() -> None:
    result = result_of(*forty())
    first, second = liver_map(result, 1), liver_map(result, 2)
    assert len(circles(first)) == len(circles(second)) == 40
    assert drawn(first) == drawn(second) == drawn(liver_map(result, 3))
    around = [((c.x0 + c.x1) / 2, (c.y0 + c.y1) / 2, (c.x1 - c.x0) / 2) for c in circles(first)]
    assert len(set(around)) == 40
    for (x1, y1, r1), (x2, y2, r2) in combinations(around, 2):
        assert hypot(x1 - x2, y1 - y2) >= r1 + r2


def test_circles_are_in_proportion() -> None:
    figure = liver_map(result_of(lesion("L1", [40, 40]), lesion("L2", [20, 20], segment="3")), 2)
    wide = sorted(c.x1 - c.x0 for c in circles(figure))
    assert wide[1] == pytest.approx(2 * wide[0])
    assert written(figure) == {"L1": "40", "L2": "20"}


def test_a_hundred_lesions_in_one_segment_are_still_all_there() -> None:
    crowd = tuple((f"L{n}", 30.0) for n in range(100))
    found, _ = places({"1": crowd}, segments())
    assert len(found) == 100


def test_only_what_has_been_seen_by_the_scan_is_drawn() -> None:
    result = result_of(lesion("L1", [20, 20]), lesion("L2", [None, 9], role="NEW", segment="3"))
    assert set(drawn(liver_map(result, 1))) == {"L1"}
    assert set(drawn(liver_map(result, 2))) == {"L1", "L2"}
    legend = [trace.name.strip() for trace in liver_map(result, 2).data if trace.name]
    assert legend == ["New <b>1</b>", "Controlled <b>1</b>"]


def test_a_ring_tells_what_was_done_by_then() -> None:
    result = result_of(
        lesion("L1", [20, 0, 0], segment="6"),
        lesion("L2", [20, 20, 0], segment="3"),
        lesion("L3", [20, 20, 0], segment="2"),
        procedures=(
            procedure("HEPATECTOMY", dt.date(2025, 2, 1), "LIVER SEGMENT 6"),
            procedure("ABLATION", dt.date(2025, 5, 1), "LIVER SEGMENT 3"),
            procedure("HAIC", dt.date(2025, 5, 1), "LIVER"),
        ),
    )
    assert written(liver_map(result, 2)) == {"L1": "R", "L2": "20", "L3": "20"}
    assert written(liver_map(result, 3)) == {"L1": "R", "L2": "A", "L3": "×"}
    key = [note.text for note in liver_map(result, 3).layout.annotations if "Letters" in note.text]
    assert key == [
        "Numbers are mm, circles in proportion.<br>Letters: what was done where the lesion was: <b>R</b> resected, "
        "<b>A</b> ablated."
    ]


def test_what_is_not_in_the_liver_stands_beside_it_and_the_unknown_last() -> None:
    result = result_of(
        lesion("L1", [9, 9], segment=None),
        lesion("L2", [9, 9], organ="LUNG", segment=None),
        lesion("L3", [9, 9], organ=None, segment=None),
        lesion("L4", [9, 9], organ="BONE", segment=None),
    )
    figure = liver_map(result, 2)
    assert all(x > 1000 for x, _ in drawn(figure).values())
    names = [note.text.removeprefix("<b>").split("</b>")[0] for note in figure.layout.annotations]
    boxes = [name for name in names if name in ("Bone", "Lung", "Segment unknown", "Organ unknown")]
    assert boxes == ["Bone", "Lung", "Segment unknown", "Organ unknown"]


def test_a_hover_tells_size_change_state_and_treatment() -> None:
    result = result_of(
        lesion("L1", [20, 26], segment="6"),
        procedures=(procedure("ABLATION", dt.date(2025, 2, 1), "LIVER SEGMENT 6"),),
    )
    (words,) = numbers(liver_map(result, 2)).hovertext
    for word in ("L1", "segment 6", "Locally progressing", "26 mm", "10 Apr 2025, day 91", "+6 mm", "Ablation day 23"):
        assert word in words


def bands(figure: go.Figure) -> dict[str, int]:
    return {t.name.strip(): list(t.x).count(None) for t in figure.data if t.fill == "toself"}


def test_a_lane_for_every_lesion_with_bands_in_the_colour_of_what_became_of_it() -> None:
    figure = lesion_lanes(result_of(lesion("L1", [20, 26, 26]), lesion("L2", [20, 20, 0], segment="3")), 2)
    assert list(figure.layout.yaxis.ticktext) == ["<b>S3</b>  L2  ", "<b>S8</b>  L1  "]
    assert bands(figure) == {"Controlled": 2, "Locally progressing": 2}  # one of them tapers off
    ends = [note.text for note in figure.layout.annotations if note.xanchor == "left"]
    assert ends == ["gone", "26 mm"]


def test_forty_lanes_are_tall_enough_to_be_read() -> None:
    figure = lesion_lanes(result_of(*forty()), 1)
    assert len(figure.layout.yaxis.ticktext) == 40
    assert figure.layout.height > 40 * 28


def test_what_was_done_stands_in_the_lanes_of_its_place() -> None:
    done = (procedure("ABLATION", dt.date(2025, 2, 1), "LIVER SEGMENT 3"),)
    found = (lesion("L1", [20, 20]), lesion("L2", [20, 0], segment="3"))
    figure = lesion_lanes(result_of(*found, procedures=done), 2)
    (glyphs,) = [trace for trace in figure.data if trace.name and "Ablation" in trace.name]
    assert list(glyphs.y) == [0]  # L2 is the first lane, of segment 3
    coded = lesion_lanes(result_of(*found, procedures=done, role=Role.DSMB), 2)
    assert not [trace for trace in coded.data if trace.name and "Ablation" in trace.name]


def test_one_scan_alone_is_drawn_too() -> None:
    result = result_of(lesion("L1", [20]))
    assert len(circles(liver_map(result, 1))) == 1
    assert bands(lesion_lanes(result, 1)) == {}


def test_a_lesion_that_is_there_but_was_not_measured_has_a_thin_band() -> None:
    figure = lesion_lanes(result_of(lesion("L1", ["PRESENT", "PRESENT", None]), lesion("L2", [9, 9, 9])), 1)
    assert bands(figure) == {"Controlled": 3}
    (quiet,) = [trace for trace in figure.data if trace.name and trace.name.startswith("Gone")]
    assert list(quiet.x).count(None) == 1  # after it nobody looked


def test_six_places_outside_the_liver_stand_in_two_columns_with_their_lesions_inside() -> None:
    organs = ("LUNG", "BONE", "SPLEEN", "PERITONEUM", "LYMPH NODE", None)
    result = result_of(*(lesion(f"L{n}", [30, 30], organ=organ, segment=None) for n, organ in enumerate(organs)))
    at = drawn(liver_map(result, 2))
    assert len({round(x) for x, _ in at.values()}) == 2
    assert all(1040 < x < 1510 and 0 < y < 560 for x, y in at.values())


def in_deuteranopia(colour: str) -> tuple[float, float, float]:
    """A colour as who lacks the middle cones sees it (Machado, Oliveira & Fernandes 2009, severity 1), 0 to 1."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return (
        0.367322 * red + 0.860646 * green - 0.227968 * blue,
        0.280085 * red + 0.672501 * green + 0.047413 * blue,
        -0.011820 * red + 0.042940 * green + 0.968881 * blue,
    )


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize(
    "colours",
    [
        [LOOKS[state].fill for state in ("new", "progressing", "controlled", "present", "uncertain")],
        [COLOURS[code] for code in ("CR", "PR", "SD", "PD", "not known", "died")],
    ],
)
def test_states_are_told_apart_without_the_middle_cones(colours: list[str]) -> None:
    seen = [in_deuteranopia(colour) for colour in colours]
    for one, other in combinations(seen, 2):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) > 0.04


def test_a_box_with_many_lesions_is_higher_and_its_name_stays_clear() -> None:
    unknown = [lesion(f"U{n:02d}", [12, 12, 18], segment=None) for n in range(13)]
    elsewhere = [
        lesion("N1", [9, 9, 9], organ="LUNG", segment=None),
        lesion("N2", [9, 9, 9], organ="BONE", segment=None),
    ]
    figure = liver_map(result_of(*unknown, *elsewhere), 3)
    at = drawn(figure)
    names = {note.text.removeprefix("<b>").partition("</b>")[0]: note.y for note in figure.layout.annotations}
    names = {name: y for name, y in names.items() if name in ("Lung", "Bone", "Segment unknown")}
    assert sorted(names, key=names.__getitem__) == ["Bone", "Lung", "Segment unknown"]
    assert names["Lung"] - names["Bone"] < 250  # few lesions, a low box
    tops = [at[f"U{n:02d}"][1] for n in range(13)]
    radii = [shape.y1 - shape.y0 for shape in circles(figure)]
    assert min(tops) - max(radii) / 2 > names["Segment unknown"] + 8
    assert max(tops) < max(point[1] for each in segments().values() for point in each.points) + 30
