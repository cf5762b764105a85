select quote_ident(n.nspname) || '.' || quote_ident(c.collname), c.collversion, pg_collation_actual_version(c.oid)
  from pg_collation c
  join pg_namespace n on n.oid = c.collnamespace
 where c.collversion <> pg_collation_actual_version(c.oid)
