select c.oid,
       n.nspname,
       c.relname,
       c.relkind,
       c.relowner,
       c.relpersistence,
       am.amname,
       ts.spcname,
       c.reloptions,
       toast.reloptions,
       c.relreplident,
       c.relrowsecurity,
       c.relforcerowsecurity,
       c.relispartition,
       c.relispopulated,
       case when c.reloftype <> 0 then format_type(c.reloftype, null) end,
       case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end,
       case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end,
       case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
       c.relacl::text[],
       c.reltuples, -- estimate
       c.relpages, -- estimate
       pg_stat_get_live_tuples(c.oid) -- estimate
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_am am on am.oid = c.relam
  left join pg_tablespace ts on ts.oid = c.reltablespace
  left join pg_class toast on toast.oid = c.reltoastrelid
 where c.relkind in ('r', 'p', 'f', 'v', 'm')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
