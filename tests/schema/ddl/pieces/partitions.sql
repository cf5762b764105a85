-- partitions by range with a default
create table {s}.t (id integer, at date not null) partition by range (at);
create table {s}.t1 partition of {s}.t for values from ('2025-01-01') to ('2026-01-01');
create table {s}.t2 partition of {s}.t for values from (minvalue) to ('2025-01-01');
create table {s}.t3 partition of {s}.t default;

-- partitions by list
create table {s}.t (a text, b integer) partition by list (a);
create table {s}.t1 partition of {s}.t for values in ('a', 'it''s', null);

-- partitions by hash of an expression
create table {s}.t (a integer, b text) partition by hash (a, lower(b));
create table {s}.t1 partition of {s}.t for values with (modulus 2, remainder 0);
create table {s}.t2 partition of {s}.t for values with (modulus 2, remainder 1);

-- partitions of partitions
create table {s}.t (a integer, b integer) partition by list (a);
create table {s}.t1 partition of {s}.t for values in (1) partition by range (b);
create table {s}.t11 partition of {s}.t1 for values from (1) to (10);

-- keys and indexes of partitioned tables
create table {s}.t (a integer, b text, primary key (a), unique (a, b)) partition by range (a);
create table {s}.t1 partition of {s}.t for values from (1) to (10);
create index t_ix on {s}.t (b);

-- partitions with their own names of keys, indexes and not-nulls
create table {s}.t1 (a integer constraint nn1 not null, b text constraint bn not null, constraint k1 primary key (a));
create index b1 on {s}.t1 (b);
create table {s}.t (a integer primary key, b text not null) partition by range (a);
create index b_ix on {s}.t (b);
alter table {s}.t attach partition {s}.t1 for values from (1) to (10);

-- a partition with another order of columns
create table {s}.t (a integer, b text, c date) partition by range (a);
create table {s}.t1 (c date, b text, a integer);
alter table {s}.t attach partition {s}.t1 for values from (1) to (10);

-- a partition with its own default, check and storage
create table {s}.t (a integer, b text default 'x', check (a > 0)) partition by range (a);
create table {s}.t1 partition of {s}.t (b default 'y', constraint own check (b <> 'z')) for values from (1) to (10) with (fillfactor = 50);
alter table {s}.t1 alter column b set storage external;

-- an index that not every partition has
create table {s}.t (a integer) partition by range (a);
create table {s}.t1 partition of {s}.t for values from (1) to (10);
create table {s}.t2 partition of {s}.t for values from (10) to (20);
create index t_ix on only {s}.t (a);
create index t1_ix on {s}.t1 (a);
alter index {s}.t_ix attach partition {s}.t1_ix;

-- an index of a partition that stays alone beside an equal one
create table {s}.t (a integer) partition by range (a);
create table {s}.t1 partition of {s}.t for values from (1) to (10);
create index t1_alone on {s}.t1 (a);
create index t_ix on only {s}.t (a);
create index t1_other on {s}.t1 (a);
alter index {s}.t_ix attach partition {s}.t1_other;

-- foreign keys from and to partitioned tables
create table {s}.p (id integer primary key) partition by range (id);
create table {s}.p1 partition of {s}.p for values from (1) to (10);
create table {s}.c (a integer references {s}.p on delete cascade, id integer) partition by range (id);
create table {s}.c1 partition of {s}.c for values from (1) to (10);

-- a foreign key that the partition had before
create table {s}.p (id integer primary key);
create table {s}.c1 (a integer, constraint own_fk foreign key (a) references {s}.p);
create table {s}.c (a integer references {s}.p) partition by range (a);
alter table {s}.c attach partition {s}.c1 for values from (1) to (10);

-- triggers of partitioned tables
create function {s}.f() returns trigger language plpgsql as 'begin return new; end';
create table {s}.t (a integer) partition by range (a);
create table {s}.t1 partition of {s}.t for values from (1) to (10);
create trigger tg after insert on {s}.t for each row execute function {s}.f();
alter table {s}.t1 disable trigger tg;

-- identity of a partitioned table
create table {s}.t (id integer generated always as identity, b text) partition by range (id);
create table {s}.t1 partition of {s}.t for values from (1) to (10);

-- a generated column of a partitioned table
create table {s}.t (a integer, b integer generated always as (a + 1) stored) partition by range (a);
create table {s}.t1 partition of {s}.t for values from (1) to (10);

-- bounds of several columns
create table {s}.t (a integer, b text, c timestamptz) partition by range (a, b, c);
create table {s}.t1 partition of {s}.t for values from (1, 'x', '2025-01-01') to (2, maxvalue, maxvalue);

-- inheritance
create table {s}.base (a integer not null default 1, b text collate "C", check (a > 0));
create table {s}.child (c integer) inherits ({s}.base);
create table {s}.grandchild (d integer) inherits ({s}.child);

-- inheritance from several tables
create table {s}.a (x integer, y integer);
create table {s}.b (y integer, z integer);
create table {s}.c (own integer) inherits ({s}.b, {s}.a);

-- a child that differs from its parent
create table {s}.base (a integer default 1, b text, c text);
create table {s}.child () inherits ({s}.base);
alter table {s}.child alter column a set default 2, alter column b set not null, alter column c set storage external;
alter table only {s}.base alter column b set default 'parent only';

-- a child that declares a column again
create table {s}.base (a integer, b text);
create table {s}.child (b text default 'own', c integer) inherits ({s}.base);

-- a child that was told to inherit and has another order
create table {s}.base (a integer, b text, constraint c check (a > 0));
create table {s}.child (b text, x integer, a integer, constraint c check (a > 0));
alter table {s}.child inherit {s}.base;

-- a child with its own name of a not-null
create table {s}.base (a integer constraint base_nn not null);
create table {s}.child (constraint child_nn not null a) inherits ({s}.base);

-- storage and compression come from the parent
create table {s}.base (a text compression pglz, b text);
alter table {s}.base alter column b set storage main;
create table {s}.child () inherits ({s}.base);
alter table {s}.base alter column b set storage external;
