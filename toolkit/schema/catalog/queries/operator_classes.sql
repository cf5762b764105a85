select o.oid::int8, o.opcmethod::int8, n.nspname, o.opcname, o.opcintype::int8, o.opcdefault, am.amname
  from pg_opclass o
  join pg_namespace n on n.oid = o.opcnamespace
  join pg_am am on am.oid = o.opcmethod
