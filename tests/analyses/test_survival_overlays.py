"""What a survival display shows besides the curves: the band of no difference, maturity, means, published rates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import survival
from crlm_dash.store.door import Door
from tests.analyses.survivors import door_of
from tests.conftest import StoreAt

Opened = Callable[..., Door]
SUBJECT = st.tuples(st.integers(1, 20), st.integers(0, 1), st.sampled_from(["Zap", "Pills"]))


@settings(deadline=None, max_examples=30)
@given(st.lists(SUBJECT, min_size=24, max_size=60))
def test_the_band_touches_the_curves_just_where_the_difference_may_be_nothing(
    rows: list[tuple[int, int, str]],
) -> None:
    time, event, arm = (list(column) for column in zip(*rows, strict=True))
    tables = survival(door_of(time=time, event=event, arm=arm), by="arm", band=True).tables
    differences = tables["differences"].dropna()
    band = tables["band"].set_index("time")
    for row in differences.itertuples(index=False):
        reached = band[band.index <= row.time]
        if reached.empty:
            continue
        levels = tables["landmarks"].query("time == @row.time")["estimate"]
        low, high = reached.iloc[-1]
        touches = low - 1e-9 <= levels.min() and levels.max() <= high + 1e-9
        assert touches == (row.conf_low <= 1e-9 and row.conf_high >= -1e-9)
        assert (low + high) / 2 == pytest.approx(levels.mean())
        assert high - low == pytest.approx((row.conf_high - row.conf_low) / 2)


def test_there_is_a_band_for_two_groups_only(opened: Opened) -> None:
    assert len(survival(opened(), by="arm", band=True).tables["band"]) > 5
    assert survival(opened(), band=True).tables["band"].empty
    assert survival(opened(), by="arm").tables["band"].empty


def test_maturity_counts_events_and_who_was_followed_to_the_last_landmark(opened: Opened) -> None:
    maturity = survival(opened(), by="arm").tables["maturity"].set_index("strata")
    assert maturity["share_event"].to_dict() == {"Zap now": 1.0, "Pills only": 0.4}
    # Six of Pills were censored within the five years of the last landmark, nobody of Zap.
    assert maturity["n_followed"].to_dict() == {"Zap now": 10, "Pills only": 4}
    assert maturity["share_followed"].to_dict() == {"Zap now": 1.0, "Pills only": 0.4}
    assert set(maturity["horizon"]) == {5 * 365.25}


def test_a_mean_difference_is_that_of_the_means(opened: Opened) -> None:
    tables = survival(opened(), by="arm").tables
    row = tables["rmst_difference"].iloc[0]
    means = tables["rmst"].set_index("strata")["estimate"]
    assert row["comparison"] == "Pills only vs Zap now"
    assert row["estimate"] == pytest.approx(means["Pills only"] - means["Zap now"])
    assert row["conf_low"] < row["estimate"] < row["conf_high"]


def test_published_rates_of_the_same_endpoint_and_origin_only(store: StoreAt) -> None:
    door = store().open(Viewer(Role.PI), "CRLM10")
    result = survival(door, unit="months", published=True)
    shown = result.tables["published"]
    assert set(shown["endpoint"]) == {"OS"}
    assert set(shown["origin"]) == {"not stated"}  # a rate from resection does not fit a curve from diagnosis
    allard = shown[(shown["study"] == "Allard") & (shown["group"] == ">= 10 liver metastases")]
    assert allard[["time", "estimate"]].to_numpy().tolist() == [[pytest.approx(60), 0.30]]
    assert any("not from this trial" in note for note in result.notes)
    other = survival(door, endpoint="PFS", published=True)
    assert other.tables["published"].empty
    assert "No published rate fits this endpoint and time origin." in other.notes


def test_a_trial_of_another_disease_gets_no_published_rate(opened: Opened) -> None:
    assert survival(opened(), published=True).tables["published"].empty


def test_without_being_asked_for_nothing_is_laid_over(opened: Opened) -> None:
    tables = survival(opened(), by="arm", endpoint="OSDX").tables
    assert all(tables[name].empty for name in ("band", "naive", "published"))


def test_the_naive_curve_lies_above_and_starts_with_everybody(opened: Opened) -> None:
    tables = survival(opened(), endpoint="OSDX", naive=True).tables
    right, naive = (tables[name].set_index("time")["estimate"] for name in ("curves", "naive"))
    times = naive.index.intersection(right.index)
    assert (naive[times] >= right[times] - 1e-12).all()


@pytest.mark.parametrize(
    ("time", "event"),
    [
        ([5], [1]),
        ([5], [0]),
        ([5, 5, 5], [0, 0, 0]),
        ([3, 4, 9], [1, 0, 1]),
        ([7] * 12, [0] * 12),
        ([7] * 12, [1] * 12),
    ],
)
@pytest.mark.parametrize("by", [None, "arm"])
def test_few_and_flat_data_are_designed_displays(time: list[float], event: list[int], by: str | None) -> None:
    arm = np.where(np.arange(len(time)) % 2 == 0, "Zap", "Pills").tolist()
    result = survival(door_of(time=time, event=event, arm=arm), by=by, band=True, naive=True, published=True)
    assert result.n_used == len(time)
    assert result.tables["summary"]["n"].sum() == len(time)
    assert result.tables["summary"]["n_event"].sum() == sum(event)
    assert isinstance(result.tables["curves"], pd.DataFrame)
    if not sum(event):
        assert (result.tables["curves"]["estimate"] == 1).all()
