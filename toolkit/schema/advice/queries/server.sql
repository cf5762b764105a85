-- Counters do not outlive every restart (a Neon compute starts with none): they count since then at the latest.
select current_setting('server_version_num')::int,
       now(),
       greatest(d.stats_reset, pg_postmaster_start_time()),
       current_setting('autovacuum_freeze_max_age')::int
  from pg_stat_database d
 where d.datname = current_database()
