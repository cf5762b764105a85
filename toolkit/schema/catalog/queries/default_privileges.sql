select d.oid::int8, d.defaclrole::int8, n.nspname, d.defaclobjtype, d.defaclacl::text[]
  from pg_default_acl d
  left join pg_namespace n on n.oid = d.defaclnamespace
