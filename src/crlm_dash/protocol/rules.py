"""The language of eligibility rules: one boolean SQL expression over declared facts, and nothing else.

rule    = and { "or" and }              and  = not { "and" not }        not = "not" not | test
test    = sum [ comparison | "between" sum "and" sum | "in" ( list ) | "is" ["not"] null/true/false ]
sum     = term { ("+" | "-") term }     term = factor { ("*" | "/") factor }
factor  = number | 'text' | true | false | null | fact | function ( list ) | ( rule ) | "-" factor
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

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

FUNCTIONS = ("coalesce", "abs", "least", "greatest")
WORDS = ("and", "or", "not", "between", "in", "is", "null", "true", "false")
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?![\w.]))|(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<mark><=|>=|<>|[=<>+\-*/(),]))",
    re.ASCII,
)
_ANY = "null"  # the type of NULL: fits every other


Typed = tuple[Node, str]


class RuleError(ValueError):
    """Why a rule is not a rule, in words."""


def parse_rule(rule: str, types: Mapping[str, str]) -> Node:
    """The rule as a tree; `RuleError` unless it is one boolean expression over `types`' facts."""
    return _Parser(_tokens(rule), types).whole_rule()


def rule_facts(rule: str, types: Mapping[str, str]) -> frozenset[str]:
    """Names of the facts `rule` uses; `RuleError` unless it is one boolean expression over `types`' facts."""
    return frozenset(fact.name for fact in every(parse_rule(rule, types), FactName))


def _tokens(rule: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place, text = 0, rule.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise RuleError(f"'{text[place:].split()[0]}' is not understood")
        kind = str(match.lastgroup)
        word = match.group(kind)
        lowered = word.lower()
        if kind == "name" and lowered in WORDS:
            found.append(("word", lowered))
        elif kind == "name" and lowered in FUNCTIONS:
            found.append(("function", lowered))
        else:
            found.append((kind, word))
        place = match.end()
    return found


class _Parser:
    """Recursive descent; each method reads one grammar rule and answers its tree and its type."""

    def __init__(self, tokens: list[tuple[str, str]], types: Mapping[str, str]) -> None:
        self.tokens = tokens
        self.types = types
        self.place = 0

    def whole_rule(self) -> Node:
        rule, kind = self._or()
        self._need("boolean", kind, "the rule")
        if self.place < len(self.tokens):
            raise RuleError(f"'{self._next()[1]}' is not expected after the end of the expression")
        return rule

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "the end")

    def _take(self, *words: str) -> str:
        kind, word = self._next()
        if kind in ("word", "mark") and word in words:
            self.place += 1
            return word
        return ""

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise RuleError(f"'{word}' is expected before '{self._next()[1]}'")

    @staticmethod
    def _need(wanted: str, found: str, what: str) -> None:
        if found not in (wanted, _ANY):
            raise RuleError(f"{what} is a {found}, a {wanted} is wanted")

    @staticmethod
    def _common(left: str, right: str) -> str:
        if _ANY not in (left, right) and left != right:
            raise RuleError(f"a {left} cannot be set beside a {right}")
        return right if left == _ANY else left

    def _or(self) -> Typed:
        return self._joined("or", self._and)

    def _and(self) -> Typed:
        return self._joined("and", self._not)

    def _joined(self, word: str, part: Callable[[], Typed]) -> Typed:
        first, kind = part()
        parts = [first]
        while self._take(word):
            self._need("boolean", kind, f"what stands before '{word}'")
            added, kind = part()
            self._need("boolean", kind, f"what stands after '{word}'")
            parts.append(added)
        return (Joined(word, tuple(parts)), "boolean") if len(parts) > 1 else (first, kind)

    def _not(self) -> Typed:
        if not self._take("not"):
            return self._test()
        value, kind = self._not()
        self._need("boolean", kind, "what stands after 'not'")
        return Not(value), "boolean"

    def _test(self) -> Typed:
        left, kind = self._sum()
        if operator := self._take(*COMPARISONS):
            right, right_kind = self._sum()
            self._common(kind, right_kind)
            return Comparison(operator, left, right), "boolean"
        if self._take("is"):
            negated = bool(self._take("not"))
            what = self._take("null", "true", "false")
            if not what:
                raise RuleError(f"'is {self._next()[1]}' is not understood; use is null, is true or is false")
            return Is(left, what, negated), "boolean"
        return self._membership(left, kind)

    def _membership(self, left: Node, kind: str) -> Typed:
        negated = bool(self._take("not"))
        if self._take("between"):
            low, low_kind = self._sum()
            self._expect("and")
            high, high_kind = self._sum()
            self._common(kind, self._common(low_kind, high_kind))
            between = Joined("and", (Comparison(">=", left, low), Comparison("<=", left, high)), range=True)
            return Not(between) if negated else between, "boolean"
        if self._take("in"):
            self._expect("(")
            options, options_kind = self._list(self._sum)
            self._common(kind, options_kind)
            return Membership(left, options, negated), "boolean"
        if negated:
            raise RuleError("'between' or 'in' is expected after 'not'")
        return left, kind

    def _sum(self) -> Typed:
        return self._arithmetic(("+", "-"), self._term)

    def _term(self) -> Typed:
        return self._arithmetic(("*", "/"), self._factor)

    def _arithmetic(self, signs: tuple[str, ...], part: Callable[[], Typed]) -> Typed:
        left, kind = part()
        while sign := self._take(*signs):
            self._need("number", kind, f"what stands before '{sign}'")
            right, right_kind = part()
            self._need("number", right_kind, f"what stands after '{sign}'")
            left, kind = Arithmetic(sign, left, right), "number"
        return left, kind

    def _list(self, part: Callable[[], Typed]) -> tuple[tuple[Node, ...], str]:
        first, kind = part()
        nodes = [first]
        while self._take(","):
            node, node_kind = part()
            kind = self._common(kind, node_kind)
            nodes.append(node)
        self._expect(")")
        return tuple(nodes), kind

    def _factor(self) -> Typed:
        kind, word = self._next()
        self.place += 1
        if kind == "number":
            return Constant(float(word)), kind
        if kind == "text":
            return Constant(word[1:-1].replace("''", "'")), kind
        if kind == "name":
            return self._fact(word)
        if kind == "function":
            self._expect("(")
            arguments, arguments_kind = self._list(self._or)
            return Call(word, arguments), arguments_kind
        if (kind, word) == ("mark", "("):
            inner = self._or()
            self._expect(")")
            return inner
        if (kind, word) == ("mark", "-"):
            value, value_kind = self._factor()
            self._need("number", value_kind, "what stands after '-'")
            return Negative(value), "number"
        if kind == "word" and word in ("true", "false", "null"):
            return Constant({"true": True, "false": False}.get(word)), _ANY if word == "null" else "boolean"
        raise RuleError(f"a value is expected where '{word}' stands")

    def _fact(self, name: str) -> Typed:
        if name not in self.types:
            raise RuleError(f"'{name}' is not a declared fact")
        return FactName(name, self.types[name]), self.types[name]
