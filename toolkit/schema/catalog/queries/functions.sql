select p.oid,
       n.nspname,
       p.proname,
       p.prokind,
       p.proowner,
       oidvectortypes(p.proargtypes),
       pg_get_function_arguments(p.oid),
       pg_get_function_result(p.oid),
       l.lanname,
       p.prosrc,
       pg_get_function_sqlbody(p.oid),
       p.probin,
       p.provolatile,
       p.proparallel,
       p.proisstrict,
       p.proleakproof,
       p.prosecdef,
       p.procost,
       p.prorows,
       p.proconfig,
       nullif(p.prosupport::regproc::text, '-'),
       p.proacl::text[]
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join pg_language l on l.oid = p.prolang
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend d
                    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
