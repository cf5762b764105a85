select t.oid::int8, n.nspname, t.typname, t.typowner::int8, t.typacl::text[],
       format_type(t.typbasetype, t.typtypmod) as base,
       t.typnotnull,
       pg_get_expr(t.typdefaultbin, 0) as default_value,
       case when t.typcollation <> b.typcollation
            then (select quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                    from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
                   where co.oid = t.typcollation) end as collation,
       (select json_agg(json_build_array(con.conname, pg_get_expr(con.conbin, 0), con.convalidated,
                                         obj_description(con.oid, 'pg_constraint'))
                        order by con.conname)
          from pg_constraint con
         where con.contypid = t.oid and con.contype = 'c') as checks
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
  join pg_type b on b.oid = t.typbasetype
 where t.typtype = 'd'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
