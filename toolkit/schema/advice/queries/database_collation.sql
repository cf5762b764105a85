select 'database', d.datcollversion, pg_database_collation_actual_version(d.oid)
  from pg_database d
 where d.datname = current_database()
   and d.datcollversion <> pg_database_collation_actual_version(d.oid)
