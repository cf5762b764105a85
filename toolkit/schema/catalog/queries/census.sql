select found.kind, count(*) as rows
  from (
    select 'base type' as kind, tableoid, oid from pg_type where typtype = 'b' and typelem = 0
    union all
    select 'pseudo-type or shell type', tableoid, oid from pg_type where typtype = 'p'
    union all
    select 'operator class', tableoid, oid from pg_opclass
    union all
    select 'operator family', tableoid, oid from pg_opfamily
    union all
    select 'text search configuration', tableoid, oid from pg_ts_config
    union all
    select 'text search dictionary', tableoid, oid from pg_ts_dict
    union all
    select 'text search parser', tableoid, oid from pg_ts_parser
    union all
    select 'text search template', tableoid, oid from pg_ts_template
    union all
    select 'language', tableoid, oid from pg_language
    union all
    select 'access method', tableoid, oid from pg_am
    union all
    select 'transform', tableoid, oid from pg_transform
    union all
    select 'conversion', tableoid, oid from pg_conversion
    union all
    (select 'large object (counted up to 1000)', tableoid, oid from pg_largeobject_metadata limit 1000)
    union all
    select 'security label', tableoid, objoid from pg_seclabel
    union all
    select 'relation in a system schema', c.tableoid, c.oid
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
       and n.nspname in ('pg_catalog', 'information_schema')
    union all
    select 'function in a system schema', p.tableoid, p.oid
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace
     where n.nspname in ('pg_catalog', 'information_schema')
  ) found
 where found.oid >= 16384
   and not exists (select from pg_depend d
                    where d.classid = found.tableoid and d.objid = found.oid and d.deptype = 'e')
 group by found.kind
