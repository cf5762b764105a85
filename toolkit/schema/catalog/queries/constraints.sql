select con.oid,
       con.conrelid,
       con.conname,
       con.contype,
       con.conkey,
       con.confrelid,
       con.confkey,
       con.confupdtype,
       con.confdeltype,
       con.confmatchtype,
       con.condeferrable,
       con.condeferred,
       con.convalidated,
       con.connoinherit,
       con.conislocal,
       con.conparentid,
       con.conindid,
       con.confdelsetcols, -- since 15; else: null,
       con.conenforced, -- since 18; else: true,
       con.conperiod, -- since 18; else: false,
       case con.contype when 'c' then pg_get_expr(con.conbin, con.conrelid)
                        when 'x' then pg_get_constraintdef(con.oid) end
  from pg_constraint con
  join pg_namespace n on n.oid = con.connamespace
 where con.conrelid <> 0
   and con.contype in ('c', 'f', 'n', 'p', 'u', 'x')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
