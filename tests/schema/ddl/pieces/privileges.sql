-- grants on a schema
grant usage on schema {s} to kit_app;
grant create on schema {s} to kit_owner with grant option;
grant usage on schema {s} to public;

-- a schema of another owner, with a comment
alter schema {s} owner to kit_owner;
comment on schema {s} is 'theirs';

-- a schema whose owner may do less
revoke create on schema {s} from neonkit;

-- grants on a table
create table {s}.t (a integer, b text);
grant select, insert on {s}.t to kit_app;
grant all on {s}.t to kit_owner with grant option;
grant select on {s}.t to public;

-- an owner who may do less
create table {s}.t (a integer);
revoke insert, update, delete, truncate on {s}.t from neonkit;

-- nobody may do anything
create table {s}.t (a integer);
revoke all on {s}.t from neonkit;

-- an owner with the option to grant
create table {s}.t (a integer);
grant select on {s}.t to neonkit with grant option;

-- grants on columns
create table {s}.t (a integer, "b ""x""" text, c integer);
grant select (a, "b ""x"""), update (c) on {s}.t to kit_app;
grant insert (a) on {s}.t to public;
grant references (a) on {s}.t to kit_owner with grant option;

-- grants after a change of owner
create table {s}.t (a integer);
grant select on {s}.t to kit_app;
alter table {s}.t owner to kit_owner;
revoke delete on {s}.t from kit_owner;

-- default privileges in a schema
alter default privileges for role kit_owner in schema {s} grant select, insert on tables to kit_app;
alter default privileges for role kit_owner in schema {s} grant usage on sequences to kit_app with grant option;
alter default privileges for role kit_owner in schema {s} grant execute on functions to kit_app;
alter default privileges for role kit_owner in schema {s} grant usage on types to kit_app;

-- default privileges of the one who runs the statements
create table {s}.before (a integer);
alter default privileges for role neonkit in schema {s} grant select on tables to kit_app;
create table {s}.t (a integer);
create view {s}.v as select a from {s}.t;
