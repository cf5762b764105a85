-- sequences
create sequence {s}.a;
create sequence {s}.b as smallint start 5 increment 3 minvalue 2 maxvalue 99 cache 7 cycle;
create sequence {s}.c increment -2;
create sequence {s}.d as integer minvalue -10 start 0;
create sequence {s}.e start 1 minvalue 0;
create unlogged sequence {s}.f;
comment on sequence {s}.a is 'counts';

-- sequences whose type was changed
create sequence {s}.a as integer;
alter sequence {s}.a as bigint;
create sequence {s}.b;
alter sequence {s}.b as smallint;

-- a sequence that belongs to a column it does not feed
create table {s}.t (a integer);
create sequence {s}.q owned by {s}.t.a;

-- a sequence that feeds two tables
create sequence {s}.q;
create table {s}.a (id bigint default nextval('{s}.q'));
create table {s}.b (id bigint default nextval('{s}.q'::regclass));

-- a sequence with a hostile name
create sequence {s}."Se.q ""x"" 'y' %s";
create table {s}.t (a bigint default nextval('{s}."Se.q ""x"" ''y'' %s"'));

-- grants and owners of sequences
create sequence {s}.q;
alter sequence {s}.q owner to kit_owner;
grant usage, select on sequence {s}.q to kit_app;
create table {s}.t (a serial);
revoke update on sequence {s}.t_a_seq from neonkit;
alter table {s}.t owner to kit_owner;
