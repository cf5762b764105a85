select s.oid::int8, n.nspname, s.stxname, s.stxowner::int8, s.stxrelid::int8,
       pg_get_statisticsobjdef(s.oid) as definition,
       case when s.stxstattarget >= 0 then s.stxstattarget end as target
  from pg_statistic_ext s
  join pg_namespace n on n.oid = s.stxnamespace
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
