"""The picture of quality of life: up is better, limits where there are ten, every form in the strip once."""

from __future__ import annotations

import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import qol as analysis
from crlm_dash.analyses.result import Result
from crlm_dash.figures import qol
from tests.analyses.tiny import cut_of, door_into, full


def asked(role: Role = Role.STATISTICIAN, **options: str) -> Result:
    return analysis(door_into(cut_of(full()), role), **options)


@pytest.mark.parametrize(("scale", "upright"), [("QL", True), ("PA", False)])
@pytest.mark.parametrize("score", [True, False])
def test_up_is_better(scale: str, upright: bool, score: bool) -> None:
    low, high = qol(asked(scale=scale), score=score).layout.yaxis.range
    assert (low < high) is upright


def test_each_group_has_its_line_and_its_strip_of_all_its_patients() -> None:
    figure = qol(asked(by="arm"))
    assert [trace.name.strip() for trace in figure.data if trace.showlegend][:2] == ["Zap now", "Received"]
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert {trace.yaxis for trace in bars} == {"y2", "y3"}
    for axis in ("y2", "y3"):
        shares = [trace.y[1] for trace in bars if trace.yaxis == axis]
        assert sum(shares) == pytest.approx(100)
    texts = [note.text for note in figure.layout.annotations]
    assert "6 of 7" in texts
    assert "7 of 8" in texts


def test_few_have_a_pale_mean_without_limits() -> None:
    few = next(trace for trace in qol(asked(by="arm")).data if trace.mode == "markers")
    assert list(few.marker.opacity) == [0.35]
    assert few.error_y.array[0] != few.error_y.array[0]
    many = next(trace for trace in qol(asked()).data if trace.mode == "markers")
    assert list(many.marker.opacity) == [1.0]
    assert many.error_y.array[0] > 0


def test_the_band_is_the_important_difference() -> None:
    band = qol(asked()).layout.shapes[0]
    assert (band.y0, band.y1) == (-10, 10)
    assert not [shape for shape in qol(asked(), score=True).layout.shapes if shape.type == "rect"]
