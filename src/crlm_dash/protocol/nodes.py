"""An eligibility rule once it is read: a tree of frozen nodes, and what is done to every tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TypeVar


@dataclass(frozen=True)
class Constant:
    """A number, a text, true, false or null (None)."""

    value: float | str | bool | None


@dataclass(frozen=True)
class FactName:
    """A fact, with its type as declared."""

    name: str
    type: str


@dataclass(frozen=True)
class Negative:
    """Minus a number."""

    value: Node


@dataclass(frozen=True)
class Arithmetic:
    """Two numbers and one of + - * /."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    """One of the functions of the language."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Comparison:
    """Two values and one of = <> < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Membership:
    """A value in a list."""

    value: Node
    options: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True)
class Is:
    """`is null`, `is true` or `is false`: never unknown."""

    value: Node
    what: str
    negated: bool = False


@dataclass(frozen=True)
class Not:
    """The opposite."""

    value: Node


@dataclass(frozen=True)
class Joined:
    """Several conditions, all joined by "and" or all by "or". `range` marks a BETWEEN, read as two comparisons."""

    word: str
    parts: tuple[Node, ...]
    range: bool = False


Node = Constant | FactName | Negative | Arithmetic | Call | Comparison | Membership | Is | Not | Joined
_NODES = (Constant, FactName, Negative, Arithmetic, Call, Comparison, Membership, Is, Not, Joined)
_N = TypeVar("_N", bound=Node)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly under `node`, in the order they are written."""
    for field in fields(node):
        value = getattr(node, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, _NODES):
                yield each


def every(node: Node, kind: type[_N]) -> Iterator[_N]:
    """Every node of a kind in the tree, in the order they are written."""
    if isinstance(node, kind):
        yield node
    for child in children(node):
        yield from every(child, kind)


def needed(node: Node) -> Iterator[FactName]:
    """The facts without which the tree has no answer: of a coalesce, only what stands in for the rest."""
    if isinstance(node, FactName):
        yield node
    elif isinstance(node, Call) and node.function == "coalesce":
        yield from needed(node.arguments[-1])
    else:
        for child in children(node):
            yield from needed(child)


def replaced(node: Node, target: Node, new: Node) -> Node:
    """The tree with the very node `target` (not its equals) replaced; nothing is changed in place."""
    if node is target:
        return new
    changes: dict[str, Node | tuple[Node, ...]] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, tuple):
            changes[field.name] = tuple(replaced(each, target, new) for each in value)
        elif isinstance(value, _NODES):
            changes[field.name] = replaced(value, target, new)
    return replace(node, **changes) if changes else node  # type: ignore[arg-type]
