-- Indexes and foreign keys made again with one difference.

drop index app.tasks_note_ix;
create index tasks_note_ix on app.tasks using btree (note);
--> index app.tasks_note_ix: keys

drop index app.tasks_note_ix;
create index tasks_note_ix on app.tasks using btree (note collate "C" text_pattern_ops);
--> index app.tasks_note_ix: keys

drop index app.tasks_note_ix;
create index tasks_note_ix on app.tasks using btree (note collate "C" desc);
--> index app.tasks_note_ix: keys

drop index app.tasks_note_ix;
create index tasks_note_ix on app.tasks using btree (note collate "C" nulls first);
--> index app.tasks_note_ix: keys

drop index app.tasks_note_ix;
create index tasks_note_ix on app.tasks using btree (note collate "C") include (id);
--> index app.tasks_note_ix: include

drop index app.tasks_note_ix;
create index tasks_note_ix on app.tasks using btree (note collate "C") where id > 1;
--> index app.tasks_note_ix: predicate

drop index app.tasks_note_ix;
create unique index tasks_note_ix on app.tasks using btree (note collate "C");
--> index app.tasks_note_ix: unique

drop index app.tasks_note_ix;
create index tasks_note_ix on app.tasks using btree (note collate "C") with (deduplicate_items = off);
--> index app.tasks_note_ix: options

drop index app.tasks_note_ix;
create index tasks_note_ix on app.tasks using hash (note collate "C");
--> index app.tasks_note_ix: method

drop index app.tasks_note_ix;
create index tasks_note_ix on app.tasks using btree (lower(note) collate "C");
--> index app.tasks_note_ix: keys

drop index app.tasks_note_ix;
create index tasks_note_ix on app.tasks using btree (note collate "C", id);
--> index app.tasks_note_ix: keys

alter table app.tasks drop constraint tasks_user_fk;
alter table app.tasks add constraint tasks_user_fk foreign key (user_id) references app.users (id) on delete restrict;
--> constraint app.tasks.tasks_user_fk: on_delete

alter table app.tasks drop constraint tasks_user_fk;
alter table app.tasks add constraint tasks_user_fk foreign key (user_id) references app.users (id) on delete cascade on update cascade;
--> constraint app.tasks.tasks_user_fk: on_update

alter table app.tasks drop constraint tasks_user_fk;
alter table app.tasks add constraint tasks_user_fk foreign key (user_id) references app.users (id) match full on delete cascade;
--> constraint app.tasks.tasks_user_fk: match

alter table app.tasks drop constraint tasks_user_fk;
alter table app.tasks add constraint tasks_user_fk foreign key (user_id) references app.users (id) on delete cascade not valid;
--> constraint app.tasks.tasks_user_fk: validated

alter table app.tasks drop constraint tasks_user_fk;
alter table app.tasks add constraint tasks_user_fk foreign key (user_id) references app.users (id) on delete set null;
--> constraint app.tasks.tasks_user_fk: on_delete

alter table app.tasks drop constraint tasks_user_fk;
alter table app.tasks add constraint tasks_user_fk foreign key (user_id) references app.users (id) on delete set null (user_id); -- since 15
--> constraint app.tasks.tasks_user_fk: on_delete, set_columns
