select n.nspname,
       c.relname,
       greatest(pg_stat_get_live_tuples(c.oid), c.reltuples::int8),
       pg_table_size(c.oid),
       pg_indexes_size(c.oid)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'm')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
