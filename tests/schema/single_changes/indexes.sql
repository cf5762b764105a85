-- Indexes.

create index extra_ix on app.tasks (note);
--> +index app.extra_ix

drop index app.tasks_user_ix;
--> -index app.tasks_user_ix

alter index app.tasks_user_ix set (fillfactor = 50);
--> index app.tasks_user_ix: options

alter table app.tasks cluster on tasks_user_ix;
--> index app.tasks_user_ix: clustered

comment on index app.tasks_user_ix is null;
--> index app.tasks_user_ix: comment

alter index app.tasks_title_ix alter column 1 set statistics 50;
--> index app.tasks_title_ix: keys

update pg_index set indisvalid = false where indexrelid = 'app.tasks_user_ix'::regclass;
--> index app.tasks_user_ix: valid
--x there index app.tasks_user_ix
