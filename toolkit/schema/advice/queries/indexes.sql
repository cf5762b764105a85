select n.nspname,
       c.relname,
       coalesce(s.idx_scan, 0),
       s.last_idx_scan,
       coalesce(pg_relation_size(c.oid), 0)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_stat_all_indexes s on s.indexrelid = c.oid
 where c.relkind = 'i'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
