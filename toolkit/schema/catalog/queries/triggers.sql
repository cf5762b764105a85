select t.oid,
       t.tgrelid,
       t.tgname,
       t.tgtype,
       t.tgenabled,
       t.tgisinternal,
       t.tgfoid::regproc::text,
       t.tgconstraint <> 0,
       t.tgdeferrable,
       t.tginitdeferred,
       t.tgattr,
       t.tgnargs,
       t.tgargs,
       t.tgoldtable,
       t.tgnewtable,
       t.tgparentid,
       con.conname,
       t.tgqual is not null,
       case when not t.tgisinternal then pg_get_triggerdef(t.oid) end
  from pg_trigger t
  join pg_class c on c.oid = t.tgrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_constraint con on con.oid = t.tgconstraint
 where (not t.tgisinternal or t.tgenabled <> 'O')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
