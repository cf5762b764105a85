-- The names of the columns that begin an index which can give the rows in the order of ORDER BY: whole, valid,
-- ordered, in the collation and by the operators that ORDER BY uses.
select distinct a.attname::text
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_class ic on ic.oid = i.indexrelid
  join pg_catalog.pg_am m on m.oid = ic.relam
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
  join pg_catalog.pg_opclass o on o.oid = i.indclass[0]
 where n.nspname = %(schema)s
   and c.relname = %(name)s
   and m.amname = 'btree'
   and i.indisvalid
   and i.indpred is null
   and o.opcdefault
   and i.indcollation[0] is not distinct from a.attcollation
   and i.indoption[0] in (0, 3)
