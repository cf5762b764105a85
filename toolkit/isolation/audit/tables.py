"""What the shape of the owned tables leaves open: owner columns, keys, rules, copies, expressions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.findings import Finding, Fix, Severity, Unknown
from toolkit.isolation.audit.site import OURS, TABLE, Site
from toolkit.isolation.grounds import Grounds, OwnedTable, sql_name, sql_table

_DEFAULTS: Final = f"""
SELECT {TABLE} AS name, a.attname AS column, pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS value
FROM pg_catalog.pg_attrdef AS d
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated = ''
JOIN pg_catalog.pg_class AS c ON c.oid = d.adrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {TABLE} = ANY (:names)
ORDER BY 1, 2
"""

_NOT_VALID: Final = f"""
SELECT {TABLE} AS name, k.conname AS key
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {TABLE} = ANY (:names) AND k.contype IN ('f', 'c', 'n') AND NOT k.convalidated
ORDER BY 1, 2
"""

_UNIQUE: Final = f"""
SELECT {TABLE} AS name, x.relname AS index,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
             WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)) AS columns,
       i.indisprimary AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_attribute AS a
         WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attidentity = ''
           AND NOT a.atthasdef AND NOT a.atttypid = 'pg_catalog.uuid'::regtype) AS made_by_server,
       EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = i.indrelid
               AND a.attnum = ANY (i.indkey) AND a.atttypid = 'pg_catalog.uuid'::regtype) AS unguessable
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {TABLE} = ANY (:names) AND (i.indisunique OR i.indisexclusion)
ORDER BY 1, 2
"""

_RULES: Final = f"""
SELECT {TABLE} AS name, r.rulename AS rule, o.rolname AS owner
FROM pg_catalog.pg_rewrite AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles AS o ON o.oid = c.relowner
WHERE {OURS} AND r.rulename <> '_RETURN' AND r.ev_enabled <> 'D'
  AND pg_catalog.has_schema_privilege(CAST(:role AS name), n.oid, 'USAGE')
  AND (pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, 'SELECT, INSERT, UPDATE')
       OR pg_catalog.has_table_privilege(CAST(:role AS name), c.oid, 'DELETE'))
ORDER BY 1, 2
"""

_EXPRESSIONS: Final = f"""
WITH parts AS (
  SELECT 'pg_catalog.pg_attrdef'::regclass AS class, d.oid, d.adrelid AS relation
  FROM pg_catalog.pg_attrdef AS d
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated <> ''
  UNION ALL SELECT 'pg_catalog.pg_class'::regclass, i.indexrelid, i.indrelid FROM pg_catalog.pg_index AS i
  UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass, k.oid, k.conrelid
  FROM pg_catalog.pg_constraint AS k WHERE k.contype IN ('c', 'x')
  UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::regclass, s.oid, s.stxrelid
  FROM pg_catalog.pg_statistic_ext AS s)
SELECT DISTINCT {TABLE} AS name, pg_catalog.format('%I.%I', fn.nspname, f.proname) AS function
FROM parts
JOIN pg_catalog.pg_depend AS d ON d.classid = parts.class AND d.objid = parts.oid
 AND d.refclassid = 'pg_catalog.pg_proc'::regclass
JOIN pg_catalog.pg_proc AS f ON f.oid = d.refobjid
JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.pronamespace AND fn.nspname <> 'pg_catalog'
JOIN pg_catalog.pg_class AS c ON c.oid = parts.relation
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {TABLE} = ANY (:names)
ORDER BY 1, 2
"""

_NAMESAKES: Final = f"""
SELECT {TABLE} AS name, own.own
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN (SELECT ot.relname, o.nspname || '.' || ot.relname AS own, ot.oid
      FROM pg_catalog.pg_class AS ot JOIN pg_catalog.pg_namespace AS o ON o.oid = ot.relnamespace
     ) AS own ON own.relname = c.relname AND own.oid <> c.oid AND own.own = ANY (:names)
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT {TABLE} = ANY (:names) AND {OURS}
  AND pg_catalog.has_schema_privilege(CAST(:role AS name), n.oid, 'USAGE')
  AND pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, 'SELECT, INSERT, UPDATE')
ORDER BY 1
"""


_KINDS: Final = ("_type", "_kind", "_table")


def table_findings(site: Site) -> Iterator[Finding]:
    """What the catalog says about the owned tables, beside their row security."""
    for table in site.tables():
        yield from _owner_column(site, table)
    yield from _defaults(site)
    for row in site.ask(_NOT_VALID):
        yield Finding(
            "isolation.key-not-validated",
            Severity.WARNING,
            row["name"],
            f"{row['key']} of {row['name']} was never validated: rows of before may break it.",
            {"constraint": row["key"]},
            Fix(
                "validate it",
                (f"ALTER TABLE {sql_table(row['name'])} VALIDATE CONSTRAINT {sql_name(row['key'])}",),
            ),
        )
    yield from _unique_keys(site)
    yield from _rules_and_functions(site)
    for row in site.ask(_NAMESAKES):
        yield Finding(
            "isolation.namesake",
            Severity.WARNING,
            row["name"],
            f"{row['name']} has the name of {row['own']}: which one a statement means, the search_path says.",
            {"namesake": row["own"]},
        )
    yield from _shadows(site)


def _owner_column(site: Site, table: OwnedTable) -> Iterator[Finding]:
    """The column of a table that has one of its own: what it refers to, and of which type."""
    root = site.grounds.root
    if table.is_root or table.path.hops or root is None or root.path.hops:
        return
    name = table.path.column
    column, key = table.shape.column(name), root.shape.column(root.path.column)
    if column is not None and key is not None and column.type != key.type:
        yield Finding(
            "isolation.owner-type-differs",
            Severity.WARNING,
            f"{table.name}.{name}",
            f"{table.name}.{name} is {column.type}, the users' key is {key.type}.",
        )
    owned = {each.name for each in site.grounds.owned}
    if not any(name in each.columns and each.target in owned for each in table.shape.foreign_keys):
        yield Finding(
            "isolation.owner-key-missing",
            Severity.WARNING,
            f"{table.name}.{name}",
            f"Nothing keeps {table.name}.{name} to users that exist.",
            fix=Fix(
                "refer to the users",
                (
                    (
                        f"ALTER TABLE {table.sql} ADD FOREIGN KEY ({sql_name(name)})"
                        f" REFERENCES {root.sql} ({sql_name(root.path.column)}) NOT VALID"
                    ),
                ),
            ),
        )


def _defaults(site: Site) -> Iterator[Finding]:
    owners = {(table.name, name) for table in site.grounds.owned for name in table.owner_columns}
    owners -= {(table.name, table.path.column) for table in site.grounds.owned if table.is_root}
    for row in site.ask(_DEFAULTS):
        if (row["name"], row["column"]) not in owners:
            continue
        if site.subject.identity_setting.lower() in row["value"].lower() or row["value"].startswith("NULL"):
            continue
        yield Finding(
            "isolation.owner-default",
            Severity.WARNING,
            f"{row['name']}.{row['column']}",
            f"A row without a named owner gets {row['value']} in {row['name']}.{row['column']}.",
            {"default": row["value"]},
            Fix(
                "take the default away",
                (f"ALTER TABLE {sql_table(row['name'])} ALTER {sql_name(row['column'])} DROP DEFAULT",),
            ),
        )


def _unique_keys(site: Site) -> Iterator[Finding]:
    """Keys over the rows of all users: they tell that a value is taken, and let it be taken first."""
    for row in site.ask(_UNIQUE):
        table = site.grounds.table(row["name"])
        columns = set(row["columns"])
        if table is None or table.is_root or row["made_by_server"] or row["unguessable"]:
            continue
        bound = {*table.owner_columns}
        for key in table.shape.foreign_keys:
            if site.grounds.table(key.target) is not None:
                bound.update(key.columns)
        if columns & bound:
            continue
        yield Finding(
            "isolation.unique-across-owners",
            Severity.INFO,
            row["name"],
            f"{row['index']} of {row['name']} is unique over all users: an error tells what another one has.",
            {"index": row["index"], "columns": sorted(columns)},
            Fix("let the owner be part of it"),
        )


def _rules_and_functions(site: Site) -> Iterator[Finding]:
    for row in site.ask(_RULES):
        yield Finding(
            "isolation.rewrite-rule",
            Severity.WARNING,
            row["name"],
            f"Rule {row['rule']} of {row['name']} turns statements into others, run as {row['owner']}.",
            {"rule": row["rule"], "owner": row["owner"]},
            Fix("drop it", (f"DROP RULE {sql_name(row['rule'])} ON {sql_table(row['name'])}",)),
        )
    for row in site.ask(_EXPRESSIONS):
        yield Finding(
            "isolation.expression-function",
            Severity.INFO,
            row["name"],
            f"An index, check or generated column of {row['name']} calls {row['function']}"
            " with rows of all users.",
            {"function": row["function"]},
        )


def pointers(grounds: Grounds) -> Iterator[Unknown]:
    """Pairs of columns that name a table and a row in it: no key says whose row that is."""
    for table in grounds.owned:
        names = {column.name for column in table.shape.columns}
        bound = {name for key in table.shape.foreign_keys for name in key.columns}
        for name in sorted(names - bound):
            stem = next((name.removesuffix(end) for end in _KINDS if name.endswith(end)), "")
            if stem and f"{stem}_id" in names - bound:
                reason = f"{stem}_id points at rows of the table that {name} names, which no key keeps"
                yield Unknown("isolation.polymorphic-pointer", table.name, reason)


def _shadows(site: Site) -> Iterator[Finding]:
    """Copies of an owned table that count as nobody's: histories, archives, staging."""
    for name, reason in {**site.grounds.shared, **site.grounds.unclassified}.items():
        columns = {column.name for column in site.grounds.shapes[name].columns}
        for table in site.grounds.owned:
            own = {column.name for column in table.shape.columns}
            if len(own) > 2 and own <= columns:
                yield Finding(
                    "isolation.shadow-table",
                    Severity.WARNING,
                    name,
                    f"{name} has every column of {table.name}, and no owner ({reason}).",
                    {"copy of": table.name},
                )
