"""Limits of means: R's t.test, and what has none."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from crlm_dash import stats
from crlm_dash.errors import ContractError

FIXTURE = Path(__file__).parent / "fixtures" / "means.csv"


def test_limits_are_those_of_r() -> None:
    expected = pd.read_csv(FIXTURE)
    found = stats.mean_limits(expected[["n", "mean", "sd"]])
    for column in ("conf_low", "conf_high"):
        assert found[column].tolist() == pytest.approx(expected[column].tolist(), rel=1e-10)
    assert found["estimate"].tolist() == expected["mean"].tolist()


@pytest.mark.parametrize(("n", "mean"), [(1, 5.0), (0, float("nan"))])
def test_one_or_none_have_no_limits(n: int, mean: float) -> None:
    found = stats.mean_limits(pd.DataFrame({"n": [n], "mean": [mean], "sd": [float("nan")]}))
    assert found[["conf_low", "conf_high"]].isna().to_numpy().all()
    assert found["estimate"].equals(pd.Series([mean], name="estimate"))


def test_nobody_and_a_missing_column() -> None:
    assert stats.mean_limits(pd.DataFrame({"n": [], "mean": [], "sd": []})).empty
    with pytest.raises(ContractError, match="there is no sd"):
        stats.mean_limits(pd.DataFrame({"n": [3], "mean": [1.0]}))


def test_equal_values_have_limits_without_width() -> None:
    found = stats.mean_limits(pd.DataFrame({"n": [4], "mean": [2.0], "sd": [0.0]})).iloc[0]
    assert found.tolist() == [2.0, 2.0, 2.0]
