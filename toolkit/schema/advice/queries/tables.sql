select n.nspname,
       c.relname,
       -- As the planner does: as many rows a page as the last time, on the pages of now.
       case when c.relpages > 0 and c.relkind <> 'p' and c.reltuples > 0
            then (c.reltuples / c.relpages * size.pages)::int8
            else c.reltuples::int8 end,
       case when c.relkind = 'p' then 0 else pg_table_size(c.oid) end,
       size.pages,
       coalesce(s.seq_scan, 0),
       coalesce(s.seq_tup_read, 0),
       coalesce(s.idx_scan, 0),
       coalesce(s.n_tup_ins, 0),
       coalesce(s.n_tup_upd, 0),
       coalesce(s.n_tup_del, 0),
       coalesce(s.n_mod_since_analyze, 0),
       greatest(s.last_analyze, s.last_autoanalyze),
       case when c.relfrozenxid = '0'::xid then 0 else age(c.relfrozenxid) end,
       coalesce(d.dropped, 0)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 cross join lateral (
         select pg_relation_size(c.oid) / current_setting('block_size')::int as pages
       ) size
  left join pg_stat_all_tables s on s.relid = c.oid
  left join (select attrelid, count(*) as dropped from pg_attribute where attisdropped group by attrelid) d
         on d.attrelid = c.oid
 where c.relkind in ('r', 'p', 'm')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and size.pages is not null
