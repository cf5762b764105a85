-- One row per relation that holds pages. The expected width of a row is that of its columns by pg_stats: null where
-- the role may not see a column's statistics, or where ANALYZE has not seen the column.
select n.nspname::text as schema,
       c.relname::text as name,
       case when c.relkind = 'm' then 'materialized view' else 'table' end as kind,
       root.nspname::text as root_schema,
       root.relname::text as root_name,
       case when greatest(c.reltuples, s.n_live_tup) >= 0 then greatest(c.reltuples::int8, s.n_live_tup) end as rows,
       pg_relation_size(c.oid) as heap_bytes,
       pg_table_size(c.oid) as table_bytes,
       pg_indexes_size(c.oid) as index_bytes,
       s.seq_scan as sequential_scans,
       s.idx_scan as index_scans,
       s.n_dead_tup as dead_rows,
       greatest(s.last_analyze, s.last_autoanalyze) as analysed,
       c.reltuples::float8 as analysed_rows,
       (select option_value::int from pg_options_to_table(c.reloptions) where option_name = 'fillfactor') as fill_factor,
       width.columns = width.known as width_known,
       width.bytes as width_bytes,
       width.any_null as any_null,
       width.columns as columns
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_stat_all_tables s on s.relid = c.oid
  left join lateral (
    select rn.nspname, r.relname
      from pg_class r
      join pg_namespace rn on rn.oid = r.relnamespace
     where c.relispartition and r.oid = pg_partition_root(c.oid)
  ) root on true
  cross join lateral (
    select count(*) as columns,
           count(ps.attname) as known,
           sum(ps.avg_width * (1 - ps.null_frac)) as bytes,
           bool_or(ps.null_frac > 0) as any_null
      from pg_attribute a
      left join pg_stats ps on ps.schemaname = n.nspname
                           and ps.tablename = c.relname
                           and ps.attname = a.attname
                           and not ps.inherited
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ) width
 where c.relkind in ('r', 'm')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
