"""A rule in a clinician's words, made from its tree: '≥ 1.5 ×10⁹/L', 'ALT < 5 × ULN and AST < 5 × ULN'."""

from __future__ import annotations

from collections.abc import Mapping

from crlm_dash.protocol.model import ULN_RATIO, Fact
from crlm_dash.protocol.nodes import (
    Arithmetic,
    Call,
    Comparison,
    Constant,
    FactName,
    Is,
    Joined,
    Membership,
    Negative,
    Node,
    Not,
    every,
)

_MARKS = {"=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_OF_DATES = {"=": "on", "<>": "not on", "<": "before", "<=": "not after", ">": "after", ">=": "not before"}
_UNITS = {ULN_RATIO: "× ULN", "10^9/L": "×10⁹/L", "10^12/L": "×10¹²/L", "ratio": ""}


def shown_unit(unit: str) -> str:
    """A unit of the protocol file as it is printed; '' where nothing is printed after the number."""
    return _UNITS.get(unit, unit)


def fact_label(fact: Fact) -> str:
    """What a fact is called beside others."""
    return fact.label or fact.name.replace("_", " ")


def rule_words(rule: Node, facts: Mapping[str, Fact]) -> str:
    """The rule in words. Where it speaks of one fact only, the fact is not named."""
    names = {fact.name for fact in every(rule, FactName)}
    words = _Words(facts, alone=len(names) == 1).of(rule)
    return words[1:-1] if isinstance(rule, Call) and rule.function == "coalesce" else words


class _Words:
    def __init__(self, facts: Mapping[str, Fact], *, alone: bool) -> None:
        self.facts = facts
        self.alone = alone

    def of(self, node: Node) -> str:
        match node:
            case FactName(name, "boolean"):
                return "yes" if self.alone else fact_label(self.facts[name])
            case Not(FactName(_, "boolean")) if self.alone:
                return "no"
            case Not(value):
                return f"not {self._inner(value)}"
            case Joined("and", (Comparison(_, FactName() as fact, low), Comparison(_, _, high)), range=True):
                return self._named(fact, f"{self._value(low)} to {self._value(high)}{self._unit(fact)}")
            case Joined(word, parts):
                return f" {word} ".join(self._inner(part) for part in parts)
            case Comparison(operator, left, right):
                marks = _OF_DATES if self._is_date(left) or self._is_date(right) else _MARKS
                return self._named(left, f"{marks[operator]} {self._value(right)}{self._unit(left, right)}")
            case Membership(value, options, negated):
                *first, last = (self._value(each) for each in options)
                listed = f"{', '.join(first)} or {last}" if first else last
                return self._named(value, f"{'not ' if negated else ''}{listed}{self._unit(value)}")
            case Is(value, what, negated):
                return self._named(value, _is_words(what, negated))
            case _:
                return self._value(node)

    def _inner(self, node: Node) -> str:
        composite = isinstance(node, Joined) and not node.range
        return f"({self.of(node)})" if composite else self.of(node)

    def _named(self, subject: Node, words: str) -> str:
        return words if self.alone and isinstance(subject, FactName) else f"{self._value(subject)} {words}"

    def _is_date(self, node: Node) -> bool:
        return any(fact.type == "date" for fact in every(node, FactName))

    def _unit(self, *sides: Node) -> str:
        """The unit of the fact that is compared with a constant."""
        fact = next((each for each in sides if isinstance(each, FactName)), None)
        constant = len(sides) == 1 or any(isinstance(each, Constant | Negative) for each in sides)
        unit = shown_unit(self.facts[fact.name].unit) if fact and constant else ""
        return f" {unit}" if unit else ""

    def _value(self, node: Node) -> str:
        match node:
            case Constant(bool(value)):
                return "yes" if value else "no"
            case Constant(float(value)):
                return f"{value:.10g}"
            case Constant(None):
                return "not known"
            case Constant(value):
                return str(value)
            case FactName(name, _):
                return fact_label(self.facts[name])
            case Negative(value):
                return f"−{self._value(value)}"
            case Arithmetic(sign, left, right):
                return f"({self._value(left)} {sign} {self._value(right)})"
            case Call("coalesce", arguments):
                return f"({', else '.join(self._call_part(each) for each in arguments)})"
            case Call(function, arguments):
                name = {"abs": "size of", "least": "smallest of", "greatest": "largest of"}[function]
                return f"{name} ({', '.join(self._value(each) for each in arguments)})"
            case _:
                return f"({self.of(node)})"

    def _call_part(self, node: Node) -> str:
        return self.of(node) if isinstance(node, Membership | Comparison) else self._value(node)


def _is_words(what: str, negated: bool) -> str:
    if what == "null":
        return "known" if negated else "not known"
    return f"{'not ' if negated else ''}{'yes' if what == 'true' else 'no'}"
