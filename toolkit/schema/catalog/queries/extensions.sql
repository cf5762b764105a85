select e.oid::int8, e.extname, n.nspname, e.extversion
  from pg_extension e
  join pg_namespace n on n.oid = e.extnamespace
