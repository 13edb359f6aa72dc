"""The log-rank statistic with its sign: R's chi-square, the right direction, and who cannot be compared."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crlm_dash import stats

FIXTURES = Path(__file__).parent / "fixtures"


def read(name: str, what: str) -> pd.DataFrame:
    return pd.read_csv(FIXTURES / f"{name}_{what}.csv", float_precision="round_trip")


@pytest.mark.parametrize("name", ["lung", "veteran"])
def test_its_square_is_the_chi_square_of_r(name: str) -> None:
    counts = read(name, "counts")
    found = stats.signed_log_rank(counts).iloc[0]
    assert found["z"] ** 2 == pytest.approx(read(name, "log_rank")["statistic"].iloc[0], rel=1e-9)
    assert found["n_event"] == counts.loc[counts["event"] == 1, "n"].sum()
    assert found["z"] == pytest.approx(-found["excess"] / np.sqrt(found["variance"]))


def test_above_zero_where_the_first_group_has_fewer_events() -> None:
    """R, survdiff(Surv(time, status) ~ sex, lung): 53 events observed in women, 73.4 expected, chi-square 10.3."""
    lung = read("lung", "counts")
    women_first = lung.assign(strata=pd.Categorical(lung["strata"], categories=["female", "male"]))
    men_first = lung.assign(strata=pd.Categorical(lung["strata"], categories=["male", "female"]))
    found = stats.signed_log_rank(women_first).iloc[0]
    assert found["excess"] == pytest.approx(53 - 73.4, abs=0.06)
    assert found["z"] == pytest.approx(3.21, abs=0.01)
    assert stats.signed_log_rank(men_first)["z"].iloc[0] == pytest.approx(-found["z"])


def counted(*rows: tuple[str, float, float, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["strata", "entry", "time", "event"]).assign(n=1)


def test_on_paper() -> None:
    """At 1 one of A, B, B dies (A), at 2 one of B, B (B): expected in A 1/3 and 0, variance 2/9 and 0."""
    found = stats.signed_log_rank(counted(("A", 0, 1, 1), ("B", 0, 2, 1), ("B", 0, 3, 0))).iloc[0]
    assert found["excess"] == pytest.approx(2 / 3)
    assert found["variance"] == pytest.approx(2 / 9)
    assert found["z"] == pytest.approx(-np.sqrt(2))


def test_late_entry_is_not_at_risk_before() -> None:
    late = counted(("A", 0, 1, 1), ("A", 0, 5, 0), ("B", 2, 4, 1), ("B", 2, 6, 0))
    found = stats.signed_log_rank(late).iloc[0]
    # at 1 only A is at risk; at 4 one of A, B, B dies (B): expected in A 1 + 1/3
    assert found["excess"] == pytest.approx(1 - 1 - 1 / 3)
    assert found["n_event"] == 2


@pytest.mark.parametrize("groups", [[], ["A"], ["A", "B", "C"]])
def test_other_than_two_groups_have_none(groups: list[str]) -> None:
    rows = counted(*((name, 0, 1 + place, 1) for place, name in enumerate(groups)))
    found = stats.signed_log_rank(rows.astype({"event": int, "entry": float, "time": float, "n": int}))
    assert found.empty
    assert list(found.columns) == ["n_event", "excess", "variance", "z"]


def test_an_empty_category_is_no_group() -> None:
    rows = counted(("A", 0, 1, 1), ("B", 0, 2, 1))
    three = rows.assign(strata=pd.Categorical(rows["strata"], categories=["C", "A", "B"]))
    assert len(stats.signed_log_rank(three)) == 1


def test_without_an_event_there_is_no_z() -> None:
    found = stats.signed_log_rank(counted(("A", 0, 1, 0), ("B", 0, 2, 0))).iloc[0]
    assert found["n_event"] == 0
    assert np.isnan(found["z"])


SUBJECT = st.tuples(st.sampled_from("AB"), st.integers(0, 3), st.integers(1, 6), st.integers(0, 1))


@given(st.lists(SUBJECT, min_size=2, max_size=25))
def test_it_agrees_with_the_two_sided_test(rows: list[tuple[str, int, int, int]]) -> None:
    counts = counted(*((name, entry, entry + stay, event) for name, entry, stay, event in rows))
    signed, test = stats.signed_log_rank(counts), stats.log_rank(counts)
    assert len(signed) == len(test)
    np.testing.assert_allclose(signed["z"] ** 2, test["statistic"], rtol=1e-9, atol=1e-12)
