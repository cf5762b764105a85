-- Views.

alter view app.open_tasks set (security_invoker = false); -- since 15
--> view app.open_tasks: options

alter view app.open_tasks set (security_barrier);
--> view app.open_tasks: options

alter view app.named reset (check_option);
--> view app.named: options

create or replace view app.named as select id, name from app.users;
--> view app.named: definition, options

create or replace view app.open_tasks with (security_invoker = true) as select id, title, user_id, note from app.tasks where status = 'open'; -- since 15
--> view app.open_tasks: definition

alter view app.named alter column name set default 'x';
--> column app.named.name: default

drop view app.named;
--> -view app.named

grant select on app.named to kit_app;
--> view app.named: grants

refresh materialized view app.counts with no data;
--> materialized view app.counts: populated

drop index app.counts_ix;
--> -index app.counts_ix

drop materialized view app.counts;
--> -materialized view app.counts
