select c.oid::int8, n.nspname, c.collname, c.collowner::int8, c.collprovider, c.collcollate, c.collctype,
       c.colllocale as locale, -- since 17; else since 15: c.colliculocale as locale,; else: null as locale,
       c.collicurules as rules, -- since 16; else: null as rules,
       c.collisdeterministic, c.collversion
  from pg_collation c
  join pg_namespace n on n.oid = c.collnamespace
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
