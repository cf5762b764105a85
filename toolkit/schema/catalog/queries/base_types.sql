select t.oid::int8, t.typbasetype::int8
  from pg_type t
 where t.typtype = 'd'
