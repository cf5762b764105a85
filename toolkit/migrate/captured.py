"""What an `env.py` tells Alembic, as values: its models, its version table, its hooks.

`target_metadata` may be one MetaData, a list of them, or None; an `env.py` with several databases calls
`configure` several times, and each call is a `Configuration` here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData

from toolkit.sql.quoting import qualified


@dataclass(frozen=True, slots=True)
class Configuration:
    """One call of `context.configure`: its keywords, and those that `run_migrations` was called with."""

    options: Mapping[str, Any] = field(repr=False)
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def metadata(self) -> tuple[MetaData, ...]:
        """The models' MetaData objects; empty when the file gives none."""
        given = self.options.get("target_metadata")
        if given is None:
            return ()
        return (given,) if isinstance(given, MetaData) else tuple(given)

    @property
    def version_table(self) -> str:
        """The name of the table that holds the current revisions."""
        return str(self.options.get("version_table") or "alembic_version")

    @property
    def version_table_schema(self) -> str | None:
        """Its schema; None means the first of the connection's search path."""
        return self.options.get("version_table_schema")

    @property
    def version_table_name(self) -> str:
        """Schema and table as SQL."""
        return qualified(self.version_table_schema, self.version_table)

    @property
    def include_object(self) -> Callable[..., bool] | None:
        """The file's filter on objects."""
        return self.options.get("include_object")

    @property
    def include_name(self) -> Callable[..., bool] | None:
        """The file's filter on names."""
        return self.options.get("include_name")

    @property
    def include_schemas(self) -> bool:
        """Whether all schemas are compared."""
        return bool(self.options.get("include_schemas", False))

    @property
    def compare_type(self) -> bool | Callable[..., Any]:
        """Whether, or how, column types are compared."""
        given: bool | Callable[..., Any] = self.options.get("compare_type", True)
        return given

    @property
    def compare_server_default(self) -> bool | Callable[..., Any]:
        """Whether, or how, server defaults are compared."""
        given: bool | Callable[..., Any] = self.options.get("compare_server_default", False)
        return given

    @property
    def render_item(self) -> Callable[..., Any] | None:
        """The file's renderer of schema items."""
        return self.options.get("render_item")

    @property
    def transaction_per_migration(self) -> bool:
        """Whether each revision has a transaction of its own; else one holds the whole run."""
        return bool(self.options.get("transaction_per_migration", False))


@dataclass(frozen=True, slots=True)
class CapturedEnvironment:
    """All that was read from one `env.py`.

    `online` tells that the options are those of a run with a connection; offline branches often leave some
    out. `said` are the lines the file printed or warned.
    """

    env_py: Path
    configurations: tuple[Configuration, ...]
    online: bool
    said: tuple[str, ...] = ()

    @property
    def first(self) -> Configuration:
        """The first, and mostly the only, configuration."""
        return self.configurations[0]

    @property
    def target_metadata(self) -> tuple[MetaData, ...]:
        """Every MetaData of every configuration, once each."""
        found = {id(one): one for configuration in self.configurations for one in configuration.metadata}
        return tuple(found.values())

    @property
    def version_table(self) -> str:
        """The first configuration's version table."""
        return self.first.version_table

    @property
    def version_table_schema(self) -> str | None:
        """The schema of that table."""
        return self.first.version_table_schema

    @property
    def include_object(self) -> Callable[..., bool] | None:
        """The first configuration's filter on objects."""
        return self.first.include_object

    @property
    def include_name(self) -> Callable[..., bool] | None:
        """The first configuration's filter on names."""
        return self.first.include_name

    def over(self, other: CapturedEnvironment) -> CapturedEnvironment:
        """This, with what it does not say taken from `other`."""
        pairs = zip(self.configurations, other.configurations, strict=False)
        merged = tuple(
            Configuration({**theirs.options, **ours.options}, {**theirs.arguments, **ours.arguments})
            for ours, theirs in pairs
        )
        return CapturedEnvironment(
            self.env_py, merged + self.configurations[len(merged) :], self.online or other.online, self.said
        )
