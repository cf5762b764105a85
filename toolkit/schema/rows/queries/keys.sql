-- The column numbers of each unique index that tells rows apart in the order of its columns: whole, valid, over
-- columns that are not null, in the collation and by the operators that ORDER BY uses. The best one first.
select array(select k from unnest(i.indkey[0:i.indnkeyatts - 1]) k)
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_class ic on ic.oid = i.indexrelid
 where n.nspname = %(schema)s
   and c.relname = %(name)s
   and i.indisunique
   and i.indisvalid
   and i.indpred is null
   and i.indexprs is null
   and not exists (select
                     from unnest(i.indkey[0:i.indnkeyatts - 1]::int2[], i.indcollation::oid[], i.indclass::oid[])
                            as part (number, key_collation, operators)
                     join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = part.number
                     join pg_catalog.pg_opclass o on o.oid = part.operators
                    where not a.attnotnull
                       or not o.opcdefault
                       or part.key_collation is distinct from a.attcollation)
 order by not i.indisprimary, i.indnkeyatts, ic.relname
