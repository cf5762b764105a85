select t.oid::int8, n.nspname, t.typname, t.typowner::int8, t.typacl::text[],
       format_type(r.rngsubtype, null) as subtype,
       (select case when oc.opcdefault then null
                    else quote_ident(ocn.nspname) || '.' || quote_ident(oc.opcname) end
          from pg_opclass oc join pg_namespace ocn on ocn.oid = oc.opcnamespace
         where oc.oid = r.rngsubopc) as operator_class,
       case when r.rngcollation <> s.typcollation
            then (select quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                    from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
                   where co.oid = r.rngcollation) end as collation,
       nullif(r.rngcanonical::regproc::text, '-') as canonical,
       nullif(r.rngsubdiff::regproc::text, '-') as difference,
       format_type(r.rngmultitypid, null) as multirange
  from pg_range r
  join pg_type t on t.oid = r.rngtypid
  join pg_type s on s.oid = r.rngsubtype
  join pg_namespace n on n.oid = t.typnamespace
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
