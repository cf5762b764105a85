select i.indexrelid,
       i.indrelid,
       ic.relname,
       am.amname,
       i.indkey,
       i.indnkeyatts,
       i.indclass,
       i.indcollation,
       i.indoption,
       i.indisunique,
       i.indnullsnotdistinct, -- since 15; else: false,
       case when i.indpred is not null then pg_get_expr(i.indpred, i.indrelid) end,
       case when i.indexprs is not null
            then array(select pg_get_indexdef(i.indexrelid, k, false)
                         from generate_series(1, i.indnatts::int) k) end,
       ic.reloptions,
       ts.spcname,
       i.indisvalid,
       i.indisready,
       i.indisclustered,
       i.indisreplident,
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
