"""What the application declares about ownership, and what the tables suggest where it declares nothing.

Invariant: an owner root is taken without being declared in two cases only, both told in the report: the
declared owner columns all refer to one table, or exactly one table is named like users and referred to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from toolkit.models.loading_errors import OwnershipRuleError
from toolkit.models.ownership.paths import Shapes
from toolkit.sql.quoting import qualified

LIKE_USERS: Final = frozenset({"user", "users", "app_user", "app_users", "account", "accounts"})
"""Table names that mean the owner root, if only one table bears one."""

_LIKE_OWNER: Final = frozenset({"user_id", "owner_id", "account_id", "created_by", "author_id"})


@dataclass(frozen=True, slots=True)
class OwnershipRules:
    """The declarations of `[tool.neonkit.isolation]`. Tables are named `table` or `schema.table`."""

    owner_root: str | None = None
    """The table of users."""
    owner_columns: tuple[str, ...] = ()
    """Columns that hold the owner's key wherever they occur; the first that a table has wins."""
    shared: Mapping[str, str] = field(default_factory=dict)
    """Tables that belong to nobody, each with the reason."""
    overrides: Mapping[str, str] = field(default_factory=dict)
    """Tables with the way to their owner: `column`, or foreign keys and a column joined by dots."""
    owner_key: str | None = None
    """The column of the root that identifies an owner, if it is not the primary key."""


@dataclass(frozen=True, slots=True)
class RootProposal:
    """A table that could be the owner root, and why."""

    table: str
    named_like_users: bool
    referred_by: tuple[str, ...]
    """`table.column` of every foreign key to it."""

    @property
    def evidence(self) -> str:
        """The reasons in words."""
        name = "is named like users and " if self.named_like_users else ""
        return f"{name}is referred to by {len(self.referred_by)} column(s)"


def find_table(shapes: Shapes, name: str, rule: str) -> str | None:
    """The qualified name of the table a rule means, or None if there is none.

    Raises OwnershipRuleError if it could be several.
    """
    if name in shapes:
        return name
    found = sorted(
        shape.name for shape in shapes.values() if name in (shape.table, qualified(shape.schema, shape.table))
    )
    if len(found) > 1:
        problem = f"there are several: {', '.join(found)}"
        raise OwnershipRuleError(
            rule=rule, subject=name, problem=problem, fix="Write the schema: schema.table."
        )
    return found[0] if found else None


def propose_roots(shapes: Shapes) -> tuple[RootProposal, ...]:
    """Tables that could be the owner root, the likeliest first."""
    referred: dict[str, list[str]] = {name: [] for name in shapes}
    for shape in shapes.values():
        for key in shape.foreign_keys:
            if key.target in referred and key.target != shape.name:
                referred[key.target].append(f"{shape.name}.{'+'.join(key.columns)}")
    proposals = [
        RootProposal(name, shapes[name].table.lower() in LIKE_USERS, tuple(sorted(columns)))
        for name, columns in referred.items()
        if columns and len(shapes[name].primary_key) == 1
    ]
    likely = [each for each in proposals if each.named_like_users or _owner_like(each)]
    return tuple(
        sorted(likely, key=lambda each: (not each.named_like_users, -len(each.referred_by), each.table))
    )


def choose_root(shapes: Shapes, rules: OwnershipRules) -> tuple[str | None, bool]:
    """The owner root, and whether it was assumed instead of declared. Raises OwnershipRuleError."""
    if rules.owner_root is not None:
        root = find_table(shapes, rules.owner_root, "owner_root")
        if root is None:
            raise OwnershipRuleError(
                rule="owner_root", subject=rules.owner_root, problem="there is no such table"
            )
        return root, False
    if rules.owner_columns:
        targets = {
            key.target
            for shape in shapes.values()
            for key in shape.foreign_keys
            if len(key.columns) == 1 and key.columns[0] in rules.owner_columns
        }
        return (targets.pop(), True) if len(targets) == 1 else (None, False)
    named = [each.table for each in propose_roots(shapes) if each.named_like_users]
    return (named[0], True) if len(named) == 1 else (None, False)


def root_key(shapes: Shapes, root: str, rules: OwnershipRules) -> str:
    """The column of the root that identifies an owner. Raises OwnershipRuleError if nothing says which."""
    shape = shapes[root]
    if rules.owner_key is not None:
        if shape.column(rules.owner_key) is None:
            raise OwnershipRuleError(
                rule="owner_key", subject=root, problem=f"it has no column {rules.owner_key}"
            )
        return rules.owner_key
    if len(shape.primary_key) != 1:
        problem = "its primary key is not one column"
        raise OwnershipRuleError(rule="owner_root", subject=root, problem=problem, fix="Name the owner_key.")
    return shape.primary_key[0]


def _owner_like(proposal: RootProposal) -> bool:
    columns = [reference.rpartition(".")[2] for reference in proposal.referred_by]
    return sum(1 for column in columns if column in _LIKE_OWNER) > 1
