"""A rule as SQL, written from its tree: nothing of the protocol's own text reaches the database.

SQL's three-valued logic is the answer wanted: a fact that is NULL makes *unknown* only what hangs on it.
A number that was computed is rounded to ten significant digits before it is compared (macro `significant`), as facts
are when they are read: 25.65 / 17.1 is 1.5, though the nearest binary fraction falls short of it.
"""

from __future__ import annotations

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


def to_sql(node: Node) -> str:
    """The SQL expression of a rule, or of a part of it; facts are columns of their names."""
    match node:
        case Constant(value):
            return _constant(value)
        case FactName(name, _):
            return '"' + name.replace('"', '""') + '"'
        case Negative(value):
            return f"(- {to_sql(value)})"
        case Arithmetic("/", left, right):
            return f"({to_sql(left)} / nullif({to_sql(right)}, 0))"
        case Arithmetic(sign, left, right):
            return f"({to_sql(left)} {sign} {to_sql(right)})"
        case Call("least" | "greatest" as function, arguments):
            # Databases differ: some pass a NULL over. The smaller of a known and an unknown number is unknown.
            written = [to_sql(each) for each in arguments]
            missing = " or ".join(f"{each} is null" for each in written)
            return f"(case when {missing} then null else {function}({', '.join(written)}) end)"
        case Call(function, arguments):
            return f"{function}({', '.join(to_sql(each) for each in arguments)})"
        case Comparison(operator, left, right):
            return f"({_side(left)} {operator} {_side(right)})"
        case Membership(value, options, negated):
            listed = ", ".join(_side(each) for each in options)
            return f"({_side(value)} {'not in' if negated else 'in'} ({listed}))"
        case Is(value, what, negated):
            return f"({to_sql(value)} is {'not ' if negated else ''}{what})"
        case Not(value):
            return f"(not {to_sql(value)})"
        case Joined(word, parts):
            return "(" + f" {word} ".join(to_sql(part) for part in parts) + ")"


def _side(node: Node) -> str:
    computed = next(every(node, Arithmetic), None) is not None
    return f"significant({to_sql(node)})" if computed else to_sql(node)


def _constant(value: float | str | bool | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case _:
            return f"cast({value!r} as double)"
