"""The ways past the tables, as values: views, stored views, foreign tables, partitions, definer functions.

The judging is in `door_verdicts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text

from toolkit.isolation.attempt import Stage
from toolkit.isolation.shapes import NAMED_SCHEMA

_KINDS: Final = {"v": "view", "m": "materialized view", "f": "foreign table", "r": "table", "p": "table"}
_NAME: Final = f"{NAMED_SCHEMA} || '.' || c.relname"
_MAY: Final = "pg_catalog.has_{}_privilege(CAST(:role AS name), c.oid, '{}')"
_USABLE: Final = "pg_catalog.has_schema_privilege(CAST(:role AS name), n.oid, 'USAGE')"

_RELATIONS: Final = f"""
SELECT {_NAME} AS name, c.relkind::text AS kind, c.relispartition AS is_partition,
       o.rolname AS owner, o.rolsuper OR o.rolbypassrls AS owner_exempt,
       coalesce((SELECT option_value::boolean FROM pg_catalog.pg_options_to_table(c.reloptions)
                 WHERE option_name = 'security_invoker'), false) AS invoker,
       coalesce((SELECT option_value::boolean FROM pg_catalog.pg_options_to_table(c.reloptions)
                 WHERE option_name = 'security_barrier'), false) AS barrier,
       EXISTS (SELECT FROM pg_catalog.pg_options_to_table(c.reloptions)
               WHERE option_name = 'check_option') AS checked,
       {_USABLE} AND {_MAY.format("any_column", "SELECT")} AS can_read,
       {_USABLE} AND {_MAY.format("any_column", "INSERT")} AS can_insert,
       {_USABLE} AND {_MAY.format("any_column", "UPDATE")} AS can_update,
       {_USABLE} AND {_MAY.format("table", "DELETE")} AS can_delete,
       CASE WHEN c.relkind = 'v' THEN pg_catalog.pg_relation_is_updatable(c.oid, false) ELSE 0 END
         AS updatable,
       EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
         OR EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w
                    WHERE w.ev_class = c.oid AND w.rulename <> '_RETURN') AS rewritten,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,
       ARRAY(SELECT DISTINCT {_NAME.replace("n.", "bn.").replace("c.", "b.")}
             FROM pg_catalog.pg_rewrite AS w
             JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass
              AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> c.oid
             JOIN pg_catalog.pg_class AS b ON b.oid = d.refobjid
             JOIN pg_catalog.pg_namespace AS bn ON bn.oid = b.relnamespace
             WHERE w.ev_class = c.oid ORDER BY 1) AS reads,
       EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w
               JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass
                AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_proc'::regclass
               WHERE w.ev_class = c.oid) AS calls,
       (SELECT {_NAME.replace("n.", "rn.").replace("c.", "r.")}
        FROM pg_catalog.pg_partition_root(c.oid) AS root (oid)
        JOIN pg_catalog.pg_class AS r ON r.oid = root.oid
        JOIN pg_catalog.pg_namespace AS rn ON rn.oid = r.relnamespace) AS parent
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles AS o ON o.oid = c.relowner
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
  AND (c.relkind IN ('v', 'm', 'f') OR c.relispartition)
ORDER BY 1
"""

_FUNCTIONS: Final = f"""
SELECT {NAMED_SCHEMA} || '.' || p.proname
         || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' AS name,
       o.rolname AS owner, o.rolsuper OR o.rolbypassrls AS owner_exempt, l.lanname AS language,
       CASE WHEN l.lanname = 'sql' THEN coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) END
         AS definition
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_roles AS o ON o.oid = p.proowner
JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
  AND p.prosecdef AND p.prokind IN ('f', 'p') AND p.prorettype <> 'pg_catalog.trigger'::regtype
  AND {_USABLE} AND pg_catalog.has_function_privilege(CAST(:role AS name), p.oid, 'EXECUTE')
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Door:
    """One relation or function, and what the role may do with it."""

    name: str
    kind: str
    """`view`, `materialized view`, `foreign table`, `partition`, `function`."""
    owner: str
    owner_exempt: bool
    definition: str | None
    invoker: bool = False
    barrier: bool = False
    checked: bool = False
    """Whether a view has WITH CHECK OPTION."""
    can_read: bool = False
    can_insert: bool = False
    can_update: bool = False
    can_delete: bool = False
    updatable: int = 0
    """Bits of `pg_relation_is_updatable`."""
    rewritten: bool = False
    """Whether triggers or rules stand on it."""
    reads: tuple[str, ...] = ()
    """The relations a view's query names."""
    calls: bool = False
    """Whether its query calls functions of the project."""
    parent: str | None = None
    """The table a partition belongs to."""

    @property
    def is_open(self) -> bool:
        """Whether the role may do anything with it."""
        return self.kind == "function" or any(
            (self.can_read, self.can_insert, self.can_update, self.can_delete)
        )


def find_doors(stage: Stage) -> tuple[Door, ...]:
    """Every way there is, open or not: a view may lead through another."""
    path = stage.observe("SELECT current_setting('search_path') AS path")[0]["path"]
    stage.connection.execute(text("SELECT set_config('search_path', '', true)"))
    relations = [_relation(row) for row in stage.observe(_RELATIONS, role=stage.role)]
    functions = [
        Door(row["name"], "function", row["owner"], row["owner_exempt"], row["definition"])
        for row in stage.observe(_FUNCTIONS, role=stage.role)
    ]
    stage.connection.execute(text("SELECT set_config('search_path', :path, true)"), {"path": path})
    return (*relations, *functions)


def _relation(row: Any) -> Door:
    reads: Sequence[str] = row["reads"]
    return Door(
        row["name"],
        "partition" if row["is_partition"] else _KINDS[row["kind"]],
        row["owner"],
        row["owner_exempt"],
        row["definition"],
        row["invoker"],
        row["barrier"],
        row["checked"],
        row["can_read"],
        row["can_insert"],
        row["can_update"],
        row["can_delete"],
        row["updatable"],
        row["rewritten"],
        tuple(reads),
        row["calls"],
        row["parent"],
    )
