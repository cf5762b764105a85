select r.oid::int8, r.ev_class::int8, r.rulename, r.ev_enabled, pg_get_ruledef(r.oid) as definition
  from pg_rewrite r
  join pg_class c on c.oid = r.ev_class
  join pg_namespace n on n.oid = c.relnamespace
 where r.rulename <> '_RETURN'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
