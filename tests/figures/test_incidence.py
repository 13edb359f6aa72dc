"""Incidence figures, by the values that are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from crlm_dash.analyses.result import Result
from crlm_dash.figures import first_failure, incidence
from crlm_dash.figures.style import group_styles
from tests.figures.results import result

CAUSES = ((1, "Liver only", "liver"), (2, "Liver and extrahepatic", "both"), (3, "Death", "death"))
MONTHS = [0.0, 6.0, 12.0, 18.0, 24.0]
N_RISK = [40, 30, 20, 9, 3]
FRAME = "strata cause time n_risk n_event estimate std_error conf_low conf_high".split()


def failing(*groups: str, causes: tuple[tuple[int, str, str], ...] = CAUSES, overstated: bool = False) -> Result:
    """Each cause adds 2 % times its number every six months; follow-up of 40 thins out to 3."""
    curves, free, at_risk, events, landmarks = [], [], [], [], []
    for group in groups:
        for step, (time, n) in enumerate(zip(MONTHS, N_RISK, strict=True)):
            shares = {cause: 0.02 * cause * step for cause, _, _ in causes}
            for cause, share in shares.items():
                limits = (share * 0.5, share * 1.5) if share else (np.nan, np.nan)
                curves.append((group, cause, time, n, 1, share, 0.01, *limits))
            free.append((group, time, n, 1 - sum(shares.values())))
            at_risk.append((group, time, 40, n, step, 40 - n - step))
        landmarks += [(group, cause, 12.0, 20, 0.04 * cause, 0.01, 0.4) for cause, _, _ in causes]
        events += [(group, cause, label, 4, 10.0) for cause, label, _ in (*causes, (0, "None so far (censored)", ""))]
    frame = pd.DataFrame(curves, columns=FRAME).sort_values(["strata", "cause", "time"], ignore_index=True)
    over = frame.assign(estimate=frame["estimate"] * 1.2)[["strata", "cause", "time", "estimate"]]
    tables = {
        "curves": frame,
        "event_free": pd.DataFrame(free, columns="strata time n_risk estimate".split()),
        "at_risk": pd.DataFrame(at_risk, columns="strata time n_entered n_risk n_event n_censor".split()),
        "first_events": pd.DataFrame(events, columns="strata cause label n percent".split()),
        "landmarks": pd.DataFrame(landmarks, columns="strata cause time n_risk estimate conf_low conf_high".split()),
        "causes": pd.DataFrame([(*each, 4) for each in CAUSES], columns="cause label kind n".split()),
        "overstated": over if overstated else over[:0],
    }
    facts = {"unit": "months", "axis": "Months since enrolment", "order": list(groups), "horizon_words": "1 year"}
    return result("incidence", tables, facts=facts | {"horizon": 12.0 if causes else None})


def bands(figure: go.Figure, group: str) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.stackgroup == group]


def numbers(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.mode == "text"]


@pytest.mark.parametrize("groups", [("All",), ("Arm A", "Arm B"), ("X", "Y", "Z"), tuple("PQRST")])
def test_the_bands_are_the_curves_and_with_the_rest_everyone(groups: tuple[str, ...]) -> None:
    shown = failing(*groups)
    figure = first_failure(shown)
    for group in groups:
        mine = bands(figure, group)
        assert [band.name.strip() for band in mine] == [label for _, label, _ in CAUSES]
        assert all(list(band.x) == MONTHS and band.line.shape == "hv" for band in mine)
        total = np.sum([band.y for band in mine], axis=0)
        free = shown.tables["event_free"].query(f"strata == '{group}'")["estimate"]
        np.testing.assert_allclose(total + free, 1)


def test_the_panels_share_both_scales() -> None:
    figure = first_failure(failing("Arm A", "Arm B"))
    layout = figure.layout
    assert tuple(layout.yaxis.range) == tuple(layout.yaxis3.range) == (0, 1)
    assert layout.xaxis2.matches == "x"
    assert layout.yaxis.domain == layout.yaxis3.domain
    assert layout.xaxis.domain[1] < layout.xaxis2.domain[0]  # side by side


def test_more_than_three_groups_go_to_the_next_row() -> None:
    layout = first_failure(failing(*"PQRST")).layout
    assert layout.yaxis7.domain[1] < layout.yaxis2.domain[0]  # the fourth panel below the first one's table
    assert layout.xaxis4.domain == layout.xaxis.domain


def test_numbers_at_risk_stand_on_the_panel_s_own_time_axis() -> None:
    figure = first_failure(failing("Arm A", "Arm B"))
    styles = group_styles(["Arm A", "Arm B"])
    for group, axis in (("Arm A", "x"), ("Arm B", "x2")):
        table = [trace for trace in numbers(figure) if trace.name.startswith(group)]
        assert {trace.xaxis for trace in table} == {axis} == {band.xaxis for band in bands(figure, group)}
        assert list(table[0].text) == [str(n) for n in N_RISK]
        assert {trace.textfont.color for trace in table} == {styles[group].colour}
        assert all(list(trace.x) == MONTHS for trace in table)


def test_it_is_pale_where_fewer_than_ten_are_at_risk() -> None:
    veils = [shape for shape in first_failure(failing("All")).layout.shapes if shape.type == "rect"]
    assert [(veil.x0, veil.x1) for veil in veils] == [(18, 24)]


def test_shares_are_written_where_the_display_is_read() -> None:
    notes = [note for note in first_failure(failing("All")).layout.annotations if note.x == 12]
    assert [(note.text, note.y) for note in notes] == [
        ("<b>8%</b>", pytest.approx(0.08)),  # the liver's 4 % is too thin a band for words
        ("<b>12%</b>", pytest.approx(0.18)),
        ("<b>76%</b> free by 1 year", pytest.approx(0.62)),
    ]


def test_a_site_looks_the_same_whatever_its_number() -> None:
    colours = {band.name.strip(): band.fillcolor for band in bands(first_failure(failing("All")), "All")}
    turned = failing("All")
    swapped = turned.tables["causes"].assign(kind=["death", "both", "liver"], label=["Death", "B", "Liver only"])
    again = first_failure(result("incidence", turned.tables | {"causes": swapped}, facts=turned.facts))
    found = {band.name.strip(): band.fillcolor for band in bands(again, "All")}
    assert (found["Death"], found["Liver only"]) == (colours["Death"], colours["Liver only"])
    assert not set(colours.values()) & {style.colour for style in group_styles(["A", "B", "C"]).values()}


def lines(figure: go.Figure, group: str) -> list[go.Scatter]:
    return [t for t in figure.data if t.legendgroup == group and t.mode == "lines" and t.line.width]


def test_one_cause_by_group_is_drawn_with_its_limits() -> None:
    figure = incidence(failing("Arm A", "Arm B"), 3)
    drawn: dict[Any, Any] = {}
    for part in lines(figure, "Arm A"):
        drawn |= dict(zip(part.x, part.y, strict=True))
    assert drawn == pytest.approx({time: 0.06 * step for step, time in enumerate(MONTHS)})
    low, high = [t for t in figure.data if t.name == "Arm A, 95 % limits"]
    assert list(low.y) == pytest.approx([0.03, 0.06, 0.09, 0.12])
    assert (list(high.y), high.fill) == (pytest.approx([0.09, 0.18, 0.27, 0.36]), "tonexty")
    assert figure.layout.yaxis.title.text == "Death"
    assert figure.layout.xaxis.matches == "x2"  # the risk table follows every zoom


def test_the_risk_table_counts_every_cause() -> None:
    names = [trace.name for trace in numbers(incidence(failing("All"), 1))]
    assert names == ["All patients, at risk", "All patients, censored", "All patients, event, any cause"]


def test_one_minus_kaplan_meier_is_dashed_and_warned_of() -> None:
    plain, asked = failing("Arm A", "Arm B"), failing("Arm A", "Arm B", overstated=True)
    assert not [t for t in incidence(plain, 1).data if t.legendgroup == "overstated"]
    drawn = [t for t in incidence(asked, 1).data if t.legendgroup == "overstated"]
    assert [t.line.color for t in drawn] == ["#0072B2", "#D55E00"]
    assert all("px" in t.line.dash for t in drawn)
    assert [t.showlegend for t in drawn] == [True, False]
    name = "1 − Kaplan–Meier (overstates: it treats death as if it could be followed by progression)"
    assert drawn[0].name.replace("<br>", " ").strip() == name
    assert list(drawn[0].y) == pytest.approx([0.024 * step for step in range(5)])


def test_nobody_failed() -> None:
    none = failing("All", causes=())
    assert bands(first_failure(none), "All") == []
    assert list(numbers(first_failure(none))[0].text) == [str(n) for n in N_RISK]
    assert "Nobody so far" in [note.text for note in incidence(none, 1).layout.annotations]
