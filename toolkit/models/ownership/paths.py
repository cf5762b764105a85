"""The way from a row to its owner: over foreign keys to a column that holds the owner's key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.models.loading_errors import OwnershipRuleError
from toolkit.models.shapes import ForeignKeyShape, TableShape

Shapes = Mapping[str, TableShape]
"""Shapes by qualified name."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One step from the table `source` along a foreign key. `nullable`: a row may have no parent there."""

    source: str
    foreign_key: ForeignKeyShape
    nullable: bool

    @property
    def target(self) -> str:
        """The table the hop arrives at."""
        return self.foreign_key.target


@dataclass(frozen=True, slots=True)
class OwnerPath:
    """From a row of `start` over `hops` to `column`, which holds the owner's key."""

    start: str
    hops: tuple[Hop, ...]
    column: str
    column_nullable: bool

    @property
    def end(self) -> str:
        """The table that has `column`."""
        return self.hops[-1].target if self.hops else self.start

    @property
    def nullable(self) -> bool:
        """Whether a row may exist that the path gives no owner for."""
        return self.column_nullable or any(hop.nullable for hop in self.hops)

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table on the way, the start first."""
        return (self.start, *(hop.target for hop in self.hops))

    def __str__(self) -> str:
        parts = ["+".join(hop.foreign_key.columns) for hop in self.hops]
        return ".".join([*parts, self.column])


def hop_along(shape: TableShape, key: ForeignKeyShape) -> Hop:
    """The hop of one foreign key of the table."""
    return Hop(shape.name, key, nullable=not shape.requires(key.columns))


def resolve_path(shapes: Shapes, start: str, text: str) -> OwnerPath:
    """The path that `text` describes: columns joined by dots, each but the last a foreign key.

    A composite foreign key is named by any column of its own, by all of them joined with `+`, or by its name.
    Raises OwnershipRuleError.
    """
    *steps, column = text.split(".")
    shape = shapes[start]
    hops: list[Hop] = []
    for step in steps:
        key = _foreign_key(shapes, shape, step, f"{start} = {text!r}")
        hops.append(hop_along(shape, key))
        shape = shapes[key.target]
    found = shape.column(column)
    if found is None:
        raise OwnershipRuleError(
            rule=repr(text), subject=start, problem=f"{shape.name} has no column {column}"
        )
    return OwnerPath(start, tuple(hops), column, found.nullable)


def _foreign_key(shapes: Shapes, shape: TableShape, step: str, rule: str) -> ForeignKeyShape:
    named = [key for key in shape.foreign_keys if step in (key.name, "+".join(key.columns))]
    keys = named or [key for key in shape.foreign_keys if step in key.columns]
    known = [key for key in keys if key.target in shapes]
    if not known:
        problem = f"{step} of {shape.name} is no foreign key to a known table"
        raise OwnershipRuleError(rule=rule, subject=shape.name, problem=problem)
    if len({key.target for key in known}) > 1:
        targets = ", ".join(sorted({key.target for key in known}))
        problem = f"{step} of {shape.name} leads to several tables ({targets})"
        raise OwnershipRuleError(rule=rule, subject=shape.name, problem=problem)
    return min(known, key=lambda key: (len(key.columns), key.columns, key.name or ""))
