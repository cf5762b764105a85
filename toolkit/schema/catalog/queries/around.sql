-- The oids that a reading around one object is about: a relation with what its foreign keys, inheritance and
-- indexes lead to; a sequence with its table; a function alone.
with recursive named as (
    select c.oid, c.relkind
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = %(schema)s and c.relname = %(name)s and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
), ancestors(oid) as (
    select oid from named
     union
    select i.inhparent from pg_inherits i join ancestors a on a.oid = i.inhrelid
), near as (
    select oid from ancestors
     union
    select i.inhrelid from pg_inherits i join named on named.oid = i.inhparent
     union
    select f.confrelid from pg_constraint f join named on named.oid = f.conrelid where f.contype = 'f'
     union
    select f.conrelid from pg_constraint f join named on named.oid = f.confrelid where f.contype = 'f'
     union
    select d.refobjid
      from pg_depend d
      join named on named.oid = d.objid and named.relkind = 'S'
     where d.classid = 'pg_class'::regclass
       and d.refclassid = 'pg_class'::regclass
       and d.refobjsubid > 0
       and d.deptype in ('a', 'i')
)
select oid::int8 from near
 union
select i.indexrelid::int8 from pg_index i join near on near.oid = i.indrelid
 union
select p.oid::int8
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
 where n.nspname = %(schema)s and p.proname = %(routine)s
