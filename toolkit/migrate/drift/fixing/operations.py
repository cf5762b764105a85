"""What Alembic's own operations can do of a fix: compared and run in the scratch database, then written.

Only operations on objects that are to change are taken. Whatever they leave undone, or do beside it, is
closed by SQL afterwards, so nothing here has to be complete.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy
from alembic import op
from alembic.autogenerate import produce_migrations, render_op_text
from alembic.autogenerate.api import AutogenContext
from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table

from toolkit.migrate.autogenerate.constraints import name_operations, walk
from toolkit.migrate.autogenerate.enums import manage_enums
from toolkit.migrate.autogenerate.hooks import rendering
from toolkit.migrate.drift.filters import DEFAULT_SCHEMA
from toolkit.schema.objects import Key, Kind

Render = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Written:
    """Operations as the lines of a revision."""

    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...]
    imports: tuple[str, ...]


class AlembicPart:
    """The operations that Alembic finds for some objects, on a connection at the beginning of the way."""

    def __init__(
        self,
        connection: Connection,
        metadata: Sequence[MetaData],
        tables: Collection[Table],
        keys: Collection[Key],
        render_item: Render | None,
    ) -> None:
        """Compare. Raises whatever the comparison does."""
        mine = {id(table) for table in tables}
        self._keys = keys
        self._context = MigrationContext.configure(
            connection,
            opts={
                "target_metadata": list(metadata),
                "include_schemas": True,
                "include_object": lambda item, _name, type_, reflected, _other: (
                    type_ != "table" or reflected or id(item) in mine
                ),
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        self._render_item = rendering(render_item)
        found = produce_migrations(self._context, list(metadata)).upgrade_ops  # type: ignore[arg-type]  # Alembic takes a list, too
        assert found is not None
        name_operations(found)
        self._upgrade = ops.UpgradeOps(list(self._taken(found)))
        self._downgrade = self._upgrade.reverse()
        name_operations(self._downgrade)
        manage_enums(self._context, self._upgrade, self._downgrade)

    @property
    def is_empty(self) -> bool:
        """Whether Alembic has nothing to say."""
        return self._upgrade.is_empty()

    def upgrade(self) -> None:
        """Run the operations as they are written."""
        self._run(self.written().upgrade)

    def downgrade(self) -> None:
        """Run the way back."""
        self._run(self.written().downgrade)

    def written(self) -> Written:
        """Both ways as Python. Raises what rendering a type of the project's own raises."""
        context = AutogenContext(
            self._context,
            opts={
                "sqlalchemy_module_prefix": "sa.",
                "alembic_module_prefix": "op.",
                "user_module_prefix": None,
                "render_item": self._render_item,
                "render_as_batch": False,
            },
        )
        context.imports = set()
        up = tuple(render_op_text(context, operation) for operation in walk(self._upgrade))
        down = tuple(render_op_text(context, operation) for operation in walk(self._downgrade))
        return Written(up, down, tuple(sorted(context.imports)))

    def _run(self, lines: Sequence[str]) -> None:
        # Run as Python, not as values: what is written says less than what it was written from.
        code = "\n".join((*self.written().imports, *lines))
        with Operations.context(self._context):
            exec(code, {"op": op, "sa": sqlalchemy})  # noqa: S102 - what will stand in the revision

    def _taken(self, found: ops.OpContainer) -> Iterator[Any]:
        for operation in walk(found):
            if key_of(operation) in self._keys:
                yield operation


def key_of(operation: Any) -> Key | None:
    """The object that an operation makes, changes or drops."""
    schema = getattr(operation, "schema", None) or getattr(operation, "source_schema", None) or DEFAULT_SCHEMA
    match operation:
        case ops.CreateTableOp() | ops.CreateTableCommentOp() | ops.DropTableCommentOp():
            return Key(Kind.TABLE, (schema, operation.table_name))
        case ops.AddColumnOp():
            return Key(Kind.COLUMN, (schema, operation.table_name, str(operation.column.name)))
        case ops.DropColumnOp() | ops.AlterColumnOp():
            return Key(Kind.COLUMN, (schema, operation.table_name, operation.column_name))
        case ops.CreateIndexOp() | ops.DropIndexOp():
            return Key(Kind.INDEX, (schema, str(operation.index_name)))
        case ops.CreateForeignKeyOp():
            table = operation.source_table
        case ops.AddConstraintOp() | ops.DropConstraintOp():
            table = getattr(operation, "table_name", "")
        case _:
            return None
    return Key(Kind.CONSTRAINT, (schema, table, str(operation.constraint_name)))
