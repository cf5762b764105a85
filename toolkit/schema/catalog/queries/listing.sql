-- One row per object that a person would look for by name, cheap for any number of them: no definitions.
-- Bytes are measured on disk where the number of relations is small, and else as the catalog last noted them.
with few as (
    select count(*) <= %(measure)s as yes from pg_class where relkind in ('r', 'm')
)
select case c.relkind when 'v' then 'view'
                      when 'm' then 'materialized view'
                      when 'f' then 'foreign table'
                      when 'S' then 'sequence'
                      else 'table' end as kind,
       n.nspname::text as schema,
       c.relname::text as name,
       null as identity,
       case when c.relkind in ('r', 'm') and (c.reltuples >= 0 or pg_stat_get_live_tuples(c.oid) > 0)
            then greatest(c.reltuples::int8, pg_stat_get_live_tuples(c.oid)) end as rows,
       case when c.relkind not in ('r', 'm') then null
            when few.yes then pg_total_relation_size(c.oid)
            else 8192 * (c.relpages + coalesce((select sum(ic.relpages)
                                                  from pg_index i
                                                  join pg_class ic on ic.oid = i.indexrelid
                                                 where i.indrelid = c.oid), 0)) end::int8 as bytes,
       few.yes as measured,
       c.relispartition as partition,
       case when not c.relrowsecurity then 'off' when c.relforcerowsecurity then 'forced' else 'enabled' end
           as row_security,
       c.oid in (select d.objid from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.deptype = 'e') as of_extension
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 cross join few
 where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
 union all
select case t.typtype when 'e' then 'enum'
                      when 'd' then 'domain'
                      when 'r' then 'range type'
                      else 'composite type' end,
       n.nspname::text,
       t.typname::text,
       null, null, null, true, false, 'off',
       t.oid in (select d.objid from pg_depend d where d.classid = 'pg_type'::regclass and d.deptype = 'e')
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
 where (t.typtype in ('e', 'd', 'r')
        or (t.typtype = 'c' and (select relkind from pg_class where oid = t.typrelid) = 'c'))
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
 union all
select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
       n.nspname::text,
       p.proname::text,
       oidvectortypes(p.proargtypes),
       null, null, true, false, 'off',
       p.oid in (select d.objid from pg_depend d where d.classid = 'pg_proc'::regclass and d.deptype = 'e')
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend d
                    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
 union all
select 'extension', null, e.extname::text, null, null, null, true, false, 'off', false
  from pg_extension e
