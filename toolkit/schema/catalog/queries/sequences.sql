select c.oid,
       n.nspname,
       c.relname,
       c.relowner,
       c.relpersistence,
       format_type(s.seqtypid, null),
       s.seqstart,
       s.seqincrement,
       s.seqmin,
       s.seqmax,
       s.seqcache,
       s.seqcycle,
       d.refobjid,
       d.refobjsubid,
       d.deptype = 'i',
       c.relacl::text[]
  from pg_sequence s
  join pg_class c on c.oid = s.seqrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_depend d on d.classid = 'pg_class'::regclass
                       and d.objid = c.oid
                       and d.objsubid = 0
                       and d.refclassid = 'pg_class'::regclass
                       and d.refobjsubid > 0
                       and d.deptype in ('a', 'i')
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
