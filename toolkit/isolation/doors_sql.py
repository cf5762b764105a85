"""The catalog questions about ways to the rows that lead past the tables, for one role.

Nothing is judged here. Each question gives `name` and what its finding says.
"""

from __future__ import annotations

from typing import Final

from toolkit.isolation.shapes import NAMED_SCHEMA

_PUBLISHED: Final = NAMED_SCHEMA.replace("n.nspname", "p.schemaname")
_OURS: Final = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'"
_USABLE: Final = "pg_catalog.has_schema_privilege(CAST(:role AS name), n.oid, 'USAGE')"
_TOUCHABLE: Final = """
(pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, 'SELECT, INSERT, UPDATE')
 OR pg_catalog.has_table_privilege(CAST(:role AS name), c.oid, 'DELETE, TRUNCATE'))
"""

RELATIONS: Final = f"""
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS quoted,
       {NAMED_SCHEMA} || '.' || c.relname AS name, c.relkind::text AS kind, c.relispartition AS is_partition,
       o.rolname AS owner, o.rolsuper OR o.rolbypassrls AS owner_exempt,
       coalesce((SELECT option_value::boolean FROM pg_catalog.pg_options_to_table(c.reloptions)
                 WHERE option_name = 'security_invoker'), false) AS invoker,
       coalesce((SELECT option_value::boolean FROM pg_catalog.pg_options_to_table(c.reloptions)
                 WHERE option_name = 'security_barrier'), false) AS barrier
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles AS o ON o.oid = c.relowner
WHERE {_OURS} AND {_USABLE} AND {_TOUCHABLE}
  AND (c.relkind IN ('v', 'm', 'f') OR c.relkind IN ('r', 'p')
       AND EXISTS (SELECT FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = c.oid))
ORDER BY 2
"""

FUNCTIONS: Final = f"""
SELECT {NAMED_SCHEMA} || '.' || p.proname AS name,
       pg_catalog.format('%I.%I(%s)', n.nspname, p.proname,
                         pg_catalog.pg_get_function_identity_arguments(p.oid)) AS quoted,
       o.rolname AS owner, p.prosecdef AS definer, p.proleakproof AS leakproof,
       p.prorettype = 'pg_catalog.trigger'::regtype AS is_trigger,
       EXISTS (SELECT FROM pg_catalog.unnest(p.proconfig) AS s WHERE starts_with(s, 'search_path=')) AS fixed
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_roles AS o ON o.oid = p.proowner
WHERE {_OURS} AND (p.prosecdef OR p.proleakproof) AND p.prokind IN ('f', 'p')
  AND (p.prorettype = 'pg_catalog.trigger'::regtype
       AND EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgfoid = p.oid)
       OR {_USABLE} AND pg_catalog.has_function_privilege(CAST(:role AS name), p.oid, 'EXECUTE')
          AND p.prorettype <> 'pg_catalog.trigger'::regtype)
ORDER BY 2
"""

DEFAULTS: Final = """
SELECT coalesce(n.nspname, 'every schema') AS name, r.rolname AS maker,
       pg_catalog.string_agg(DISTINCT a.privilege_type, ', ' ORDER BY a.privilege_type) AS privileges
FROM pg_catalog.pg_default_acl AS d
JOIN pg_catalog.pg_roles AS r ON r.oid = d.defaclrole
LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = d.defaclnamespace,
LATERAL pg_catalog.aclexplode(d.defaclacl) AS a
WHERE d.defaclobjtype = 'r' AND a.grantee <> d.defaclrole
  AND (a.grantee = 0 OR pg_catalog.pg_has_role(CAST(:role AS name), a.grantee, 'USAGE'))
GROUP BY 1, 2 ORDER BY 1, 2
"""

PUBLICATIONS: Final = f"""
SELECT p.pubname AS publication, {_PUBLISHED} || '.' || p.tablename AS name
FROM pg_catalog.pg_publication_tables AS p
WHERE {_PUBLISHED} || '.' || p.tablename = ANY (:names) AND (to_jsonb(p) ->> 'rowfilter') IS NULL
ORDER BY 1, 2
"""
