select s.oid::int8, s.srvname, s.srvowner::int8, w.fdwname, s.srvtype, s.srvversion, s.srvoptions, s.srvacl::text[]
  from pg_foreign_server s
  join pg_foreign_data_wrapper w on w.oid = s.srvfdw
