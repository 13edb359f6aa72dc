"""The stopping lines as they are drawn: the path, the line, the ground above it; z between its bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from crlm_dash import figures, tables
from crlm_dash.access import Role
from crlm_dash.analyses import monitoring
from tests.analyses.monitored import ALIVE, DEAD, RULES, boundary, followed, made_of, patients, trial, watched


def on(figure: Any, axis: str) -> list[Any]:
    return [trace for trace in figure.data if (trace.xaxis or "x") == axis]


def written(figure: Any) -> str:
    return " ".join(note.text for note in figure.layout.annotations)


def test_each_rule_has_a_panel_with_its_line_its_stop_region_and_its_path() -> None:
    result = monitoring(watched(trial([DEAD, ALIVE, ALIVE, ALIVE]), RULES))
    drawn = figures.stopping_rules(result)
    for axis, rule in (("x", "deaths"), ("x2", "worse")):
        line, region, path, mark = on(drawn, axis)
        wanted = result.tables["line"].set_index("rule").loc[rule]
        assert list(line.x) == wanted["n"].tolist()
        assert list(line.y) == wanted["n_stop"].tolist()
        assert line.line.shape == "hv"
        assert region.fill == "tonexty"
        assert list(region.x) == list(line.x)
        assert set(region.y) == {max([*line.y, *path.y]) + 2}
        walked = result.tables["path"].set_index("rule").loc[rule]
        assert [list(path.x), list(path.y)] == [walked["n"].tolist(), walked["n_event"].tolist()]
        assert (mark.x[0], mark.y[0]) == (path.x[-1], path.y[-1])
    said = written(drawn)
    assert "Deaths after procedures<br><b><span style='color:#0B4F7D'>1 of 4, the line is at" in said
    assert said.count("Stop</b>") == 2


def test_panels_do_not_overlap_whatever_their_number() -> None:
    three = RULES + RULES.split("[[monitoring.rules]]")[1].join(["[[monitoring.rules]]", ""]).replace("deaths", "third")
    drawn = figures.stopping_rules(monitoring(watched(trial([DEAD, ALIVE]), three)))
    layout = drawn.layout
    spots = [(layout[f"xaxis{n}"].domain, layout[f"yaxis{n}"].domain) for n in ("", 2, 3)]
    for place, (x, y) in enumerate(spots):
        assert 0 <= x[0] < x[1] <= 1
        assert 0 <= y[0] < y[1] <= 1
        for x2, y2 in spots[place + 1 :]:
            assert x[1] <= x2[0] or x2[1] <= x[0] or y[1] <= y2[0] or y2[1] <= y[0]


def test_nobody_yet_draws_the_line_alone() -> None:
    drawn = figures.stopping_rules(monitoring(watched({}, RULES)))
    line, region, path, mark = on(drawn, "x")
    assert len(line.x) > 1
    assert len(region.x) == len(line.x)
    assert (len(path.x), len(mark.x)) == (0, 0)
    assert "0 of 0" in written(drawn)


def test_without_rules_nothing_is_drawn() -> None:
    result = monitoring(watched(followed(patients(3)), boundary(30, [0.5, 1.0])))
    assert len(figures.stopping_rules(result).data) == 0
    assert tables.monitoring_rules(result).empty
    assert tables.monitoring_line(result).empty
    assert tables.monitoring_operating(result).empty


def test_bounds_mirror_each_other_and_z_stands_between_or_beyond() -> None:
    result = monitoring(watched(followed(made_of(13)), boundary(20, [0.5, 0.8, 1.0])))
    drawn = figures.boundary(result)
    upper, _, lower, _, now_up, now_down, path = drawn.data
    planned = result.tables["boundary"].dropna(subset="look")
    assert list(upper.x) == planned["events"].tolist() == [10, 16, 20]
    np.testing.assert_allclose(upper.y, planned["bound"])
    np.testing.assert_allclose(lower.y, -planned["bound"])
    present = result.tables["boundary"]["bound"].iloc[1]
    assert (now_up.x[0], now_up.y[0], now_down.y[0]) == (13, present, -present)
    looks = result.tables["looks"]
    assert list(path.x) == looks["events"].tolist()
    np.testing.assert_allclose(path.y, looks["z"])
    assert [bool(text) for text in path.text] == [False, True]
    said = written(drawn)
    for word in ("Look 1<br>50 %", "Look 3<br>100 %", "fewer events in<br>Zap now", "fewer events in<br>Pills only"):
        assert word in said
    low, high = drawn.layout.yaxis.range
    assert low == -high
    assert all(high > abs(each) for each in [*upper.y, *path.y])


@pytest.mark.parametrize("made", [made_of(0), [("Zap", 0, 20 + n, True) for n in range(12)]])
def test_a_plan_without_a_look_is_drawn_without_z(made: list[Any]) -> None:
    result = monitoring(watched(followed(made), boundary(20, [0.5, 1.0])))
    *_, path = figures.boundary(result).data
    assert len(path.x) == 0
    shown = tables.monitoring_boundary(result)
    assert shown["Day"].tolist() == ["not reached"] * 2
    assert shown["z"].tolist() == ["–", "–"]


def test_tables_say_what_was_reached_and_what_was_not() -> None:
    result = monitoring(watched(trial([DEAD, DEAD, DEAD, ALIVE]), RULES + boundary(20, [0.5, 1.0])))
    rules = tables.monitoring_rules(result)
    assert rules["Reached"].tolist() == ["YES, first after 3 patients", "no"]
    assert rules["Seen"].tolist() == ["3 of 4", "0 of 4"]
    assert rules["Probability"].iloc[0] == "97.4 % for a rate above 5 %"
    assert tables.monitoring_line(result)["Deaths after procedures"].iloc[0] == "from 3 patients on"
    chances = tables.monitoring_operating(result)
    assert chances["True rate"].tolist()[:2] == ["2.5 %", "5 %"]
    assert chances["Patients on average"].str.endswith("of 40").all()


def test_the_table_of_looks_is_signed_and_says_when_nothing_is_left() -> None:
    beyond = monitoring(watched(followed(made_of(23)), boundary(20, [0.5, 1.0]), Role.DSMB))
    shown = tables.monitoring_boundary(beyond)
    assert shown["Look"].tolist() == ["1", "2", "now, if made a look"]
    assert shown["Bound"].iloc[-1] == "no error left"
    assert shown["z"].str.match(r"[+−]\d\.\d\d$").all()
    assert shown["Crossed"].tolist() == ["no", "no", "no"]
    small = monitoring(watched(followed(made_of(4, alive=3)), boundary(20, [0.5, 1.0])))
    assert tables.monitoring_boundary(small)["z"].tolist()[0] == "N/A (n < 10)"
