select s.oid::int8, s.subname, s.subowner::int8, s.subenabled, s.subpublications, s.subslotname
  from pg_subscription s
 where s.subdbid = (select oid from pg_database where datname = current_database())
