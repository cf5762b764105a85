select current_setting('server_version_num')::int,
       current_setting('server_version'),
       current_database(),
       current_user,
       (select rolsuper from pg_roles where rolname = current_user),
       (select array_agg(c.relname::text order by c.relname)
          from pg_class c
         where c.relnamespace = 'pg_catalog'::regnamespace
           and c.relkind in ('r', 'v')
           and not has_table_privilege(c.oid, 'select')
           and not has_any_column_privilege(c.oid, 'select'))
