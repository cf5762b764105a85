-- One row per column of a relation. The operators are those of the type's own default order: a type of an
-- extension brings its own, in whatever schema it was installed.
with recursive relation as (
    select c.oid, c.relkind
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = %(schema)s and c.relname = %(name)s and c.relkind in ('r', 'p', 'v', 'm', 'f')
), column_type(attnum, type) as (
    select a.attnum, a.atttypid
      from pg_catalog.pg_attribute a
      join relation on relation.oid = a.attrelid
     where a.attnum > 0 and not a.attisdropped
     union all
    select column_type.attnum, t.typbasetype
      from column_type
      join pg_catalog.pg_type t on t.oid = column_type.type
     where t.typtype = 'd'
)
select relation.relkind::text,
       exists (select from pg_catalog.pg_inherits i where i.inhparent = relation.oid),
       a.attnum,
       a.attname::text,
       format_type(a.atttypid, a.atttypmod),
       format_type(t.oid, -1),
       a.attnotnull,
       has_column_privilege(relation.oid, a.attnum, 'select'),
       t.typtype in ('e', 'r', 'm', 'c')
         or t.typcategory = 'A'
         or operators.found is not null
         or exists (select
                      from pg_catalog.pg_cast k
                      join pg_catalog.pg_opclass o on o.opcintype = k.casttarget and o.opcdefault
                      join pg_catalog.pg_am m on m.oid = o.opcmethod and m.amname = 'btree'
                     where k.castsource = t.oid and k.castmethod = 'b' and k.castcontext = 'i'),
       operators.found
  from relation
  join pg_catalog.pg_attribute a on a.attrelid = relation.oid
  join column_type on column_type.attnum = a.attnum
  join pg_catalog.pg_type t on t.oid = column_type.type and t.typtype <> 'd'
  left join lateral (
    select array_agg('operator(' || quote_ident(n.nspname) || '.' || op.oprname || ')' order by p.amopstrategy)
             as found
      from pg_catalog.pg_opclass o
      join pg_catalog.pg_am m on m.oid = o.opcmethod and m.amname = 'btree'
      join pg_catalog.pg_amop p on p.amopfamily = o.opcfamily
                               and p.amoplefttype = t.oid
                               and p.amoprighttype = t.oid
                               and p.amopstrategy between 1 and 5
      join pg_catalog.pg_operator op on op.oid = p.amopopr
      join pg_catalog.pg_namespace n on n.oid = op.oprnamespace
     where o.opcintype = t.oid and o.opcdefault
  ) operators on true
 order by a.attnum
