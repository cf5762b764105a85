select t.oid::int8, n.nspname, t.typname, t.typowner::int8, t.typacl::text[],
       (select json_agg(json_build_array(
                   a.attname,
                   format_type(a.atttypid, a.atttypmod),
                   case when a.attcollation <> at.typcollation
                        then (select quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                                from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
                               where co.oid = a.attcollation) end,
                   col_description(c.oid, a.attnum)) order by a.attnum)
          from pg_attribute a
          join pg_type at on at.oid = a.atttypid
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as attributes
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
  join pg_class c on c.oid = t.typrelid
 where c.relkind = 'c'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
