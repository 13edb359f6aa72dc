"""A slow second version of the eligibility engine, in plain Python: facts from rows, rules from the TOML text.

It shares nothing with the product: numbers are exact fractions, conversions are a table of its own, and a rule is
read as a Python expression with a third truth value, None.
"""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.eligibility.planted import DATE, TEST, Row

Facts = dict[str, Any]
# (test, unit on record, unit wanted): factor
FACTORS = {
    ("NEUT", "/uL", "10^9/L"): "1/1000", ("PLAT", "/uL", "10^9/L"): "1/1000", ("HGB", "g/L", "g/dL"): "1/10",
    ("ALB", "g/dL", "g/L"): "10", ("MAXDIAM", "cm", "mm"): "10", ("LIFEEXP", "years", "months"): "12",
    ("DISFREEY", "months", "years"): "1/12", ("LVEF", "fraction", "%"): "100", ("CREATCLR", "mL/s", "mL/min"): "60",
    ("INR", "RATIO", "ratio"): "1", ("INR", "", "ratio"): "1",  # a laboratory result without a unit is a ratio
}  # fmt: skip


def evaluated(protocol: Mapping[str, Any], tables: Mapping[str, Sequence[Row]], usubjid: str) -> dict[str, str]:
    """Result of every criterion of one subject."""
    mine = {name.upper(): [row for row in rows if row["USUBJID"] == usubjid] for name, rows in tables.items()}
    facts = {fact["name"]: fact_of(fact, mine) for fact in protocol["facts"]}
    return {criterion["id"]: _result(criterion, facts) for criterion in protocol["criteria"]}


def _result(criterion: Mapping[str, Any], facts: Facts) -> str:
    fulfilled = rule_value(criterion["rule"], facts)
    if fulfilled is None:
        return "unknown"
    return "met" if fulfilled is (criterion["type"] == "inclusion") else "not met"


# -- facts ------------------------------------------------------------------------------------------------------


def fact_of(fact: Mapping[str, Any], mine: Mapping[str, Sequence[Row]]) -> Any:
    """The value of a fact; None where it is not known."""
    if fact["domain"] in ("DM", "ADSL"):
        return _of_person(fact, mine)
    domain, take, window = fact["domain"], fact.get("take", "last"), fact.get("window_days")
    date = DATE.get(domain, f"{domain}DTC")
    asked = [row for row in mine.get(domain, ()) if row.get(TEST[domain]) == fact["test"] and _answered(domain, row)]
    reference = _enrolment(mine)
    asked = [row for row in asked if _day(row.get(date)) is None or _day(row.get(date)) <= reference]
    fresh = [
        row
        for row in asked
        if window is None or _day(row.get(date)) is None or (reference - _day(row.get(date))).days <= window
    ]
    matching = [row for row in fresh if _passes(fact, row)]
    if take == "any":
        if not matching and any(
            _passes(fact, row) and _may_be_fresh(row.get(date), reference, window) for row in asked
        ):
            return None
        return bool(matching) if asked else None
    if take == "count":
        return Fraction(len({row[fact["column"]] for row in matching})) if asked else None
    present = [row for row in matching if row.get(fact["column"]) not in (None, "")]
    if not present:
        return None
    # undated first; the later --SEQ of one day is the later record
    last = max(present, key=lambda row: (_day(row.get(date)) or dt.date.min, row[f"{domain}SEQ"]))
    return _read(fact, last)


def _of_person(fact: Mapping[str, Any], mine: Mapping[str, Sequence[Row]]) -> Any:
    person = mine["DM"][0]
    match fact["column"]:
        case "RFICDT":
            return _day(person["RFICDTC"])
        case "ENRLDT":
            return _enrolment(mine)
        case column:
            value = person.get(column)
            return (Fraction(value) if fact["type"] == "number" else value) if value not in (None, "") else None


def _enrolment(mine: Mapping[str, Sequence[Row]]) -> dt.date:
    return next(dt.date.fromisoformat(row["DSSTDTC"]) for row in mine["DS"] if row["DSDECOD"] == "ENROLLED")


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text) if text else None


def _answered(domain: str, row: Row) -> bool:
    if row.get(f"{domain}STAT") == "NOT DONE":
        return False
    return row.get(f"{domain}PRESP") != "Y" or row.get(f"{domain}OCCUR") not in (None, "")


def _may_be_fresh(text: str | None, reference: dt.date, window: int | None) -> bool:
    """Whether some day that a partial date can mean is in the window."""
    if not text or window is None:
        return True
    days = (reference - dt.timedelta(days=back) for back in range(window + 1))
    return any(day.isoformat().startswith(text) for day in days)


def _passes(fact: Mapping[str, Any], row: Row) -> bool:
    return all(row.get(c) in values for c, values in fact.get("where", {}).items()) and not any(
        row.get(c) in values for c, values in fact.get("unless", {}).items()
    )


def _read(fact: Mapping[str, Any], row: Row) -> Any:
    value = row[fact["column"]]
    if fact["type"] == "boolean":
        return {"Y": True, "N": False}.get(value)
    if fact["type"] != "number":
        return value
    number, wanted = Fraction(str(value)), fact.get("unit", "")
    if wanted == "xULN":
        return number / Fraction(str(row["LBSTNRHI"])) if row.get("LBSTNRHI") else None
    found = row.get(f"{fact['domain']}STRESU") or ("" if fact["domain"] == "LB" else wanted)
    if not wanted or found == wanted:
        return number
    factor = FACTORS.get((fact["test"], found, wanted))
    return number * Fraction(factor) if factor else None


# -- rules ------------------------------------------------------------------------------------------------------


def rule_value(rule: str, facts: Facts) -> bool | None:
    """A rule's answer: True, False or None (unknown)."""
    text = re.sub(r"(\w+) between (\S+) and (\S+)", r"(\1 >= \2 and \1 <= \3)", rule)
    text = re.sub(r"(?<![<>])=", "==", text.replace("<>", "!="))
    text = text.replace("<==", "<=").replace(">==", ">=")
    answer: bool | None = _value(ast.parse(text, mode="eval").body, facts)
    return answer


def _value(node: ast.expr, facts: Facts) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return Fraction(str(number))
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return facts[name]
        case ast.BoolOp(op=op, values=parts):
            return _joined([_value(part, facts) for part in parts], decides=isinstance(op, ast.Or))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            value = _value(operand, facts)
            return None if value is None else not value
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(_value(left, facts), op, right, facts)
        case ast.Call(func=ast.Name(id="coalesce"), args=arguments):
            values = [_value(each, facts) for each in arguments]
            return next((value for value in values if value is not None), None)
    raise ValueError(ast.dump(node))


def _joined(values: list[bool | None], *, decides: bool) -> bool | None:
    """`or` is decided by one True, `and` by one False; else one unknown makes it unknown."""
    if decides in values:
        return decides
    return None if None in values else not decides


def _compared(left: Any, op: ast.cmpop, right: ast.expr, facts: Facts) -> bool | None:
    if isinstance(op, ast.In):
        options = right.elts if isinstance(right, ast.Tuple) else [right]
        return None if left is None else left in [_value(each, facts) for each in options]
    other = _value(right, facts)
    if left is None or other is None:
        return None
    tests = {
        ast.Lt: left < other, ast.LtE: left <= other, ast.Gt: left > other, ast.GtE: left >= other,
        ast.Eq: left == other, ast.NotEq: left != other,
    }  # fmt: skip
    return bool(tests[type(op)])
