select n.nspname, c.relname
  from pg_stat_progress_create_index p
  join pg_class c on c.oid = p.index_relid
  join pg_namespace n on n.oid = c.relnamespace
 where p.datname = current_database()
