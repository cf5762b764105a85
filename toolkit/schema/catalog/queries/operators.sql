select o.oid::int8, n.nspname, o.oprname, o.oprowner::int8,
       case when o.oprleft <> 0 then format_type(o.oprleft, null) end as left_type,
       case when o.oprright <> 0 then format_type(o.oprright, null) end as right_type,
       o.oprcode::regproc::text as function,
       format_type(o.oprresult, null) as result,
       nullif(o.oprcom::regoperator::text, '0') as commutator,
       nullif(o.oprnegate::regoperator::text, '0') as negator,
       nullif(o.oprrest::regproc::text, '-') as restrict,
       nullif(o.oprjoin::regproc::text, '-') as join_estimator,
       o.oprcanmerge, o.oprcanhash
  from pg_operator o
  join pg_namespace n on n.oid = o.oprnamespace
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
