"""The language of eligibility rules: what is a rule, what is not, and why."""

import pytest

from crlm_dash.protocol import RuleError, parse_rule, rule_facts
from crlm_dash.protocol.nodes import needed

TYPES = {"age": "number", "sex": "text", "ned": "boolean", "consent": "date", "lines": "number"}


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("ned", {"ned"}),
        ("age between 18 and 80", {"age"}),
        ("lines in (1, 2) and not ned", {"lines", "ned"}),
        ("(age > 3.5 or ned) and sex <> 'F'", {"age", "ned", "sex"}),
        ("coalesce(sex in ('M', 'it''s'), ned)", {"sex", "ned"}),
        ("consent <= coalesce(consent, consent)", {"consent"}),
        ("AGE is not null OR true".lower(), {"age"}),
        ("age * 2 + lines / -1 >= abs(lines)", {"age", "lines"}),
        ("age not between 1 and 2 and lines not in (3)", {"age", "lines"}),
        ("ned is true", {"ned"}),
        ("age = null", {"age"}),
    ],
)
def test_rules(rule: str, facts: set[str]) -> None:
    assert rule_facts(rule, TYPES) == facts


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("", "a value is expected where 'the end' stands"),
        ("age", "the rule is a number, a boolean is wanted"),
        ("age > 3; drop table adsl", "';' is not understood"),
        ("age > 3 -- always", "what stands after '-' is a boolean|a value is expected|not a declared fact"),
        ("select age > 3", "'select' is not a declared fact"),
        ("age > 3 from adsl", "'from' is not expected after the end"),
        ("age > (select 1)", "'select' is not a declared fact"),
        ("read_text('x') = 'y'", "'read_text' is not a declared fact"),
        ("weight > 3", "'weight' is not a declared fact"),
        ("age > 'x'", "a number cannot be set beside a text"),
        ("sex in ('M', 2)", "a text cannot be set beside a number"),
        ("(age > 3", r"'\)' is expected before 'the end'"),
        ("age > 3)", r"'\)' is not expected after the end"),
        ("age between 1 or 2", "'and' is expected before 'or'"),
        ("age > 3 ned", "'ned' is not expected after the end"),
        ("age and ned", "what stands before 'and' is a number"),
        ("not age", "what stands after 'not' is a number"),
        ("age is 3", "'is 3' is not understood"),
        ("age not 3", "'between' or 'in' is expected after 'not'"),
        ("1 < age < 3", "'<' is not expected after the end"),
        ('"age" > 3', "'\"age\"' is not understood"),
        ("age > 3e", "'3e' is not understood"),
    ],
)
def test_what_is_not_a_rule(rule: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        rule_facts(rule, TYPES)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("age between 18 and 80", {"age"}),
        ("consent <= coalesce(consent, consent)", {"consent"}),
        ("coalesce(lines, age) > 3", {"age"}),
        ("ned and coalesce(age > 3, lines > 2, false)", {"ned"}),
    ],
)
def test_what_a_coalesce_stands_in_for_is_not_needed(rule: str, wanted: set[str]) -> None:
    assert {fact.name for fact in needed(parse_rule(rule, TYPES))} == wanted
