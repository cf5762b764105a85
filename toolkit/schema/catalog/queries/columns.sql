-- What is as usual is null: it costs nothing to send and to read, and most of it is.
select a.attrelid,
       a.attnum,
       a.attname,
       format_type(a.atttypid, a.atttypmod),
       a.atttypid,
       nullif(a.attcollation, 0),
       nullif(a.attnotnull, false),
       -- A default names no column, and without the relation the server need not open it.
       pg_get_expr(d.adbin, case when a.attgenerated = '' then 0 else d.adrelid end),
       nullif(a.attgenerated, ''),
       nullif(a.attidentity, ''),
       case when a.attcollation <> t.typcollation
            then (select quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                    from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
                   where co.oid = a.attcollation) end,
       case when a.attstorage <> t.typstorage then a.attstorage end,
       nullif(a.attcompression, ''),
       case when a.attstattarget >= 0 then a.attstattarget end,
       a.attoptions,
       a.attfdwoptions,
       a.attacl::text[],
       nullif(a.attislocal, true),
       case when c.relkind in ('i', 'I') then true end
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
