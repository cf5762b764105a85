select s.setdatabase::int8, s.setrole::int8, s.setconfig
  from pg_db_role_setting s
 where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
