"""Stopping rules in a protocol file: what is declared, what is refused, and that every shipped value is assumed."""

from __future__ import annotations

import pytest

from crlm_dash.errors import ProtocolError
from crlm_dash.protocol import Monitoring, load_protocol, minimal_protocol, parse_protocol, protocol_ids
from crlm_dash.stats import RateRule, stopping_chances

DECLARED = """
id = "X1"
title = "A small trial"

[[endpoints]]
paramcd = "OS"
label = "Overall survival"
delivered = true

[[endpoints]]
paramcd = "LIVPD"
label = "Liver progression"
type = "competing_risks"
delivered = true
[[endpoints.competing]]
label = "Death"

[[monitoring.rules]]
id = "deaths"
label = "Deaths"
measure = "mortality_90"
prior_a = 1
prior_b = 19.0
acceptable = 0.05
probability = 0.9
min_n = 5
planned_n = 40

[[monitoring.rules]]
id = "worse"
label = "Complications"
measure = "clavien_3b"
prior_a = 0.5
prior_b = 4.5
acceptable = 0.1
probability = 0.8
min_n = 1
planned_n = 40

[monitoring.boundary]
endpoint = "OS"
events = 120
alpha = 0.05
looks = [0.5, 1.0]
"""


def test_what_is_declared_is_read_and_written_again() -> None:
    protocol = parse_protocol(DECLARED, "X1.toml")
    first, second = protocol.monitoring.rules
    assert (first.id, first.measure, first.prior_a, first.min_n) == ("deaths", "mortality_90", 1.0, 5)
    assert (second.acceptable, second.probability, second.planned_n) == (0.1, 0.8, 40)
    boundary = protocol.monitoring.boundary
    assert boundary is not None
    assert (boundary.endpoint, boundary.events, boundary.looks) == ("OS", 120, (0.5, 1.0))
    assert boundary.spending == "obrien_fleming"
    assert parse_protocol(protocol.to_toml(), "again.toml") == protocol


def test_a_trial_without_a_protocol_declares_none() -> None:
    assert minimal_protocol("X2").monitoring == Monitoring()
    only_rules = parse_protocol(DECLARED.split("[monitoring.boundary]")[0], "X1.toml")
    assert only_rules.monitoring.boundary is None
    assert parse_protocol(only_rules.to_toml(), "again.toml") == only_rules


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "worse"', 'id = "Deaths"', "monitoring.rules[1].id: 'Deaths' is there twice; each must be unique"),
        (
            '"clavien_3b"',
            '"clavien"',
            "monitoring.rules[1].measure: 'clavien' is not allowed; use one of mortality_90, ",
        ),
        ("acceptable = 0.1", "acceptable = 10", "monitoring.rules[1].acceptable: 10 is too large; use less than 1"),
        (
            "probability = 0.9",
            "probability = 0.0",
            "monitoring.rules[0].probability: 0.0 is too small; use more than 0",
        ),
        ("prior_a = 1", "prior_a = 0", "monitoring.rules[0].prior_a: 0 is too small; use more than 0"),
        ("min_n = 5", "min_n = 50", "monitoring.rules[0].min_n: 50 is more than the 40 patients planned"),
        ("min_n = 5", "", "monitoring.rules[0].min_n: is missing; add it"),
        ("min_n = 5", "min_nn = 5", "monitoring.rules[0].min_nn: is not a known key; use one of id, label, measure"),
        (
            "[[endpoints]]",
            "[safety]\nprocedure_days = [30]\n[[endpoints]]",
            "monitoring.rules[0].measure: needs 90 among safety.procedure_days; add it",
        ),
        (
            'endpoint = "OS"',
            'endpoint = "EFS"',
            "monitoring.boundary.endpoint: 'EFS' is not a declared endpoint; use one of OS, LIVPD",
        ),
        (
            'endpoint = "OS"',
            'endpoint = "LIVPD"',
            "monitoring.boundary.endpoint: 'LIVPD' has competing risks; use one of type time_to_event",
        ),
        (
            "[[endpoints]]",
            '[accrual]\nevents = {endpoint = "OS", number = 100}\n[[endpoints]]',
            "monitoring.boundary.events: must be the 100 that accrual.events waits for",
        ),
        ("[0.5, 1.0]", "[0.5, 0.9]", "monitoring.boundary.looks: must rise, each once, and end with 1.0"),
        ("[0.5, 1.0]", "[0.9, 0.5, 1.0]", "monitoring.boundary.looks: must rise, each once, and end with 1.0"),
        ("[0.5, 1.0]", "[0.5, 0.5, 1.0]", "monitoring.boundary.looks: must rise, each once, and end with 1.0"),
        ("[0.5, 1.0]", "[]", "monitoring.boundary.looks: must rise, each once, and end with 1.0"),
        ("[0.5, 1.0]", "[0.5, 1.1]", "monitoring.boundary.looks[1]: 1.1 is too large; use 1.0 or less"),
        ("events = 120", "events = 0", "monitoring.boundary.events: 0 is too small; use more than 0"),
        ("alpha = 0.05", "alpha = 0.05\nspending = 'pocock'", "monitoring.boundary.spending: 'pocock' is not allowed"),
    ],
)
def test_one_fault(old: str, new: str, message: str) -> None:
    assert old in DECLARED
    with pytest.raises(ProtocolError) as refusal:
        parse_protocol(DECLARED.replace(old, new, 1), "X1.toml")
    assert any(line.startswith(f"X1.toml, {message}") for line in str(refusal.value).splitlines())


@pytest.mark.parametrize(
    "text", ["monitoring = 3", "monitoring = {rules = 1, boundary = 2}", "monitoring = {rules = [1]}"]
)
def test_values_of_the_wrong_shape_are_told(text: str) -> None:
    with pytest.raises(ProtocolError, match=r"X1\.toml, monitoring"):
        parse_protocol(f'id = "X1"\ntitle = "t"\n{text}', "X1.toml")


@pytest.mark.parametrize("name", protocol_ids())
def test_the_shipped_rules_are_all_assumed_and_stop_as_a_board_would_want(name: str) -> None:
    protocol = load_protocol(name)
    monitoring = protocol.monitoring
    assert [rule.measure for rule in monitoring.rules] == ["mortality_90", "clavien_3b"]
    assumed = {each.key: each.text for each in protocol.assumed}
    for number, rule in enumerate(monitoring.rules):
        words = assumed[f"monitoring.rules[{number}]"]
        stated = (f"{100 * rule.acceptable:g} %", f"{100 * rule.probability:g} %", f"{rule.min_n}th on")
        assert all(
            each in words for each in (*stated, f"Beta({rule.prior_a}, {rule.prior_b})", f"{rule.planned_n} pat")
        )
        assert rule.prior_a / (rule.prior_a + rule.prior_b) == pytest.approx(rule.acceptable)
        watched = RateRule(rule.prior_a, rule.prior_b, rule.acceptable, rule.probability, rule.min_n)
        chances = stopping_chances(watched, [rule.acceptable, 3 * rule.acceptable], rule.planned_n)["p_stop"]
        assert chances.iloc[0] < 0.15
        assert chances.iloc[1] > 0.95
    boundary = monitoring.boundary
    assert boundary is not None
    primary = next(each.paramcd for each in protocol.endpoints if each.primary)
    assert boundary.endpoint == primary
    assert f"of {boundary.events} deaths" in assumed["monitoring.boundary"]
    assert "50, 75 and 100 %" in assumed["monitoring.boundary"]
    assert boundary.looks == (0.5, 0.75, 1.0)
