"""Views over tables with row security."""

from __future__ import annotations

from typing import Final

from toolkit.schema.advice.fixes import statements
from toolkit.schema.advice.rule import ERROR, INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Grants, Qualified, View
from toolkit.sql.quoting import quote_identifier

_READ: Final = frozenset({"SELECT"})
_ON: Final = ("true", "on", "1", "yes")

_PROTECTED: Final = (
    "CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint NOT NULL);\n"
    "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON tasks USING (user_id = 1);\n"
)


@rule(
    "view-not-security-invoker",
    ERROR,
    name="View that shows what its owner may see",
    why="A view reads its tables with the rights of its owner: policies are asked about the owner, not "
    "about the user, and an owner is often exempt from them.",
    example=_PROTECTED + "CREATE VIEW all_tasks AS TABLE tasks;",
    fix="`security_invoker = true` (PostgreSQL 15). The user then needs the right to read the tables.",
    needs_statistics=True,
    since=15,
)
def view_not_security_invoker(scope: Scope) -> Found:
    """A view that reads a table with row security, directly or through other views, without
    `security_invoker`.
    """
    for view in scope.views:
        protected = _protected(scope, view.qualified)
        if protected and not _option(view, "security_invoker"):
            yield Advice(
                view.key,
                f"{view.qualified} reads {', '.join(map(str, protected))} past the policies, as"
                f" {view.owner}.",
                statements(
                    "read with the rights of the user",
                    f"ALTER VIEW {view.qualified} SET (security_invoker = true)",
                ),
                {"tables": [*map(str, protected)], "owner": view.owner},
            )


@rule(
    "view-leaky-without-barrier",
    INFO,
    name="View used as a filter, without a barrier",
    why="The planner may run a condition of the query before the filter of the view: a cheap function of "
    "the user's then sees the rows that the view leaves out.",
    example="-- app is the application's role\n"
    "CREATE TABLE notes (id bigint PRIMARY KEY, secret boolean NOT NULL);\n"
    "CREATE VIEW open_notes AS SELECT * FROM notes WHERE NOT secret;\nGRANT SELECT ON open_notes TO app;",
    fix="`security_barrier = true`.",
    needs_app_role=True,
)
def view_leaky_without_barrier(scope: Scope) -> Found:
    """A view with a WHERE, granted to an application role, that is neither a barrier nor read with its
    rights.
    """
    for view in scope.views:
        roles = sorted(scope.holders(view.grants, _READ))
        filters = " WHERE " in " ".join(view.definition.split())
        if (
            roles
            and filters
            and not _option(view, "security_barrier")
            and not _option(view, "security_invoker")
        ):
            yield Advice(
                view.key,
                f"{view.qualified} filters what {', '.join(roles)} may see, without a barrier.",
                statements(
                    "run its filter first", f"ALTER VIEW {view.qualified} SET (security_barrier = true)"
                ),
                {"roles": roles},
            )


@rule(
    "matview-exposed",
    WARNING,
    name="Materialized view that everybody reads whole",
    why="A materialized view has no row security: it holds what its owner saw, of all users.",
    example="-- app is the application's role\n"  # noqa: S608 - an example
    + _PROTECTED
    + "CREATE MATERIALIZED VIEW counts AS SELECT user_id, count(*) FROM tasks GROUP BY 1;\nGRANT SELECT"
    " ON counts TO app;",
    fix="Take the right away, and show it through a view that filters.",
    needs_app_role=True,
)
def matview_exposed(scope: Scope) -> Found:
    """A materialized view that an application role may read."""
    for view in scope.materialized_views:
        roles = sorted(scope.holders(view.grants, _READ))
        if roles:
            yield Advice(
                view.key,
                f"{', '.join(roles)} may read all of {view.qualified}, which has no row security.",
                statements(
                    "take the right away",
                    *(
                        f"REVOKE SELECT ON {view.qualified} FROM {grantee}"  # noqa: S608 - quoted names
                        for grantee in _grantees(scope, view.grants)
                    ),
                ),
                {"roles": roles},
            )


def _grantees(scope: Scope, grants: Grants) -> list[str]:
    """Those whose grant reaches an application role, as SQL names them."""
    reached = {name for roles in scope.reach.values() for name in roles}
    return sorted(
        "PUBLIC" if grant.to_public else quote_identifier(grant.grantee)
        for grant in grants
        if grant.privilege in _READ and (grant.to_public or grant.grantee in reached)
    )


def _protected(scope: Scope, view: Qualified) -> list[Qualified]:
    sources = scope.statistics.view_sources
    found, todo, seen = set(), [view], {view}
    while todo:
        for source in sources.get(todo.pop(), frozenset()):
            table = scope.table(source)
            if table is not None and table.row_security:
                found.add(source)
            if source in sources and source not in seen:
                seen.add(source)
                todo.append(source)
    return sorted(found)


def _option(view: View, name: str) -> bool:
    return any(option in (f"{name}={value}" for value in _ON) for option in view.options)
