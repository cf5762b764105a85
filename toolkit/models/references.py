"""References that a repository may write: only to rows of the acting user.

A foreign key to a table that belongs to users is checked before it is written: the database itself would
accept another user's row, and its error for a missing one would tell which keys exist. Targets that nobody
owns are not checked. Invariant: a missing target, a deleted one and another user's give the same answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapper
from sqlmodel import Session

from toolkit.models.errors import ReferenceNotFoundError
from toolkit.models.loading_errors import OwnershipRuleError
from toolkit.models.metadata_shapes import shapes_of
from toolkit.models.owner_scope import OwnerScope, path_leads_to
from toolkit.models.ownership import (
    OwnerPath,
    OwnershipKind,
    OwnershipRules,
    build_ownership,
)
from toolkit.models.ownership.paths import hop_along
from toolkit.models.shapes import ForeignKeyShape


@dataclass(frozen=True, slots=True)
class OwnedReference:
    """A foreign key of the model that leads to rows with owners."""

    attributes: tuple[str, ...]
    """In the order of the foreign key's columns."""
    path: OwnerPath
    """From a row of the model over the foreign key to the owner."""
    required: bool
    """Whether the row's own owner is found this way, so that NULL would leave it without one."""

    @property
    def foreign_key(self) -> ForeignKeyShape:
        """The foreign key itself."""
        return self.path.hops[0].foreign_key


def owned_references(
    scope: OwnerScope, rules: OwnershipRules | None, open_references: Collection[str]
) -> tuple[OwnedReference, ...]:
    """The references of the scope's model to check; those with an attribute in `open_references` are not,
    nor is the owner column, which the repository writes itself.

    `rules` default to what the scope itself says: its owner column everywhere, and the table it refers to as
    the root. Raises OwnershipRuleError for a reference to a table whose owner is ambiguous.
    """
    mapper: Mapper[Any] = inspect(scope.model)
    table = scope.table
    graph = build_ownership(shapes_of([table.metadata]), rules or _implied_rules(scope))
    shape = graph.shapes[scope.path.start]
    found: list[OwnedReference] = []
    for key in shape.foreign_keys:
        names = tuple(mapper.get_property_by_column(table.c[column]).key for column in key.columns)
        if not set(names).isdisjoint(open_references) or names == (scope.attribute,):
            continue
        hop = hop_along(shape, key)
        if scope.path.hops and hop == scope.path.hops[0]:
            found.append(OwnedReference(names, scope.path, required=True))
            continue
        target = graph.tables[key.target]
        if target.kind is OwnershipKind.AMBIGUOUS:
            problem = f"the owner of {key.target} is ambiguous, so the reference cannot be checked"
            fix = "Give the repository `rules`, or name the attribute in `open_references`."
            raise OwnershipRuleError(rule=", ".join(names), subject=shape.name, problem=problem, fix=fix)
        if target.path is not None:
            way = target.path
            path = OwnerPath(shape.name, (hop, *way.hops), way.column, way.column_nullable)
            found.append(OwnedReference(names, path, required=False))
    return tuple(found)


def check_references(
    session: Session,
    model: type[Any],
    references: Collection[OwnedReference],
    values: Mapping[str, Any],
    user_id: Any,
) -> None:
    """Check in one statement where the values lead. Raises ReferenceNotFoundError for the first failure."""
    asked: list[OwnedReference] = []
    for reference in references:
        if all(values[name] is not None for name in reference.attributes):
            asked.append(reference)
        elif reference.required:
            raise ReferenceNotFoundError(model=model.__name__, fields=reference.attributes)
    if not asked:
        return
    conditions = [
        path_leads_to(model, reference.path, user_id, start=_by_column(reference, values))
        for reference in asked
    ]
    answers = session.execute(select(*conditions)).one()
    for reference, answer in zip(asked, answers, strict=True):
        if not answer:
            raise ReferenceNotFoundError(model=model.__name__, fields=reference.attributes)


def _by_column(reference: OwnedReference, values: Mapping[str, Any]) -> dict[str, Any]:
    columns = reference.foreign_key.columns
    return {column: values[name] for column, name in zip(columns, reference.attributes, strict=True)}


def _implied_rules(scope: OwnerScope) -> OwnershipRules:
    """The rules that the repository's own way to the owner implies."""
    path = scope.path
    end = next(shape for shape in shapes_of([scope.table.metadata]) if shape.name == path.end)
    roots = {key.target for key in end.foreign_keys if key.columns == (path.column,)}
    if end.primary_key == (path.column,) and not roots:
        return OwnershipRules(owner_root=path.end)
    root = roots.pop() if len(roots) == 1 else None
    return OwnershipRules(owner_root=root, owner_columns=(path.column,), overrides={path.start: str(path)})
