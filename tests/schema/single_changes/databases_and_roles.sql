-- Schemas, database, roles, extensions, privileges.

create schema extra;
--> +schema extra

alter schema app owner to kit_owner;
--> schema app: owner

grant create on schema app to kit_app;
--> schema app: grants

comment on schema app is 'other';
--> schema app: comment

alter database {database} set work_mem = '8MB';
--> database: settings

alter database {database} connection limit 7;
--> database: connection_limit

grant create on database {database} to kit_app;
--> database: grants

comment on database {database} is 'x';
--> database: comment

alter role kit_app bypassrls;
--> role kit_app: bypass_rls
--x role kit_app

alter role kit_app createrole;
--> role kit_app: create_role
--x role kit_app

alter role kit_app login;
--> role kit_app: login
--x role kit_app

alter role kit_app set statement_timeout = 5000;
--> role kit_app: settings
--x role kit_app

alter role kit_app in database {database} set work_mem = '1MB';
--> role kit_app: settings
--x role kit_app

grant kit_owner to kit_app;
--> role kit_app: member_of
--x role kit_app

alter default privileges for role kit_owner in schema app grant insert on tables to kit_app;
--> default privileges kit_owner.app.tables: grants

alter default privileges for role kit_owner grant usage on sequences to kit_app;
--> +default privileges kit_owner.sequences

comment on extension plpgsql is 'x';
--> extension plpgsql: comment

create extension citext;
--> +extension citext

create role kit_new; grant usage on schema app to kit_new;
--> +role kit_new
--> schema app: grants
--x role kit_new

alter role kit_app superuser;
--> role kit_app: superuser
--x role kit_app

alter role kit_app connection limit 3;
--> role kit_app: connection_limit
--x role kit_app

alter role kit_app valid until '2030-01-01';
--> role kit_app: valid_until
--x role kit_app

alter role kit_app noinherit;
--> role kit_app: inherit
--x role kit_app

alter role kit_app replication;
--> role kit_app: replication
--x role kit_app
