select c.oid::int8,
       format_type(c.castsource, null) as source,
       format_type(c.casttarget, null) as target,
       c.castcontext, c.castmethod,
       case when c.castfunc <> 0 then c.castfunc::regprocedure::text end as function
  from pg_cast c
 where c.oid >= 16384
   and not exists (select from pg_depend d
                    where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'i')
