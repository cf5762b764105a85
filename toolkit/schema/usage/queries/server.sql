select current_setting('server_version_num')::int,
       current_setting('server_version'),
       current_database()::text,
       case when has_database_privilege(d.oid, 'connect') then pg_database_size(d.oid) end,
       s.stats_reset
  from pg_database d
  join pg_stat_database s on s.datid = d.oid
 where d.datname = current_database()
