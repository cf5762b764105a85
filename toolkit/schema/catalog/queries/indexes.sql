-- What is as usual is null: it costs nothing to send and to read, and most of it is.
select i.indexrelid,
       i.indrelid,
       ic.relname,
       am.amname,
       i.indkey,
       i.indnkeyatts,
       i.indclass,
       i.indcollation,
       i.indoption,
       nullif(i.indisunique, false),
       nullif(i.indnullsnotdistinct, false), -- since 15; else: null,
       case when i.indpred is not null then pg_get_expr(i.indpred, i.indrelid) end,
       case when i.indexprs is not null
            then array(select pg_get_indexdef(i.indexrelid, k, false)
                         from generate_series(1, i.indnatts::int) k) end,
       ic.reloptions,
       ts.spcname,
       nullif(i.indisvalid, true),
       nullif(i.indisready, true),
       nullif(i.indisclustered, false),
       nullif(i.indisreplident, false),
       case when ic.relispartition
            then (select inhparent from pg_inherits where inhrelid = ic.oid limit 1) end,
       ic.reltuples, -- estimate
       ic.relpages -- estimate
  from pg_index i
  join pg_class ic on ic.oid = i.indexrelid
  join pg_namespace n on n.oid = ic.relnamespace
  join pg_am am on am.oid = ic.relam
  left join pg_tablespace ts on ts.oid = ic.reltablespace
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
