select s.schemaname, s.tablename, s.attname, s.null_frac, s.n_distinct, s.avg_width
  from pg_stats s
 where s.schemaname !~ '^pg_'
   and s.schemaname <> 'information_schema'
   and not s.inherited
