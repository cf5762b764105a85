"""[tool.neonkit.advice] as plain values: names of roles and columns, and where much becomes too much.

The rules that read them live in `toolkit.schema.advice`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

OWNER_COLUMNS: Final = ("user_id", "owner_id", "tenant_id", "organization_id", "org_id")
"""Names looked for where the project does not say which columns hold a row's owner."""
NAMED_KINDS: Final = (
    "table", "view", "materialized view", "sequence", "enum", "function", "column", "index", "constraint",
    "primary key", "foreign key", "unique", "check", "exclude", "trigger",
)  # fmt: skip
"""The kinds that can have a custom for names; those of constraints come before `constraint`."""
COMMENTED_KINDS: Final = (
    "schema", "table", "foreign table", "column", "constraint", "index", "view", "materialized view",
    "sequence", "enum", "domain", "composite type", "function", "procedure", "trigger", "policy",
)  # fmt: skip
"""The kinds of which comments can be asked for."""


@dataclass(frozen=True, slots=True)
class AdviceSettings:
    """Everything the rules take from outside the database. Sizes are bytes, ages days, shares 0 to 1."""

    app_roles: tuple[str, ...] = ()
    """The roles the application acts as. Rules that need them stay quiet when there are none."""
    low_roles: tuple[str, ...] = ()
    """Roles that anybody can take, such as one for visitors; rules about PUBLIC mean them, too."""
    owner_columns: tuple[str, ...] = OWNER_COLUMNS
    """Columns that hold a row's owner."""
    identity_setting: str = "app.user_id"
    """The PostgreSQL setting that policies read the acting user from; fixes write it."""
    version_tables: tuple[str, ...] = ("alembic_version",)
    """Tables of migration tools, in any schema; left out everywhere."""
    only: frozenset[str] = frozenset()
    """Ids of the rules to run, opt-in ones included; empty for all but those."""
    also: frozenset[str] = frozenset()
    """Ids of opt-in rules to run beside the others."""

    created_column: str | None = "created_at"
    """The column that every table has to say when a row was made; None where that is no custom."""
    updated_column: str | None = "updated_at"
    deleted_columns: tuple[str, ...] = ("deleted_at",)
    """Columns that mark a row as deleted while it stays."""
    filtered_columns: tuple[str, ...] = ("status", "state", "email", "username", "slug", "due_date", "due_at")
    """Columns that applications filter by."""
    choice_columns: tuple[str, ...] = ("status", "state", "priority", "role", "kind", "type", "level")
    """Columns that hold one of few words."""
    money_words: tuple[str, ...] = ("amount", "price", "total", "balance", "fee", "cost", "salary")
    sensitive_words: tuple[str, ...] = (
        "password", "passwd", "secret", "token", "api_key", "apikey", "private_key",
        "ssn", "credit_card", "iban",
    )  # fmt: skip
    user_editable_claims: tuple[str, ...] = ("user_metadata", "raw_user_meta_data")
    """Texts in policies that stand for something the user can write."""
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Kind of object to the regular expression its names match whole: `index` to `ix_%(table)s_.+`."""
    comment_kinds: tuple[str, ...] = ("table",)
    """Kinds of which every object should have a comment."""
    comment_all_or_nothing: bool = False
    """Ask for comments only of kinds of which some object has one."""

    text_limit: int = 10_000
    """Characters: what the fix for texts without a limit proposes."""
    most_columns: int = 60
    most_enum_labels: int = 50
    most_indexes: int = 10
    longest_cascade: int = 3
    large_rows: int = 100_000
    """From how many rows on a table is large."""
    large_bytes: int = 100 * 1024 * 1024
    small_rows: int = 1_000
    """Up to how many rows reading the whole table is cheap."""
    bloat_share: float = 0.4
    statistics_days: int = 14
    """How long statistics must have been collected before "never used" means anything."""
    partition_days: int = 14
    """How far ahead partitions should reach."""
