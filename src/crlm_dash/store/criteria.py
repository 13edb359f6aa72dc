"""The criteria of a cut, with the rule and the facts the protocol gives each, as the eligibility SQL needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import duckdb

from crlm_dash.protocol import Fact, Limit, Node, Protocol, criterion_rule, rule_limits


@dataclass(frozen=True)
class EvaluatedCriterion:
    """One row of `criteria`; `rule` is None where there is none to evaluate. `met` is its column in `elfacts`."""

    id: str
    iecat: str
    ord: int
    limit_text: str | None
    evaluated: bool
    rule: Node | None
    facts: tuple[Fact, ...]

    @property
    def met(self) -> str:
        """Column of `elfacts`: whether the requirement is met (NULL: unknown)."""
        return f"c{self.ord}__MET"

    @property
    def is_exclusion(self) -> bool:
        """Whether a true rule excludes."""
        return self.iecat == "EXCLUSION"


@dataclass(frozen=True)
class NumberedLimit:
    """A limit and the criterion it stands in; `number` counts the limits of the protocol from 1."""

    number: int
    limit: Limit
    criterion: EvaluatedCriterion
    fact: Fact


@dataclass(frozen=True)
class Criteria:
    """All criteria of the cut, in protocol order, and every fact the protocol declares, by name."""

    all: tuple[EvaluatedCriterion, ...]
    facts: Mapping[str, Fact]

    @cached_property
    def evaluated(self) -> bool:
        """Whether any criterion has a rule: without one there is no verdict."""
        return any(each.evaluated for each in self.all)

    @cached_property
    def limits(self) -> tuple[NumberedLimit, ...]:
        """Every limit of every rule."""
        found = [(limit, each) for each in self.all if each.rule for limit in rule_limits(each.id, each.rule)]
        return tuple(
            NumberedLimit(number, limit, each, self.facts[limit.fact])
            for number, (limit, each) in enumerate(found, start=1)
        )


def evaluated_criteria(con: duckdb.DuckDBPyConnection, protocol: Protocol) -> Criteria:
    """
    The criteria of table `criteria`, each with its rule.

    Parameters
    ----------
    con : connection with `criteria` built
    protocol : its rules and facts

    Returns
    -------
    The criteria in protocol order.
    """
    declared = {criterion.id: criterion for criterion in protocol.criteria}
    facts = {fact.name: fact for fact in protocol.facts}
    rows = con.execute("select CRITERION, IECAT, ORD, LIMIT_TEXT, EVALUATED from criteria order by ORD").fetchall()
    return Criteria(
        tuple(
            EvaluatedCriterion(
                id=id,
                iecat=iecat,
                ord=ord,
                limit_text=limit,
                evaluated=evaluated,
                rule=criterion_rule(protocol, declared[id]) if id in declared else None,
                facts=tuple(facts[name] for name in declared[id].facts) if id in declared else (),
            )
            for id, iecat, ord, limit, evaluated in rows
        ),
        facts,
    )
