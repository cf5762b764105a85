select distinct vn.nspname, v.relname, sn.nspname, s.relname
  from pg_class v
  join pg_namespace vn on vn.oid = v.relnamespace
  join pg_rewrite r on r.ev_class = v.oid
  join pg_depend d on d.classid = 'pg_rewrite'::regclass
                  and d.objid = r.oid
                  and d.refclassid = 'pg_class'::regclass
                  and d.refobjid <> v.oid
  join pg_class s on s.oid = d.refobjid and s.relkind in ('r', 'p', 'f', 'v', 'm')
  join pg_namespace sn on sn.oid = s.relnamespace
 where v.relkind in ('v', 'm')
   and vn.nspname !~ '^pg_'
   and vn.nspname <> 'information_schema'
