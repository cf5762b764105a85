-- Constraints.

alter table app.tasks drop constraint tasks_pkey cascade;
--> -constraint app.tasks.tasks_parent_id_fkey
--> -constraint app.tasks.tasks_pkey

alter table app.tasks drop constraint tasks_size_ck;
--> -constraint app.tasks.tasks_size_ck

alter table app.tasks add check (note <> '');
--> +constraint app.tasks.tasks_note_check

alter table app.tasks add constraint c check (id > 0) not valid;
--> +constraint app.tasks.c

alter table app.tasks drop constraint tasks_size_ck;
alter table app.tasks add constraint tasks_size_ck check (size > 1);
comment on constraint tasks_size_ck on app.tasks is 'no empty tasks';
--> constraint app.tasks.tasks_size_ck: expression

alter table app.tasks alter constraint tasks_user_fk deferrable;
--> constraint app.tasks.tasks_user_fk: deferrable

alter table app.tasks alter constraint tasks_user_fk deferrable initially deferred;
--> constraint app.tasks.tasks_user_fk: deferrable, initially_deferred

alter table app.tasks alter constraint tasks_user_fk not enforced; -- since 18
--> constraint app.tasks.tasks_user_fk: enforced

alter table app.users add unique nulls not distinct (born); -- since 15
--> +constraint app.users.users_born_key

comment on constraint tasks_size_ck on app.tasks is null;
--> constraint app.tasks.tasks_size_ck: comment

alter table app.tasks rename constraint tasks_size_ck to ck;
--> +constraint app.tasks.ck
--> -constraint app.tasks.tasks_size_ck

alter table app.users rename constraint users_email_key to mail_key;
--> +constraint app.users.mail_key
--> -constraint app.users.users_email_key

alter table app.tasks drop constraint tasks_during_ex;
--> -constraint app.tasks.tasks_during_ex
