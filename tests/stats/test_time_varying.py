"""A switch on the way: equal to R's tmerge and coxph (survival 3.5-3); r/switch.R made the fixtures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crlm_dash import stats
from crlm_dash.errors import ContractError, RequestError
from tests.stats.test_against_r import assert_equal, fixture


@pytest.mark.parametrize("name", ["heart", "simulated"])
def test_hazard_ratio_of_a_switch(name: str) -> None:
    counts = stats.split_at_switch(fixture(f"switch_{name}", "rows"))
    ours, theirs = stats.hazard_ratio(counts), fixture(f"switch_{name}", "cox")
    assert ours["comparison"].tolist() == ["After vs Before"]
    columns = ["estimate", "conf_low", "conf_high", "p_value", "ph_p_value"]
    assert_equal(ours, theirs, {column: column for column in columns}, rtol=1e-8)
    assert_equal(stats.log_rank(counts), theirs, {"statistic": "log_rank"}, rtol=1e-9)


def test_where_the_switch_lies() -> None:
    """On the day of the event it comes too late; at entry, or before, it holds for all of the follow-up."""
    rows = pd.DataFrame({
        "time": [5, 5, 5, 5, 5, 5], "entry": [1, 1, 1, 1, 1, 1], "event": [1, 1, 1, 1, 1, 2],
        "switch": [np.nan, 5, 7, 1, -3, 3],
    })  # fmt: skip
    found = stats.split_at_switch(rows, before="waiting", after="grafted")
    assert found.to_numpy().tolist() == [
        ["waiting", 3, 1, 0, 1], ["waiting", 5, 1, 1, 3], ["grafted", 5, 1, 1, 2], ["grafted", 5, 3, 2, 1],
    ]  # fmt: skip
    assert list(found["strata"].cat.categories) == ["waiting", "grafted"]


def test_nobody_and_what_is_refused() -> None:
    rows = pd.DataFrame({"time": [5.0], "entry": [0.0], "event": [1], "switch": [2.0]})
    assert stats.split_at_switch(rows.iloc[:0]).empty
    with pytest.raises(ContractError, match="column switch is absent"):
        stats.split_at_switch(rows.drop(columns="switch"))
    with pytest.raises(ContractError, match="counts, switch: a time that is not finite"):
        stats.split_at_switch(rows.assign(switch=np.inf))
    with pytest.raises(RequestError, match="different names"):
        stats.split_at_switch(rows, before="A", after="A")


SUBJECT = st.tuples(
    st.integers(1, 8), st.sampled_from([0, 0, 1, 3]), st.integers(0, 2), st.sampled_from([np.nan, -1, 0, 1, 2, 4, 9])
)


@settings(deadline=None, max_examples=60)
@given(st.lists(SUBJECT, max_size=30))
def test_follow_up_is_neither_lost_nor_doubled(subjects: list[tuple[float, float, int, float]]) -> None:
    """At every time as many are at risk and as many have the event as without the split."""
    rows = pd.DataFrame(subjects, columns=["time", "entry", "event", "switch"]).astype(float)
    rows = rows[rows["time"] > rows["entry"]]
    counts = stats.split_at_switch(rows)
    assert (counts["time"] > counts["entry"]).all()
    merged = counts.groupby(["time", "entry", "event"], as_index=False)["n"].sum()
    for moment in (0.5, 1, 2, 3, 4, 8):
        whole = ((rows["entry"] < moment) & (rows["time"] >= moment)).sum()
        split = merged.loc[(merged["entry"] < moment) & (merged["time"] >= moment), "n"].sum()
        assert split == whole
        happened = merged.loc[(merged["time"] == moment) & (merged["event"] > 0), "n"].sum()
        assert happened == ((rows["time"] == moment) & (rows["event"] > 0)).sum()
        after = counts[(counts["strata"] == "After") & (counts["entry"] < moment) & (counts["time"] >= moment)]
        mine = (rows["switch"] < moment) & (rows["entry"] < moment) & (rows["time"] >= moment)
        assert after["n"].sum() == mine.sum()


@settings(deadline=None, max_examples=60)
@given(st.lists(SUBJECT, max_size=30))
def test_rows_may_be_counted_first(subjects: list[tuple[float, float, int, float]]) -> None:
    rows = pd.DataFrame(subjects, columns=["time", "entry", "event", "switch"]).astype(float)
    counted = rows.groupby(list(rows.columns), as_index=False, dropna=False).size().rename(columns={"size": "n"})
    pd.testing.assert_frame_equal(stats.split_at_switch(rows), stats.split_at_switch(counted))
