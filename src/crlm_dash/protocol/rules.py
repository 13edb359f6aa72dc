"""The language of eligibility rules: one boolean SQL expression over declared facts, and nothing else.

rule    = and { "or" and }              and  = not { "and" not }        not = "not" not | test
test    = sum [ comparison | "between" sum "and" sum | "in" ( list ) | "is" ["not"] null/true/false ]
sum     = term { ("+" | "-") term }     term = factor { ("*" | "/") factor }
factor  = number | 'text' | true | false | null | fact | function ( list ) | ( rule ) | "-" factor
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

FUNCTIONS = ("coalesce", "abs", "least", "greatest")
WORDS = ("and", "or", "not", "between", "in", "is", "null", "true", "false")
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?![\w.]))|(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<mark><=|>=|<>|[=<>+\-*/(),]))",
    re.ASCII,
)
_ANY = "null"  # the type of NULL: fits every other


class RuleError(ValueError):
    """Why a rule is not a rule, in words."""


def rule_facts(rule: str, types: Mapping[str, str]) -> frozenset[str]:
    """Names of the facts `rule` uses; `RuleError` unless it is one boolean expression over `types`' facts."""
    parser = _Parser(_tokens(rule), types)
    parser.whole_rule()
    return frozenset(parser.used)


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
    """Recursive descent; each method reads one grammar rule and answers its type."""

    def __init__(self, tokens: list[tuple[str, str]], types: Mapping[str, str]) -> None:
        self.tokens = tokens
        self.types = types
        self.place = 0
        self.used: set[str] = set()

    def whole_rule(self) -> None:
        self._need("boolean", self._or(), "the rule")
        if self.place < len(self.tokens):
            raise RuleError(f"'{self._next()[1]}' is not expected after the end of the expression")

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

    def _or(self) -> str:
        return self._joined("or", self._and)

    def _and(self) -> str:
        return self._joined("and", self._not)

    def _joined(self, word: str, part: Callable[[], str]) -> str:
        kind = part()
        while self._take(word):
            self._need("boolean", kind, f"what stands before '{word}'")
            self._need("boolean", part(), f"what stands after '{word}'")
            kind = "boolean"
        return kind

    def _not(self) -> str:
        if not self._take("not"):
            return self._test()
        self._need("boolean", self._not(), "what stands after 'not'")
        return "boolean"

    def _test(self) -> str:
        left = self._sum()
        if self._take(*COMPARISONS):
            self._common(left, self._sum())
            return "boolean"
        if self._take("is"):
            self._take("not")
            if not self._take("null", "true", "false"):
                raise RuleError(f"'is {self._next()[1]}' is not understood; use is null, is true or is false")
            return "boolean"
        return self._membership(left)

    def _membership(self, left: str) -> str:
        negated = self._take("not")
        if self._take("between"):
            low = self._sum()
            self._expect("and")
            self._common(left, self._common(low, self._sum()))
        elif self._take("in"):
            self._expect("(")
            self._common(left, self._list(self._sum))
        elif negated:
            raise RuleError("'between' or 'in' is expected after 'not'")
        else:
            return left
        return "boolean"

    def _sum(self) -> str:
        return self._arithmetic(("+", "-"), self._term)

    def _term(self) -> str:
        return self._arithmetic(("*", "/"), self._factor)

    def _arithmetic(self, signs: tuple[str, ...], part: Callable[[], str]) -> str:
        kind = part()
        while sign := self._take(*signs):
            self._need("number", kind, f"what stands before '{sign}'")
            self._need("number", part(), f"what stands after '{sign}'")
            kind = "number"
        return kind

    def _list(self, part: Callable[[], str]) -> str:
        kind = part()
        while self._take(","):
            kind = self._common(kind, part())
        self._expect(")")
        return kind

    def _factor(self) -> str:
        kind, word = self._next()
        self.place += 1
        if kind in ("number", "text"):
            return kind
        if kind == "name":
            return self._fact(word)
        if kind == "function":
            self._expect("(")
            return self._list(self._or)
        if (kind, word) == ("mark", "("):
            inner = self._or()
            self._expect(")")
            return inner
        if (kind, word) == ("mark", "-"):
            self._need("number", self._factor(), "what stands after '-'")
            return "number"
        if kind == "word" and word in ("true", "false", "null"):
            return _ANY if word == "null" else "boolean"
        raise RuleError(f"a value is expected where '{word}' stands")

    def _fact(self, name: str) -> str:
        if name not in self.types:
            raise RuleError(f"'{name}' is not a declared fact")
        self.used.add(name)
        return self.types[name]
