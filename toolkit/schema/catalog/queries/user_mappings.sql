select m.umid::int8, m.srvname, m.umuser::int8
  from pg_user_mappings m
