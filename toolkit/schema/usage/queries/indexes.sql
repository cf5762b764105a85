select n.nspname::text as schema,
       c.relname::text as table,
       ic.relname::text as name,
       pg_relation_size(i.indexrelid) as bytes,
       s.idx_scan as scans,
       s.last_idx_scan as last_scan, -- since 16; else: null::timestamptz as last_scan,
       i.indisunique as unique,
       i.indisvalid as valid
  from pg_index i
  join pg_class ic on ic.oid = i.indexrelid
  join pg_class c on c.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_stat_all_indexes s on s.indexrelid = i.indexrelid
 where ic.relkind = 'i'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
