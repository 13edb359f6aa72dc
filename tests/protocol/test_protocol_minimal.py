"""A protocol made from plain values, for any CDISC trial."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crlm_dash.errors import ProtocolError
from crlm_dash.protocol import minimal_protocol, parse_protocol
from crlm_dash.terms import TimeUnit, TrialKind

NAMES = ("Placebo", "Low dose", "High dose")


@pytest.mark.parametrize(
    ("n_arms", "randomised", "method"),
    [
        (0, False, "not stated"),
        (0, True, "not stated"),
        (1, True, "single arm"),
        (2, True, "randomised"),
        (3, False, "not stated"),
        (3, True, "randomised"),
    ],
)
def test_arms(n_arms: int, randomised: bool, method: str) -> None:
    arms = [(name.upper()[:3], name) for name in NAMES[:n_arms]]
    protocol = minimal_protocol("T1", arms=arms, randomised=randomised)
    assert [arm.label for arm in protocol.arms] == list(NAMES[:n_arms])
    assert protocol.allocation.method == method
    assert protocol.allocation.randomised is (method == "randomised")
    assert protocol.title == "T1"


def test_outcomes_by_arm_are_closed_unless_somebody_opens_them() -> None:
    assert minimal_protocol("T1").access.outcomes_by_arm == ("dsmb", "statistician")


def test_everything_a_source_can_say() -> None:
    protocol = minimal_protocol(
        "T1",
        "A trial",
        kind=TrialKind.PUBLIC,
        endpoints=[("OS", "Overall survival", "DAYS"), ("CIR", "Relapse", "Month")],
        competing={"CIR": ["Death without relapse"]},
        criteria=[("INCL01", "INCLUSION", "Adults"), ("EXCL01", "EXCLUSION", "Pregnant")],
        covariates=[("AGEGR1", "Age group")],
        populations=[("ITTFL", "Intention to treat")],
        visits=[(3.0, "WEEK 2", 14), (1.0, "SCREENING", -7), (9.0, "UNSCHEDULED", None)],
        target=120,
    )
    assert protocol.kind is TrialKind.PUBLIC
    assert [(e.paramcd, e.unit, e.delivered, e.type) for e in protocol.endpoints] == [
        ("OS", TimeUnit.DAYS, True, "time_to_event"),
        ("CIR", TimeUnit.MONTHS, True, "competing_risks"),
    ]
    assert protocol.endpoints[1].competing[0].label == "Death without relapse"
    assert [(c.id, c.type, c.rule) for c in protocol.criteria] == [
        ("INCL01", "inclusion", ""),
        ("EXCL01", "exclusion", ""),
    ]
    assert protocol.covariates[0].source is None
    assert [p.flag for p in protocol.populations] == ["ITTFL"]
    assert [v.visit for v in protocol.visits] == ["SCREENING", "WEEK 2"]
    assert protocol.notes == ("Visit UNSCHEDULED has no planned study day and is left out.",)
    assert protocol.accrual.target == 120
    assert parse_protocol(protocol.to_toml(), "T1.toml") == protocol


def test_the_first_row_of_a_code_counts() -> None:
    protocol = minimal_protocol("T1", arms=[("B", "Beta"), ("A", "Alpha"), ("B", "Beta, once more")])
    assert [arm.name for arm in protocol.arms] == ["Beta", "Alpha"]


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ProtocolError, match=r"T1 \(minimal\), endpoints\[0\].unit: 'weeks' is not allowed; use one of"):
        minimal_protocol("T1", endpoints=[("OS", "Overall survival", "weeks")])


words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(str.strip)


@given(
    title=words,
    source=st.text(st.characters(codec="utf-8")),
    arms=st.lists(
        st.tuples(words, words), max_size=3, unique_by=(lambda a: a[0].casefold(), lambda a: a[1].casefold())
    ),
    criteria=st.lists(
        st.tuples(
            st.from_regex(r"[A-Z0-9]{1,8}", fullmatch=True),
            st.sampled_from(["INCLUSION", "EXCLUSION"]),
            words,
        ),
        max_size=4,
    ),
    days=st.lists(st.integers(-30, 2000).filter(bool), max_size=4, unique=True),
    target=st.none() | st.integers(1, 10_000),
)
def test_round_trip(title, source, arms, criteria, days, target) -> None:
    visits = [(number / 2, f"DAY {day}", day) for number, day in enumerate(days)]
    protocol = minimal_protocol("T-1", title, source=source, arms=arms, criteria=criteria, visits=visits, target=target)
    text = protocol.to_toml()
    assert parse_protocol(text, "T-1.toml") == protocol
    assert parse_protocol(text, "T-1.toml").to_toml() == text
