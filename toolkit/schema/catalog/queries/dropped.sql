-- Whether a relation that this transaction still sees was dropped meanwhile: the privilege function looks at
-- the catalog of now and gives null for what is not there.
select exists (select
                 from pg_class c
                 join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'p', 'f', 'v', 'm')
                  and n.nspname !~ '^pg_'
                  and n.nspname <> 'information_schema'
                  -- A case, so that only these relations are asked about: for all together it is slow.
                  and case when c.relkind in ('r', 'p', 'f', 'v', 'm')
                           then has_table_privilege(c.oid, 'select') is null end)
