-- an index
create table {s}.t (a integer, b text);
create index on {s}.t (a);
create unique index "I.x ""q""" on {s}.t (b, a);

-- orders of keys
create table {s}.t (a integer, b integer, c integer, d integer);
create index t_ix on {s}.t (a desc, b nulls first, c desc nulls last, d asc nulls last);

-- index methods
create table {s}.t (a integer, b text[], c point, d text, e timestamptz);
create index on {s}.t using hash (a);
create index on {s}.t using gin (b);
create index on {s}.t using gist (c);
create index on {s}.t using spgist (d);
create index on {s}.t using brin (e) with (pages_per_range = 32);

-- expressions and predicates
create table {s}.t (a text, b integer, c jsonb);
create index t_ix on {s}.t (lower(a), (b + 1), (c ->> 'k'), b) where b > 0 and a is not null;

-- operator classes and collations
create table {s}.t (a text, b jsonb, c varchar(9), d inet);
create index i1 on {s}.t (a text_pattern_ops, c varchar_pattern_ops);
create index i2 on {s}.t using gin (b jsonb_path_ops);
create index i3 on {s}.t (a collate "C", upper(c) collate "POSIX" desc);
create index i4 on {s}.t using gist (d inet_ops);

-- options of operator classes
create table {s}.t (a tsvector, b text);
create index t_ix on {s}.t using gist (a tsvector_ops (siglen = 100));

-- carried columns, storage parameters, nulls not distinct
create table {s}.t (a integer, b integer, c integer);
create unique index t_ix on {s}.t (a) include (b, c) nulls not distinct with (fillfactor = 80, deduplicate_items = off);

-- statistics of an expression
create table {s}.t (a integer, b integer);
create index t_ix on {s}.t (a, (a + b));
alter index {s}.t_ix alter column 2 set statistics 77;

-- a clustered index and a clustered key
create table {s}.t (a integer primary key, b integer);
create index t_ix on {s}.t (b);
alter table {s}.t cluster on t_ix;
create table {s}.u (a integer primary key);
alter table {s}.u cluster on u_pkey;

-- an index over a function of ours
create function {s}.f(integer) returns integer language sql immutable as 'select -$1';
create table {s}.t (a integer);
create index t_ix on {s}.t ({s}.f(a)) where {s}.f(a) > 1;

-- an index with a comment
create table {s}.t (a integer);
create index t_ix on {s}.t (a);
comment on index {s}.t_ix is '100% "found"';

-- keys that are no plain expressions
create table {s}.t (a integer, b integer, c timestamptz);
create index t_ix on {s}.t ((a is null), (a in (1, 2)), (case when b > 0 then a end), coalesce(a, b), (c at time zone 'UTC'), (a::text));

-- statistics objects
create table {s}.t (a integer, b integer, c text);
create statistics {s}.st1 (ndistinct, dependencies) on a, b from {s}.t;
create statistics {s}.st2 on (a + b), lower(c) from {s}.t;
alter statistics {s}.st2 set statistics 300;
comment on statistics {s}.st1 is 'a with b';
alter statistics {s}.st1 owner to kit_owner;
