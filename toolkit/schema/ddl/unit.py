"""A unit of DDL: the statements that belong together, and what has to be there before them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from toolkit.schema.objects import Key


class Node(NamedTuple):
    """An object, or a part of it that is made on its own."""

    key: Key
    part: str = ""
    """Empty for the object itself; `default`, `owned by`, `refresh` for what follows."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Statements that are run together."""

    node: Node
    statements: tuple[str, ...]
    needs: frozenset[Node] = frozenset()
    """What must be there first. Nodes that no unit makes are taken to be there."""
    likely: frozenset[Node] = frozenset()
    """What a text seems to speak of: comes first too, unless that goes round in a circle."""
    placeholder: tuple[str, ...] = ()
    """What can stand for the object where a circle needs it before it can be made."""
    after_placeholder: tuple[str, ...] = ()
    """The statements where the placeholder was made."""


def unit(
    node: Key | Node,
    statements: Iterable[str],
    *,
    needs: Iterable[Key | Node] = (),
    likely: Iterable[Key] = (),
) -> Unit:
    """A unit whose needs can be given by key."""
    own = node if isinstance(node, Node) else Node(node)
    hard = frozenset(need if isinstance(need, Node) else Node(need) for need in needs) - {own}
    return Unit(own, tuple(statements), hard, frozenset(Node(key) for key in likely) - hard - {own})
