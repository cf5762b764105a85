select i.inhrelid::int8, i.inhparent::int8, i.inhdetachpending, i.inhseqno
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
 where c.relkind in ('r', 'p', 'f')
 order by i.inhrelid, i.inhseqno
