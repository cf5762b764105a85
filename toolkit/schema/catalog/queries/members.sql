select d.classid::regclass::text, d.objid
  from pg_depend d
 where d.refclassid = 'pg_extension'::regclass
   and d.deptype = 'e'
