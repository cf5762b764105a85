"""The catalog queries of an import. `%s` is an array of table oids; names come out unquoted."""

from __future__ import annotations

from typing import Final

TABLES: Final = """
SELECT c.oid, n.nspname, c.relname, row_security_active(c.oid)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid = ANY(%s)
"""

FIND: Final = "SELECT c.oid, c.relkind FROM pg_class AS c WHERE c.oid = to_regclass(%s)"

COLUMNS: Final = """
SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), t.typtype = 'd',
       b.typname, b.typtype = 'e',
       CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END,
       e.typname, e.typtype = 'e', format_type(e.oid, a.atttypmod),
       ARRAY(SELECT l.enumlabel::text FROM pg_enum AS l
             WHERE l.enumtypid = coalesce(e.oid, b.oid) ORDER BY l.enumsortorder),
       a.attnotnull OR t.typnotnull,
       a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL,
       a.attgenerated <> '',
       pg_get_serial_sequence(format('%%I.%%I', n.nspname, c.relname), a.attname),
       CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_type AS t ON t.oid = a.atttypid
JOIN pg_type AS b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_type AS e ON e.oid = b.typelem AND b.typcategory = 'A'
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

# indnullsnotdistinct came with version 15; as JSON it is simply absent before.
UNIQUES: Final = """
SELECT i.indrelid, x.relname,
       ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place)
             JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
             WHERE k.place <= i.indnkeyatts ORDER BY k.place),
       i.indisprimary, coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)
FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid
WHERE i.indrelid = ANY(%s) AND i.indisunique AND i.indisvalid
  AND i.indpred IS NULL AND i.indexprs IS NULL
ORDER BY i.indrelid, i.indisprimary DESC, x.relname
"""

CONSTRAINTS: Final = """
SELECT k.conrelid, k.conname, k.contype,
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u(number, place)
             JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place),
       fn.nspname, fc.relname,
       ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u(number, place)
             JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY u.place),
       k.condeferrable, pg_get_expr(k.conbin, k.conrelid)
FROM pg_constraint AS k
LEFT JOIN pg_class AS fc ON fc.oid = k.confrelid
LEFT JOIN pg_namespace AS fn ON fn.oid = fc.relnamespace
WHERE k.conrelid = ANY(%s) AND k.contype IN ('f', 'c')
ORDER BY k.conrelid, k.conname
"""

# Unique indexes with expressions or a predicate, and exclusion constraints. Uniqueness is judged by the
# operator that the index's own operator family calls equality (strategy 3 of a btree).
SERVER_RULES: Final = """
SELECT i.indrelid, x.relname,
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true)
             FROM generate_series(1, i.indnkeyatts) AS k ORDER BY k),
       CASE WHEN c.oid IS NULL THEN
         ARRAY(SELECT format('OPERATOR(%%I.%%s)', n.nspname, o.oprname)
               FROM unnest(i.indclass::oid[]) WITH ORDINALITY AS u(class, place)
               JOIN pg_opclass AS oc ON oc.oid = u.class
               JOIN pg_amop AS am ON am.amopfamily = oc.opcfamily AND am.amopstrategy = 3
                 AND am.amoplefttype = oc.opcintype AND am.amoprighttype = oc.opcintype
               JOIN pg_operator AS o ON o.oid = am.amopopr
               JOIN pg_namespace AS n ON n.oid = o.oprnamespace ORDER BY u.place)
       ELSE
         ARRAY(SELECT format('OPERATOR(%%I.%%s)', n.nspname, o.oprname)
               FROM unnest(c.conexclop) WITH ORDINALITY AS u(operator, place)
               JOIN pg_operator AS o ON o.oid = u.operator
               JOIN pg_namespace AS n ON n.oid = o.oprnamespace ORDER BY u.place)
       END,
       pg_get_expr(i.indpred, i.indrelid),
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), c.oid IS NULL,
       ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place)
             JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
             WHERE k.place <= i.indnkeyatts ORDER BY k.place)
FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid
LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype = 'x'
WHERE i.indrelid = ANY(%s) AND i.indisvalid
  AND (c.oid IS NOT NULL OR (i.indisunique AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL)))
ORDER BY i.indrelid, x.relname
"""
