select c.oid::int8, quote_ident(n.nspname) || '.' || quote_ident(c.collname) as name
  from pg_collation c
  join pg_namespace n on n.oid = c.collnamespace
 where c.oid in (select unnest(i.indcollation::oid[]) from pg_index i)
   and c.oid <> 100
