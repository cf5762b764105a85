"""Our hooks on `context.configure`, each behind the project's own.

A hook of the project is asked first and its word stands; ours fill in what it leaves to Alembic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alembic.operations import ops
from sqlalchemy import Constraint

from toolkit.migrate.autogenerate.constraints import name_constraint, name_operations
from toolkit.migrate.autogenerate.enums import manage_enums
from toolkit.migrate.autogenerate.texts import keep_texts
from toolkit.migrate.autogenerate.types import render_type


class Hooks:
    """The hooks of one `revision --autogenerate`."""

    def __init__(self, *, drop_tables: bool = False) -> None:
        self._drop_tables = drop_tables
        self.left_alone: set[str] = set()
        """Tables of the database that are not in the models."""

    def over(self, options: dict[str, Any]) -> dict[str, Any]:
        """The keywords of `configure` with our hooks chained behind the project's."""
        return {
            **options,
            "include_object": self._include(options.get("include_object")),
            "render_item": rendering(options.get("render_item")),
            "process_revision_directives": _process(options.get("process_revision_directives")),
        }

    def _include(self, theirs: Callable[..., bool] | None) -> Callable[..., bool]:
        def include_object(item: Any, name: str | None, type_: str, reflected: bool, compare_to: Any) -> bool:
            if theirs is not None and not theirs(item, name, type_, reflected, compare_to):
                return False
            outside = type_ == "table" and reflected and compare_to is None
            if outside and not self._drop_tables:
                self.left_alone.add(f"{item.schema}.{name}" if item.schema else str(name))
                return False
            return True

        return include_object


def rendering(theirs: Callable[..., Any] | None) -> Callable[..., Any]:
    """A `render_item` that asks the project's first."""

    def render_item(type_: str, item: Any, context: Any) -> Any:
        rendered = theirs(type_, item, context) if theirs is not None else False
        if rendered is not False:
            return rendered
        if type_ == "type":
            return render_type(item, context)
        if isinstance(item, Constraint):
            name_constraint(item)
        return False

    return render_item


def _process(theirs: Callable[..., None] | None) -> Callable[..., None]:
    def process_revision_directives(
        context: Any, revision: Any, directives: list[ops.MigrationScript]
    ) -> None:
        if theirs is not None:
            theirs(context, revision, directives)
        keep_texts(context)
        for script in directives:
            # The last pair is this configuration's; the earlier ones belong to other databases.
            upgrade, downgrade = script.upgrade_ops_list[-1], script.downgrade_ops_list[-1]
            name_operations(upgrade)
            name_operations(downgrade)
            manage_enums(context, upgrade, downgrade)

    return process_revision_directives
