select f.ftrelid::int8, s.srvname, f.ftoptions
  from pg_foreign_table f
  join pg_foreign_server s on s.oid = f.ftserver
