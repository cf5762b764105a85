select n.oid::int8, n.nspname, n.nspowner::int8, n.nspacl::text[]
  from pg_namespace n
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
