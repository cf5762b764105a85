-- Triggers, rules, policies.

alter table app.tasks disable trigger tasks_touch;
--> trigger app.tasks.tasks_touch: enabled

alter table app.tasks enable always trigger tasks_touch;
--> trigger app.tasks.tasks_touch: enabled

alter table app.tasks disable trigger all;
--> +trigger app.tasks."tasks_parent_id_fkey (RI_FKey_check_ins)"
--> +trigger app.tasks."tasks_parent_id_fkey (RI_FKey_check_upd)"
--> +trigger app.tasks."tasks_parent_id_fkey (RI_FKey_noaction_del)"
--> +trigger app.tasks."tasks_parent_id_fkey (RI_FKey_noaction_upd)"
--> +trigger app.tasks."tasks_title_uq (unique_key_recheck)"
--> +trigger app.tasks."tasks_user_fk (RI_FKey_check_ins)"
--> +trigger app.tasks."tasks_user_fk (RI_FKey_check_upd)"
--> trigger app.tasks.tasks_after: enabled
--> trigger app.tasks.tasks_touch: enabled

drop trigger tasks_after on app.tasks;
--> -trigger app.tasks.tasks_after

comment on trigger tasks_after on app.tasks is 'x';
--> trigger app.tasks.tasks_after: comment

create or replace trigger tasks_touch before update of title on app.tasks for each row when (old.title is distinct from new.title and new.note <> ') EXECUTE FUNCTION') execute function app.touch('one', 'it''s "two"');
--> trigger app.tasks.tasks_touch: columns

create or replace trigger tasks_touch before update of title, note on app.tasks for each row when (old.title <> new.title) execute function app.touch('one', 'it''s "two"');
--> trigger app.tasks.tasks_touch: condition

create or replace trigger tasks_touch after update of title, note on app.tasks for each row when (old.title is distinct from new.title and new.note <> ') EXECUTE FUNCTION') execute function app.touch('one', 'it''s "two"');
--> trigger app.tasks.tasks_touch: timing

alter table app.tasks disable rule tasks_keep;
--> rule app.tasks.tasks_keep: enabled

create or replace rule tasks_keep as on delete to app.tasks where old.status = 'late' do instead nothing;
--> rule app.tasks.tasks_keep: definition

alter policy tasks_own on app.tasks to public;
--> policy app.tasks.tasks_own: roles

alter policy tasks_own on app.tasks using (true);
--> policy app.tasks.tasks_own: using

alter policy tasks_own on app.tasks with check (true);
--> policy app.tasks.tasks_own: with_check

drop policy tasks_open on app.tasks;
--> -policy app.tasks.tasks_open

comment on policy tasks_own on app.tasks is 'x';
--> policy app.tasks.tasks_own: comment

drop policy tasks_open on app.tasks;create policy tasks_open on app.tasks for select using (status <> 'late');
--> policy app.tasks.tasks_open: permissive

alter event trigger guard disable;
--> event trigger guard: enabled
