"""The catalog questions of the probe, each for the whole database at once. Nothing is judged here."""

from __future__ import annotations

from typing import Final

from toolkit.isolation.shapes import NAMED_SCHEMA

_OURS: Final = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'"

CHILDREN: Final = f"""
WITH RECURSIVE tree AS (
  SELECT c.oid AS root, c.oid FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND {NAMED_SCHEMA} || '.' || c.relname = ANY (:names)
  UNION SELECT tree.root, i.inhrelid FROM tree JOIN pg_catalog.pg_inherits AS i ON i.inhparent = tree.oid)
SELECT {NAMED_SCHEMA.replace("n.", "pn.")} || '.' || p.relname AS parent,
       n.nspname AS schema, c.relname AS name, c.relispartition AS is_partition
FROM tree
JOIN pg_catalog.pg_class AS p ON p.oid = tree.root
JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
JOIN pg_catalog.pg_class AS c ON c.oid = tree.oid AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE tree.oid <> tree.root AND pg_catalog.has_schema_privilege(CAST(:role AS name), n.oid, 'USAGE')
  AND (pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, 'SELECT, INSERT, UPDATE')
       OR pg_catalog.has_table_privilege(CAST(:role AS name), c.oid, 'DELETE, TRUNCATE'))
ORDER BY 1, 2, 3
"""
"""Partitions and children, at any depth, that the role may address."""

COLUMNS: Final = f"""
SELECT {NAMED_SCHEMA} || '.' || c.relname AS table_name, a.attname AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       a.attidentity = 'a' AS always, a.attgenerated <> '' AS generated,
       pg_catalog.has_column_privilege(CAST(:role AS name), c.oid, a.attnum, 'UPDATE') AS can_update
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped AND {NAMED_SCHEMA} || '.' || c.relname = ANY (:names)
ORDER BY c.oid, a.attnum
"""

TRIGGERS: Final = f"""
SELECT {NAMED_SCHEMA} || '.' || c.relname AS table_name, t.tgname AS name, p.prosecdef AS definer,
       l.lanname AS language, p.prosrc AS body,
       pg_catalog.format('%I.%I(%s)', pn.nspname, p.proname,
                         pg_catalog.pg_get_function_identity_arguments(p.oid)) AS function
FROM pg_catalog.pg_trigger AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid
JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.pronamespace
JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND {NAMED_SCHEMA} || '.' || c.relname = ANY (:names)
ORDER BY 1, 2
"""

RULES: Final = f"""
SELECT DISTINCT {NAMED_SCHEMA} || '.' || c.relname AS table_name
FROM pg_catalog.pg_rewrite AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {NAMED_SCHEMA} || '.' || c.relname = ANY (:names)
"""
"""Tables whose writes a rewrite rule may turn into others."""

SEQUENCES: Final = f"""
SELECT DISTINCT {NAMED_SCHEMA} || '.' || c.relname AS table_name,
       sn.nspname || '.' || s.relname AS sequence
FROM pg_catalog.pg_depend AS d
JOIN pg_catalog.pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_catalog.pg_namespace AS sn ON sn.oid = s.relnamespace
JOIN pg_catalog.pg_class AS c ON c.oid = d.refobjid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
  AND {NAMED_SCHEMA} || '.' || c.relname = ANY (:names)
ORDER BY 1, 2
"""

POLICY_FUNCTIONS: Final = f"""
SELECT DISTINCT {NAMED_SCHEMA.replace("n.", "fn.")} || '.' || f.proname AS name
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid
  AND d.refclassid = 'pg_catalog.pg_proc'::regclass
JOIN pg_catalog.pg_proc AS f ON f.oid = d.refobjid AND f.provolatile <> 'v'
JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.pronamespace AND fn.nspname <> 'pg_catalog'
WHERE {NAMED_SCHEMA} || '.' || c.relname = ANY (:names)
ORDER BY 1
"""
"""Functions that the planner may run when it estimates a policy."""

VIEWS: Final = f"""
SELECT {NAMED_SCHEMA} || '.' || c.relname AS name, pg_catalog.format('%I.%I', n.nspname, c.relname) AS quoted,
       c.relkind::text AS kind,
       coalesce((SELECT option_value::boolean FROM pg_catalog.pg_options_to_table(c.reloptions)
                 WHERE option_name = 'security_invoker'), false) AS invoker,
       o.rolname AS owner,
       pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, 'SELECT') AS can_read,
       pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, 'UPDATE') AS can_update,
       pg_catalog.has_table_privilege(CAST(:role AS name), c.oid, 'DELETE') AS can_delete,
       CASE c.relkind WHEN 'v' THEN pg_catalog.pg_relation_is_updatable(c.oid, true) ELSE 0 END AS updatable,
       (SELECT pg_catalog.jsonb_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT pg_catalog.jsonb_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND CASE c.relkind WHEN 'v' THEN pg_catalog.pg_column_is_updatable(c.oid, a.attnum, true) END
       ) AS settable,
       (WITH RECURSIVE below AS (
          SELECT c.oid
          UNION SELECT d.refobjid FROM below
          JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = below.oid
          JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
            AND d.refclassid = 'pg_catalog.pg_class'::regclass)
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(
                 {NAMED_SCHEMA.replace("n.", "bn.")} || '.' || b.relname, b.relkind,
                 coalesce((SELECT option_value::boolean FROM pg_catalog.pg_options_to_table(b.reloptions)
                           WHERE option_name = 'security_invoker'), false))
               ORDER BY b.oid)
        FROM below JOIN pg_catalog.pg_class AS b ON b.oid = below.oid AND b.oid <> c.oid
        JOIN pg_catalog.pg_namespace AS bn ON bn.oid = b.relnamespace) AS below,
       EXISTS (SELECT FROM pg_catalog.pg_rewrite AS r
               JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass
                 AND d.objid = r.oid AND d.refclassid = 'pg_catalog.pg_proc'::regclass
               WHERE r.ev_class = c.oid AND d.refobjid >= 16384) AS calls
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles AS o ON o.oid = c.relowner
WHERE c.relkind IN ('v', 'm', 'f') AND {_OURS}
  AND pg_catalog.has_schema_privilege(CAST(:role AS name), n.oid, 'USAGE')
  AND (pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, 'SELECT, INSERT, UPDATE')
       OR pg_catalog.has_table_privilege(CAST(:role AS name), c.oid, 'DELETE'))
ORDER BY 1
"""
"""Views, stored views and foreign tables the role may use, and everything below them."""

FUNCTIONS: Final = f"""
SELECT {NAMED_SCHEMA} || '.' || p.proname AS name, pg_catalog.format('%I.%I', n.nspname, p.proname) AS quoted,
       pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments,
       p.prokind::text AS kind, p.prosecdef AS definer, p.provolatile::text AS volatility,
       p.proretset AS is_set, l.lanname AS language,
       coalesce(pg_catalog.pg_get_functiondef(p.oid), '') AS body,
       (SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.format_type(t, NULL) ORDER BY place), '[]')
        FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY AS x (t, place)
        WHERE place <= p.pronargs - p.pronargdefaults) AS wanted
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
WHERE {_OURS} AND p.prokind IN ('f', 'p') AND p.prorettype <> 'pg_catalog.trigger'::regtype
  AND (p.prosecdef OR p.proretset)
  AND pg_catalog.has_schema_privilege(CAST(:role AS name), n.oid, 'USAGE')
  AND pg_catalog.has_function_privilege(CAST(:role AS name), p.oid, 'EXECUTE')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_proc'::regclass
                  AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1, 3
"""
"""Functions that act as their owner or give rows, and that the role may call."""

VOLATILE: Final = """
SELECT DISTINCT p.proname AS name FROM pg_catalog.pg_proc AS p WHERE p.provolatile = 'v'
"""
"""Names of functions that may do something; a name that has such a form counts as such."""
