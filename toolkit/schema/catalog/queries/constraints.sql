-- What is as usual is null: it costs nothing to send and to read, and most of it is.
select con.oid,
       con.conrelid,
       con.conname,
       con.contype,
       con.conkey::text,
       nullif(con.confrelid, 0),
       con.confkey::text,
       nullif(con.confupdtype, ' '),
       nullif(con.confdeltype, ' '),
       nullif(con.confmatchtype, ' '),
       nullif(con.condeferrable, false),
       nullif(con.condeferred, false),
       nullif(con.convalidated, true),
       nullif(con.connoinherit, false),
       nullif(con.conislocal, true),
       nullif(con.conparentid, 0),
       nullif(con.conindid, 0),
       con.confdelsetcols::text, -- since 15; else: null,
       nullif(con.conenforced, true), -- since 18; else: null,
       nullif(con.conperiod, false), -- since 18; else: null,
       case con.contype when 'c' then pg_get_expr(con.conbin, con.conrelid)
                        when 'x' then pg_get_constraintdef(con.oid) end
  from pg_constraint con
  join pg_namespace n on n.oid = con.connamespace
 where con.conrelid <> 0
   and con.contype in ('c', 'f', 'n', 'p', 'u', 'x')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
