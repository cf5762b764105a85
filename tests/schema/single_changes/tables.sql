-- Tables.

create table app.extra (id integer primary key, n text unique);
--> +table app.extra

create table app.extra (id serial);
--> +table app.extra

drop table app.scratch;
--> -table app.scratch

alter table app.users owner to kit_owner;
--> table app.users: owner

alter table app.tasks owner to kit_owner;
--> table app.tasks: owner

comment on table app.users is 'humans';
--> table app.users: comment

alter table app.scratch set logged;
--> table app.scratch: persistence

alter table app.tasks set (fillfactor = 80);
--> table app.tasks: options

alter table app.tasks set (toast.autovacuum_enabled = off);
--> table app.tasks: options

alter table app.users replica identity full;
--> table app.users: replica_identity

alter table app.users replica identity using index users_pkey;
--> table app.users: replica_identity

grant delete on app.tasks to kit_app;
--> table app.tasks: grants

grant select on app.tasks to kit_app with grant option;
--> table app.tasks: grants

grant select on app.tasks to public;
--> table app.tasks: grants

revoke insert on app.users from current_user;
--> table app.users: grants

alter table app.derived no inherit app.base;
--> table app.derived: inherits
--x back table app.derived

alter table app.tasks disable row level security;
--> table app.tasks: row_security

alter table app.tasks force row level security;
--> table app.tasks: row_security_forced
