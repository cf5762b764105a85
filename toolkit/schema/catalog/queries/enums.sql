select t.oid::int8, n.nspname, t.typname, t.typowner::int8, t.typacl::text[],
       array(select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as labels
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
 where t.typtype = 'e'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
