select a.attrelid,
       c.relkind,
       a.attnum,
       a.attname,
       format_type(a.atttypid, a.atttypmod),
       a.atttypid,
       a.attcollation,
       a.attnotnull,
       pg_get_expr(d.adbin, d.adrelid),
       a.attgenerated,
       a.attidentity,
       case when a.attcollation <> t.typcollation
            then (select quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                    from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
                   where co.oid = a.attcollation) end,
       case when a.attstorage <> t.typstorage then a.attstorage end,
       a.attcompression,
       a.attstattarget,
       a.attoptions,
       a.attfdwoptions,
       a.attacl::text[],
       a.attislocal
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and a.attnum > 0
   and not a.attisdropped
   and (c.relkind in ('r', 'p', 'f', 'v', 'm')
        or (c.relkind in ('i', 'I') and (a.attstattarget >= 0 or a.attoptions is not null)))
