select d.classoid::regclass::text, d.objoid, d.objsubid, d.description
  from pg_description d
 where d.objoid >= 16384
    or d.classoid in ('pg_namespace'::regclass, 'pg_extension'::regclass)
 union all
select d.classoid::regclass::text, d.objoid, 0, d.description
  from pg_shdescription d
 where d.classoid = 'pg_authid'::regclass
    or (d.classoid = 'pg_database'::regclass
        and d.objoid = (select oid from pg_database where datname = current_database()))
