select p.oid,
       p.polrelid,
       p.polname,
       p.polcmd,
       p.polpermissive,
       p.polroles::oid[]::text,
       pg_get_expr(p.polqual, p.polrelid),
       pg_get_expr(p.polwithcheck, p.polrelid)
  from pg_policy p
