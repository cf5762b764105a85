"""The catalog questions of the isolation checks: roles, row security, policies, privileges.

All SQL over the system catalogs that this room asks is here. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, text

from toolkit.isolation.shapes import NAMED_SCHEMA

_ROLE: Final = """
SELECT r.rolname AS name, r.rolsuper OR r.rolbypassrls AS exempt, r.rolreplication AS replicates,
       r.rolcreaterole AND pg_catalog.current_setting('server_version_num')::int < 160000 AS makes_itself
FROM pg_catalog.pg_roles AS r WHERE r.rolname = :role
"""

_EXEMPT_WAYS: Final = """
SELECT r.rolname AS name
FROM pg_catalog.pg_roles AS r
WHERE pg_catalog.pg_has_role(CAST(:role AS name), r.oid, 'MEMBER') AND r.rolname <> :role
  AND (r.rolsuper OR r.rolbypassrls OR r.rolname IN ('pg_execute_server_program', 'pg_read_server_files',
                                                     'pg_write_server_files')
    OR EXISTS (
      SELECT FROM pg_catalog.pg_class AS c
      WHERE c.oid = ANY (CAST(:tables AS regclass[])) AND (
        c.relowner = r.oid
        OR EXISTS (SELECT FROM pg_catalog.unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS verb
                   WHERE pg_catalog.has_any_column_privilege(r.oid, c.oid, verb)
                     AND NOT pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, verb))
        OR EXISTS (SELECT FROM pg_catalog.unnest(ARRAY['DELETE', 'TRUNCATE']) AS verb
                   WHERE pg_catalog.has_table_privilege(r.oid, c.oid, verb)
                     AND NOT pg_catalog.has_table_privilege(CAST(:role AS name), c.oid, verb))
        OR pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE') AND EXISTS (
          SELECT FROM pg_catalog.pg_policy AS p,
            LATERAL (SELECT pg_catalog.bool_or(o = 0 OR pg_catalog.pg_has_role(r.oid, o, 'USAGE')) AS there,
                       pg_catalog.bool_or(
                         o = 0 OR pg_catalog.pg_has_role(CAST(:role AS name), o, 'USAGE')) AS here
                     FROM pg_catalog.unnest(p.polroles) AS o) AS applies
          WHERE p.polrelid = c.oid AND (p.polpermissive AND there AND NOT here
                                        OR NOT p.polpermissive AND here AND NOT there)))))
ORDER BY r.rolname
"""

_TABLES: Final = f"""
SELECT {NAMED_SCHEMA} || '.' || c.relname AS name,
       c.relrowsecurity AS enabled,
       c.relforcerowsecurity AS forced,
       o.rolname AS owner,
       pg_catalog.pg_has_role(CAST(:role AS name), c.relowner, 'USAGE') AS owned,
       pg_catalog.has_schema_privilege(CAST(:role AS name), n.oid, 'USAGE') AS usable,
       pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, 'SELECT') AS can_read,
       pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, 'INSERT') AS can_insert,
       pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, 'UPDATE') AS can_update,
       pg_catalog.has_table_privilege(CAST(:role AS name), c.oid, 'DELETE') AS can_delete,
       pg_catalog.has_table_privilege(CAST(:role AS name), c.oid, 'TRUNCATE') AS can_truncate,
       EXISTS (
         WITH RECURSIVE below AS (
           SELECT i.inhrelid AS oid FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = c.oid
           UNION SELECT i.inhrelid FROM below JOIN pg_catalog.pg_inherits AS i ON i.inhparent = below.oid)
         SELECT FROM below
         WHERE pg_catalog.has_any_column_privilege(CAST(:role AS name), below.oid, 'SELECT, INSERT, UPDATE')
            OR pg_catalog.has_table_privilege(CAST(:role AS name), below.oid, 'DELETE, TRUNCATE')
       ) AS open_children,
       ARRAY(SELECT v.verb FROM (VALUES ('insert', 4, '3'), ('delete', 8, '4'), ('update', 16, '2'))
                             AS v (verb, bit, event)
             WHERE EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w WHERE w.ev_class = c.oid
                             AND w.ev_type::text = v.event AND w.ev_enabled <> 'D')
                OR EXISTS (SELECT FROM pg_catalog.pg_trigger AS t
                           JOIN pg_catalog.pg_proc AS f ON f.oid = t.tgfoid
                           WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'
                             AND f.prosecdef AND t.tgtype & v.bit <> 0)
       ) AS acts_beyond
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles AS o ON o.oid = c.relowner
WHERE c.relkind IN ('r', 'p') AND {NAMED_SCHEMA} || '.' || c.relname = ANY (:names)
"""

_POLICIES: Final = f"""
SELECT {NAMED_SCHEMA} || '.' || c.relname AS table_name, p.polname AS name, p.polcmd AS command,
       p.polpermissive AS permissive,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS using_clause,
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS check_clause,
       (SELECT pg_catalog.bool_or(r = 0 OR pg_catalog.pg_has_role(CAST(:role AS name), r, 'USAGE'))
        FROM pg_catalog.unnest(p.polroles) AS r) AS applies
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {NAMED_SCHEMA} || '.' || c.relname = ANY (:names)
ORDER BY 1, 2
"""

_SEARCH: Final = "SELECT set_config('search_path', :path, true)"

_POLICY_ROLES: Final = f"""
SELECT DISTINCT r.rolname AS name
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles AS r ON r.oid = ANY (p.polroles)
WHERE {NAMED_SCHEMA} || '.' || c.relname = ANY (:names)
  AND NOT r.rolsuper AND NOT r.rolbypassrls AND c.relowner <> r.oid
ORDER BY 1
"""

_PRESET: Final = """
SELECT coalesce(r.rolname, 'every role') AS role, coalesce(d.datname, 'every database') AS database
FROM pg_catalog.pg_db_role_setting AS s
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.setdatabase
WHERE EXISTS (SELECT FROM pg_catalog.unnest(s.setconfig) AS c WHERE starts_with(c, :setting || '='))
"""

_COLUMNS: Final = """
SELECT a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       a.attidentity = 'a' AS always, a.attgenerated <> '' AS generated,
       pg_catalog.has_column_privilege(CAST(:role AS name), a.attrelid, a.attnum, 'UPDATE') AS can_update
FROM pg_catalog.pg_attribute AS a
WHERE a.attrelid = CAST(:table AS regclass) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""

_VALID_KEYS: Final = f"""
SELECT DISTINCT {NAMED_SCHEMA} || '.' || c.relname || '.' || k.conname AS name
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND k.convalidated
  AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
"""

_ODD_COLUMNS: Final = f"""
SELECT {NAMED_SCHEMA} || '.' || c.relname || '.' || a.attname AS name
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation AND NOT l.collisdeterministic
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
"""

_USER_TABLES: Final = f"""
SELECT {NAMED_SCHEMA} || '.' || c.relname AS name
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class TableSecurity:
    """Row security of one table, and what the judged role may do there."""

    name: str
    enabled: bool
    forced: bool
    owner: str
    owned: bool
    """Whether the judged role has the rights of the table's owner."""
    usable: bool
    """Whether it may use the schema."""
    can_read: bool
    can_insert: bool
    can_update: bool
    can_delete: bool
    can_truncate: bool
    open_children: bool
    """Whether a partition or child table may be used directly, past this table's policies."""
    acts_beyond: list[str] = field(default_factory=list)
    """The verbs that set off a rule, or a trigger that acts as its owner."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. `command` is `r`, `a`, `w`, `d` or `*`."""

    table_name: str
    name: str
    command: str
    permissive: bool
    using_clause: str | None
    check_clause: str | None
    applies: bool
    """Whether it applies to the judged role."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, as writes need to know it."""

    name: str
    type: str
    always: bool
    """An identity column that takes no value of ours."""
    generated: bool
    can_update: bool


@dataclass(frozen=True, slots=True)
class Catalog:
    """Asks the questions for one role."""

    connection: Connection
    role: str

    def tables(self, names: list[str]) -> dict[str, TableSecurity]:
        """Row security and privileges by table; a table that does not exist is left out."""
        return {row["name"]: TableSecurity(**row) for row in self._ask(_TABLES, names=names)}

    def policies(self, names: list[str]) -> tuple[Policy, ...]:
        """The policies of these tables, every name in their clauses written with its schema."""
        path = self.connection.scalar(text("SELECT current_setting('search_path')"))
        self._ask(_SEARCH, path="")
        found = tuple(Policy(**row) for row in self._ask(_POLICIES, names=names))
        self._ask(_SEARCH, path=path)
        return found

    def odd_columns(self) -> frozenset[str]:
        """Columns for which different texts may be equal, as `schema.table.column`."""
        return frozenset(row["name"] for row in self._ask(_ODD_COLUMNS))

    def is_exempt(self) -> bool:
        """Whether the role is a superuser or has BYPASSRLS; one that is not there is not."""
        facts = role_facts(self.connection, self.role)
        return bool(facts and facts["exempt"])

    def exempt_ways(self, tables: list[str]) -> tuple[str, ...]:
        """Roles the role may become that escape the policies of these tables (quoted names)."""
        return tuple(row["name"] for row in self._ask(_EXEMPT_WAYS, tables=tables))

    def columns(self, table: str) -> tuple[Column, ...]:
        """The columns of a table (quoted name)."""
        return tuple(Column(**row) for row in self._ask(_COLUMNS, table=table))

    def preset_identities(self, setting: str) -> tuple[tuple[str, str], ...]:
        """Where the identity setting has a default: role and database."""
        return tuple((row["role"], row["database"]) for row in self._ask(_PRESET, setting=setting))

    def valid_keys(self) -> frozenset[str]:
        """Foreign keys that hold for every row, as `schema.table.name`."""
        return frozenset(row["name"] for row in self._ask(_VALID_KEYS))

    def _ask(self, question: str, **binds: object) -> list[dict[str, Any]]:
        return _rows(self.connection, question, {"role": self.role, **binds})


def role_facts(connection: Connection, role: str) -> Mapping[str, Any] | None:
    """What a role is: `exempt`, `replicates`, `makes_itself` another; None if there is no such role."""
    found = _rows(connection, _ROLE, {"role": role})
    return found[0] if found else None


def policy_roles(connection: Connection, names: list[str]) -> tuple[str, ...]:
    """Roles that the policies of these tables name and that obey them."""
    return tuple(row["name"] for row in _rows(connection, _POLICY_ROLES, {"names": names}))


def user_tables(connection: Connection) -> tuple[str, ...]:
    """Every table of the database that belongs to no extension; partitions count with their parent."""
    return tuple(row["name"] for row in _rows(connection, _USER_TABLES, {}))


def _rows(connection: Connection, question: str, binds: Mapping[str, object]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(question), dict(binds)).mappings()]
