-- foreign data wrappers, servers and foreign tables
create foreign data wrapper {s}_w options (debug 'it''s', "Name" 'x');
create server {s}_far type 'db' version '1' foreign data wrapper {s}_w options (host 'h', password 'hunter2');
create user mapping for kit_app server {s}_far options (user 'u', password 'x');
create user mapping for public server {s}_far;
create foreign table {s}.ft (a integer options (column_name 'A''') not null, b text collate "C" default 'x', check (a > 0)) server {s}_far options (t 'T', "U" 'v=w');
comment on foreign table {s}.ft is 'far';
comment on server {s}_far is 'away';
comment on foreign data wrapper {s}_w is 'wraps';
grant usage on foreign server {s}_far to kit_app;
grant usage on foreign data wrapper {s}_w to kit_app;
grant select on {s}.ft to kit_app;
alter foreign table {s}.ft owner to kit_owner;

-- a foreign table as partition and as child
create foreign data wrapper {s}_w;
create server {s}_far foreign data wrapper {s}_w;
create table {s}.p (a integer, b text) partition by range (a);
create foreign table {s}.p1 partition of {s}.p for values from (1) to (2) server {s}_far;
create table {s}.base (a integer);
create foreign table {s}.child (b integer) inherits ({s}.base) server {s}_far;

-- publications
create table {s}.t (a integer primary key, b text);
create table {s}."u.v" (a integer primary key);
create publication {s}_p1 for table {s}.t (a) where (a > 0), {s}."u.v" with (publish = 'insert, delete');
create publication {s}_p2 for tables in schema {s} with (publish_via_partition_root = true);
create publication {s}_p3;
create publication "{s} ""p4""" for all tables with (publish_generated_columns = stored);
comment on publication {s}_p1 is 'out';

-- event triggers
create function {s}.f() returns event_trigger language plpgsql as 'begin null; end';
create event trigger {s}_e1 on ddl_command_end when tag in ('DROP TABLE', 'CREATE TABLE') execute function {s}.f();
create event trigger {s}_e2 on sql_drop execute function {s}.f();
alter event trigger {s}_e2 disable;
comment on event trigger {s}_e1 is 'watches';

-- an extension in a schema of its own, its types and operator classes used
create extension citext with schema {s};
create table {s}.t (a {s}.citext primary key, b {s}.citext default 'x'::{s}.citext, check (b <> 'y'));
create index t_ix on {s}.t (a {s}.citext_pattern_ops);
comment on extension citext is 'without case';

-- an extension that brings another
create extension earthdistance with schema {s} cascade;
create table {s}.t (a {s}.earth);

-- subscriptions
create subscription {s}_sub connection 'dbname=nowhere password=hunter2' publication x, "y ""z""" with (connect = false, slot_name = none);
comment on subscription {s}_sub is 'in';

-- default privileges everywhere
alter default privileges for role kit_owner grant select on tables to kit_app;
alter default privileges for role kit_owner revoke execute on functions from public;
alter default privileges for role kit_owner revoke usage on types from public;
alter default privileges for role kit_owner grant usage on schemas to kit_app;
create schema {s}_more;
