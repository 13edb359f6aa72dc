"""The filter language: `SEX = 'F' and AGE >= 65 and SITEID in ('01', '02')`. Checked, bound, never raw SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crlm_dash.errors import RequestError

Value = str | float
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<text>'(?:[^']|'')*')|(?P<op><=|>=|<>|!=|=|<|>)
        |(?P<punct>[(),])|(?P<word>[A-Za-z_][A-Za-z0-9_]*))""",
    re.VERBOSE,
)
_HELP = "A filter compares columns with values, joined by 'and': SEX = 'F' and AGE >= 65 and SITEID in ('01', '02')."


@dataclass(frozen=True)
class Comparison:
    """One comparison of an ADSL column with one value, or with several (`in`)."""

    column: str
    operator: str
    values: tuple[Value, ...]


def parse_filter(text: str) -> tuple[Comparison, ...]:
    """
    The comparisons of a filter text, in order.

    Parameters
    ----------
    text : comparisons joined by 'and'; '' for none

    Returns
    -------
    One `Comparison` each, column names as typed.

    Raises
    ------
    RequestError : not understood; the message shows where, and an example
    """
    tokens = _tokens(text)
    comparisons = []
    while tokens:
        comparisons.append(_comparison(tokens, text))
        if not tokens:
            break
        kind, word = tokens.pop(0)
        if kind != "word" or word.lower() != "and" or not tokens:
            raise _not_understood(text, word)
    return tuple(comparisons)


def to_sql(comparisons: tuple[Comparison, ...], allowed: dict[str, bool]) -> tuple[str, dict[str, Value]]:
    """
    A condition over ADSL with bound values, and the values.

    Parameters
    ----------
    comparisons : from `parse_filter`
    allowed : the columns that may be used, and whether each is numeric

    Returns
    -------
    SQL with parameters `$_filter0 …` ('true' for no comparison), and their values by name.

    Raises
    ------
    RequestError : a column may not be used, or is compared with a value of another type
    """
    parts: list[str] = []
    bound: dict[str, Value] = {}
    for comparison in comparisons:
        column = _checked_column(comparison.column, allowed)
        names = []
        for value in comparison.values:
            _check_type(comparison, value, allowed[column])
            name = f"_filter{len(bound)}"
            bound[name] = value
            names.append(f"${name}")
        right = f"({', '.join(names)})" if comparison.operator == "in" else names[0]
        parts.append(f'"{column}" {comparison.operator} {right}')
    return " and ".join(parts) or "true", bound


def _checked_column(column: str, allowed: dict[str, bool]) -> str:
    if column.upper() in allowed:
        return column.upper()
    raise RequestError(f"'{column}' cannot be filtered on. These can: {', '.join(sorted(allowed))}.")


def _check_type(comparison: Comparison, value: Value, numeric: bool) -> None:
    if numeric != isinstance(value, float):
        wanted = "a number" if numeric else "a text in single quotes"
        raise RequestError(f"{comparison.column} is compared with {wanted}, not with {value!r}.")


def _comparison(tokens: list[tuple[str, str]], text: str) -> Comparison:
    kind, column = _next(tokens, text)
    if kind != "word":
        raise _not_understood(text, column)
    kind, operator = _next(tokens, text)
    if kind == "op":
        return Comparison(column, "<>" if operator == "!=" else operator, (_value(tokens, text),))
    if operator.lower() != "in" or _next(tokens, text)[1] != "(":
        raise _not_understood(text, operator)
    values = [_value(tokens, text)]
    while (mark := _next(tokens, text)[1]) == ",":
        values.append(_value(tokens, text))
    if mark != ")":
        raise _not_understood(text, mark)
    return Comparison(column, "in", tuple(values))


def _value(tokens: list[tuple[str, str]], text: str) -> Value:
    kind, word = _next(tokens, text)
    if kind == "number":
        return float(word)
    if kind == "text":
        return word[1:-1].replace("''", "'")
    raise _not_understood(text, word)


def _next(tokens: list[tuple[str, str]], text: str) -> tuple[str, str]:
    if not tokens:
        raise RequestError(f"The filter ends too early: {text!r}. {_HELP}")
    return tokens.pop(0)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise _not_understood(text, text[position:].strip()[:20])
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return tokens


def _not_understood(text: str, word: str) -> RequestError:
    return RequestError(f"The filter is not understood at {word!r}: {text!r}. {_HELP}")
