"""The limits in a rule: comparisons of one number with a constant, which an amendment could move."""

from __future__ import annotations

from dataclasses import dataclass

from crlm_dash.protocol.model import Criterion, Protocol
from crlm_dash.protocol.nodes import Comparison, Constant, FactName, Negative, Node, every, replaced
from crlm_dash.protocol.rules import parse_rule

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Limit:
    """`fact operator value`, the `place`-th such comparison (from 1) in the rule of `criterion`."""

    criterion: str
    place: int
    fact: str
    operator: str
    value: float
    if_true: Node  # the rule, were this comparison true for everybody
    if_false: Node


def criterion_rule(protocol: Protocol, criterion: Criterion) -> Node | None:
    """The criterion's rule as a tree; None where it has none and is never evaluated."""
    types = {fact.name: fact.type for fact in protocol.facts}
    return parse_rule(criterion.rule, types) if criterion.rule else None


def rule_limits(criterion: str, rule: Node) -> list[Limit]:
    """
    Every limit of a rule, in the order written. A BETWEEN is two. An equality or a list is no limit: there is
    nothing to move.
    """
    found = [(node, stated) for node in every(rule, Comparison) if (stated := _stated(node))]
    return [
        Limit(criterion, place, *stated, replaced(rule, node, Constant(True)), replaced(rule, node, Constant(False)))
        for place, (node, stated) in enumerate(found, start=1)
    ]


def _stated(node: Comparison) -> tuple[str, str, float] | None:
    """Fact, operator and value, with the fact on the left; None where the comparison is not of that form."""
    if node.operator not in _MIRRORED:
        return None
    match node.left, node.right:
        case FactName(name, "number"), right if (value := _number(right)) is not None:
            return name, node.operator, value
        case left, FactName(name, "number") if (value := _number(left)) is not None:
            return name, _MIRRORED[node.operator], value
    return None


def _number(node: Node) -> float | None:
    match node:
        case Constant(bool()):
            return None
        case Constant(float(value)):
            return value
        case Negative(Constant(float(value))):
            return -value
    return None
