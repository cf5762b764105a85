-- a primary key of several columns in another order
create table {s}.t (a integer, b integer, c integer, primary key (c, a));

-- a primary key with a name
create table {s}.t (a integer constraint "My Key" primary key);

-- a primary key with carried columns and storage parameters
create table {s}.t (a integer, b text, primary key (a) include (b) with (fillfactor = 50));

-- a deferrable primary key
create table {s}.t (a integer primary key deferrable initially deferred);

-- unique with nulls not distinct
create table {s}.t (a integer, b integer, unique nulls not distinct (a, b));

-- unique deferrable
create table {s}.t (a integer unique deferrable);

-- a temporal key and a foreign key to it
create table {s}.t (a int4range, at daterange, primary key (a, at without overlaps));
create table {s}.r (a int4range, at daterange, foreign key (a, period at) references {s}.t (a, period at));

-- a unique constraint without overlaps
create table {s}.t (a int4range, at daterange, unique (a, at without overlaps));

-- checks
create table {s}.t (a integer check (a > 0), b text, c text, check (b <> c), constraint "named ""x""" check (b in ('a', 'b')));

-- checks of every shape of expression
create table {s}.t (a integer, b text, c jsonb, d timestamptz,
  check (a between 1 and 10), check (b like 'a%' or b ilike '%_z' and not b ~ '^\d+$'),
  check (case when a is null then true else a > 1 end), check (c ? 'k' and (c ->> 'k') is not null),
  check (coalesce(a, length(b)) <> all (array[1, 2])), check (extract(year from d at time zone 'UTC') > 2000),
  check ((a, b) is not null), check (b collate "C" < 'z'), check (a % 2 = 0));

-- a check that is not validated
create table {s}.t (a integer);
alter table {s}.t add constraint c check (a > 0) not valid;

-- a check that is not enforced
create table {s}.t (a integer, constraint c check (a > 0) not enforced);

-- a check that children do not get
create table {s}.t (a integer, constraint c check (a > 0) no inherit);

-- a check that calls a function of ours
create function {s}.ok(integer) returns boolean language sql immutable as 'select $1 > 0';
create table {s}.t (a integer check ({s}.ok(a)));

-- a check on the whole row
create table {s}.t (a integer, b integer);
create function {s}.ok({s}.t) returns boolean language sql immutable as 'select $1.a < $1.b';
alter table {s}.t add constraint c check ({s}.ok(t));

-- a default that calls a function that reads the table
create table {s}.t (a integer);
create function {s}.next_a(r {s}.t default null) returns integer language sql as 'select 1';
alter table {s}.t alter column a set default {s}.next_a();

-- foreign keys with every action
create table {s}.p (id integer primary key);
create table {s}.c (a integer references {s}.p on delete cascade on update cascade,
  b integer references {s}.p on delete set null on update set null, c integer references {s}.p on delete set default,
  d integer references {s}.p on delete restrict on update restrict);

-- a foreign key that sets some columns
create table {s}.p (a integer, b integer, primary key (a, b));
create table {s}.c (a integer, b integer, foreign key (a, b) references {s}.p on delete set null (b));

-- a foreign key that matches in full
create table {s}.p (a integer, b integer, unique (a, b));
create table {s}.c (a integer, b integer, foreign key (a, b) references {s}.p (a, b) match full);

-- deferrable foreign keys
create table {s}.p (id integer primary key);
create table {s}.c (a integer references {s}.p deferrable, b integer references {s}.p deferrable initially deferred);

-- a foreign key that is not validated
create table {s}.p (id integer primary key);
create table {s}.c (a integer);
alter table {s}.c add foreign key (a) references {s}.p not valid;

-- a foreign key that is not enforced
create table {s}.p (id integer primary key);
create table {s}.c (a integer references {s}.p not enforced);

-- a foreign key to itself
create table {s}.t (id integer primary key, parent integer references {s}.t);

-- a foreign key to columns in another order
create table {s}.p (a integer, b integer, unique (b, a));
create table {s}.c (x integer, y integer, foreign key (x, y) references {s}.p (b, a));

-- a foreign key to a unique index that is no constraint
create table {s}.p (a integer);
create unique index p_ix on {s}.p (a);
create table {s}.c (a integer references {s}.p (a));

-- exclusion constraints
create table {s}.t (a int4range, b circle, c integer, exclude using gist (a with &&, b with &&) where (c > 0),
  constraint x exclude (c with =) with (fillfactor = 60) deferrable initially deferred);

-- comments on constraints and their indexes
create table {s}.t (a integer constraint k primary key, b integer constraint c check (b > 0) references {s}.t);
comment on constraint k on {s}.t is 'the key';
comment on constraint c on {s}.t is 'the check';
comment on constraint t_b_fkey on {s}.t is 'the reference';
comment on index {s}.k is 'its index';

-- foreign keys switched off
create table {s}.p (id integer primary key);
create table {s}.c (a integer references {s}.p);
alter table {s}.c disable trigger all;
alter table {s}.p disable trigger all;

-- lists of texts in columns of limited length
create table {s}.t (a varchar(9) check (a in ('x, y', 'it''s]', ')')), b varchar, c varchar(3) default 'a',
  check (b not in ('p', 'q') and (c <> all (array['r', 's']) or b in (c, a))), check (lower(b) in ('u', 'v')));
create index t_ix on {s}.t (a, (b in ('1', '2'))) where c in ('3', '4');
create view {s}.v as select a, b in ('5', '6') as listed from {s}.t where a in ('7', '8');
create materialized view {s}.m as select a from {s}.t where a in ('7', '8');
create policy p on {s}.t using (a in ('x', 'y'));
create function {s}.f(x varchar) returns boolean language sql return x in ('a', 'b');
create domain {s}.d as varchar(5) check (value in ('a', 'b'));
create rule r as on delete to {s}.t where old.a in ('a', 'b') do instead nothing;
create function {s}.tf() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on {s}.t for each row when (new.a in ('a', 'b')) execute function {s}.tf('(ARRAY[''a''::character varying])::text[]');
create statistics {s}.st on (a in ('a', 'b')), b from {s}.t;
create table {s}.g (a varchar(4), b boolean generated always as (a in ('a', 'b')) stored, c char(2) check (c in ('x', 'y')));
