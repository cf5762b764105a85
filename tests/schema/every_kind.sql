-- One database that holds an object of every kind a snapshot models. Lines are marked as those of the catalog's
-- queries are, for servers older than 15.
-- The roles kit_owner and kit_app exist before it runs.
create schema app;
comment on schema app is 'the application';
grant usage on schema app to kit_app;
create collation app.german (provider = libc, locale = 'C');
create type app.status as enum ('open', 'done', 'late');
comment on type app.status is 'how far';
create domain app.email as text constraint email_at check (value like '_@_');
create type app.pair as (a integer, b text collate "C");
create type app.span as range (subtype = float8, subtype_diff = float8mi);
create sequence app.ticket as integer start 10 increment 2 minvalue 1 maxvalue 1000 cache 3;
create function app.touch() returns trigger language plpgsql as $$ begin new.note := 'touched'; return new; end $$;
create function app.add(a integer, b integer default 1) returns integer
  language sql immutable parallel safe as 'select a + b';
create function app.guard() returns event_trigger language plpgsql as $$ begin null; end $$;
create function app.atomic(x integer) returns integer begin atomic select x + 1; end;
create procedure app.tidy(inout n integer) language plpgsql as $$ begin n := n + 1; end $$;
create aggregate app.total(integer) (sfunc = int4pl, stype = integer, initcond = '0');
create function app.pair_eq(app.pair, app.pair) returns boolean language sql immutable as 'select $1.a = $2.a';
create operator app.=== (leftarg = app.pair, rightarg = app.pair, function = app.pair_eq, commutator = operator(app.===));
create function app.pair_to_int(app.pair) returns integer language sql immutable as 'select $1.a';
create cast (app.pair as integer) with function app.pair_to_int(app.pair) as assignment;
create table app.users (
  id bigint generated always as identity primary key,
  email app.email not null unique,
  name varchar(80) default 'nobody',
  born date,
  unique (name, born) include (email)
);
comment on table app.users is 'people';
comment on column app.users.email is 'where they read';
create table app.tasks (
  id serial primary key,
  user_id bigint not null,
  parent_id integer references app.tasks (id),
  title text collate "C" not null,
  note text default 'x' || 'y',
  status app.status not null default 'open',
  size numeric(10, 2),
  length integer generated always as (length(title)) stored,
  tags text[] not null default '{}',
  during int4range,
  payload jsonb,
  constraint tasks_user_fk foreign key (user_id) references app.users (id) on delete cascade,
  constraint tasks_size_ck check (size > 0),
  constraint tasks_during_ex exclude using gist (during with &&),
  constraint tasks_title_uq unique (user_id, title) deferrable
);
alter table app.tasks alter column payload set storage external;
alter table app.tasks alter column title set statistics 500;
alter table app.tasks set (fillfactor = 90, autovacuum_enabled = true);
create index tasks_user_ix on app.tasks (user_id);
create index tasks_title_ix on app.tasks using btree (lower(title) text_pattern_ops, size desc nulls last) include (status)
  where status <> 'done'::app.status;
create index tasks_payload_ix on app.tasks using gin (payload jsonb_path_ops) with (fastupdate = off);
create index tasks_note_ix on app.tasks (note collate "C");
comment on index app.tasks_user_ix is 'finds by owner';
comment on constraint tasks_size_ck on app.tasks is 'no empty tasks';
create statistics app.tasks_stat (dependencies, ndistinct) on user_id, status from app.tasks;
create trigger tasks_touch before update of title, note on app.tasks for each row
  when (old.title is distinct from new.title and new.note <> ') EXECUTE FUNCTION') execute function app.touch('one', 'it''s "two"');
create trigger tasks_after after insert on app.tasks referencing new table as added
  for each statement execute function app.touch();
create rule tasks_keep as on delete to app.tasks where old.status = 'done' do instead nothing;
alter table app.tasks enable row level security;
create policy tasks_own on app.tasks for all to kit_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::bigint)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::bigint);
create policy tasks_open on app.tasks as restrictive for select using (status <> 'late');
grant select, insert, update on app.tasks to kit_app;
grant select (id, name) on app.users to kit_app;
create table app.events (id bigint not null, at timestamptz not null, kind text) partition by range (at);
create table app.events_2025 partition of app.events for values from ('2025-01-01') to ('2026-01-01');
create table app.events_rest partition of app.events default;
create index events_at_ix on app.events (at);
alter table app.events add constraint events_pk primary key (id, at);
alter table app.events add constraint events_kind_ck check (kind <> '');
create table app.base (a integer, b text);
create table app.derived (c integer) inherits (app.base);
create unlogged table app.scratch (k text primary key, v text);
create view app.open_tasks
  with (security_invoker = true) -- since 15; else: with (security_barrier = false)
  as select id, title, user_id from app.tasks where status = 'open';
create view app.named with (check_option = local) as select id, name from app.users where name <> '';
create materialized view app.counts as select user_id, count(*) as n from app.tasks group by user_id;
create unique index counts_ix on app.counts (user_id);
create foreign data wrapper wrap options (debug 'no');
create server far foreign data wrapper wrap options (host 'h', password 'hunter2');
create user mapping for kit_app server far options (user 'u', password 'hunter2');
create foreign table app.remote (id integer options (column_name 'x')) server far options (schema_name 's');
create publication pub for table
  app.tasks (id, title) where (title <> ''), -- since 15; else: app.tasks,
  app.users with (publish = 'insert, update');
create event trigger guard on ddl_command_end when tag in ('DROP TABLE') execute function app.guard();
alter default privileges for role kit_owner in schema app grant select on tables to kit_app;
alter default privileges for role kit_owner revoke execute on functions from public;
