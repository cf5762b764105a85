-- a view
create table {s}.t (a integer, b text);
create view {s}.v as select a, b as "B c", a + 1 as next from {s}.t where b like 'x%';

-- views that stand on each other against the order of their names
create table {s}.t (a integer);
create view {s}.z as select a from {s}.t;
create view {s}.m as select a from {s}.z;
create view {s}.a as select m.a from {s}.m join {s}.z on m.a = z.a;

-- options of views
create table {s}.t (a integer);
create view {s}.v1 with (security_invoker = true, security_barrier = true) as select a from {s}.t;
create view {s}.v2 with (check_option = cascaded) as select a from {s}.t where a > 0;
create view {s}.v3 as select a from {s}.t where a > 0 with local check option;

-- a view that groups by a primary key
create table {s}.t (id integer primary key, name text);
create table {s}.u (t_id integer);
create view {s}.v as select t.id, t.name, count(*) from {s}.t join {s}.u on u.t_id = t.id group by t.id;

-- defaults, comments and grants of view columns
create table {s}.t (a integer, b text);
create view {s}.v as select a, b from {s}.t;
alter view {s}.v alter column b set default 'from the view';
comment on view {s}.v is 'seen';
comment on column {s}.v.a is 'the a';
grant select (a) on {s}.v to kit_app;
alter view {s}.v owner to kit_owner;

-- a recursive view with everything
create table {s}.t (id integer, parent integer);
create recursive view {s}.v (id, depth) as
  select id, 0 from {s}.t where parent is null union all select t.id, v.depth + 1 from {s}.t join v on t.parent = v.id;

-- subqueries, windows, lateral, values and sets
create table {s}.t (a integer, b text);
create view {s}.v1 as select a, row_number() over w, sum(a) filter (where b <> '') over (w rows 2 preceding) from {s}.t window w as (partition by b order by a desc);
create view {s}.v2 as select x.* from {s}.t, lateral (select t.a * 2 as d limit 1) x where exists (select from {s}.t u where u.a = x.d);
create view {s}.v3 as values (1, 'a'), (2, 'it''s');
create view {s}.v4 as (select a from {s}.t union select 1) except all select 2 order by 1 limit 5 offset 1;
create view {s}.v5 as with q as materialized (select * from {s}.t) select q.*, t from q join {s}.t using (a);
create view {s}.v6 as select * from generate_series(1, 3) with ordinality as g (n, o), json_table('[]', '$[*]' columns (x integer path '$')) j;
create view {s}.v7 as select a, grouping(b) from {s}.t group by grouping sets ((a, b), ());

-- a view without columns
create view {s}.v as select;

-- a view whose table alias is called like the schema
create table {s}.t (a integer, u integer);
create table {s}.u (a integer);
create view {s}.w as select {s}.a, {s}.u from {s}.t {s};
create view {s}.u2 as select u.a from {s}.u join {s}.w on w.a = u.a;

-- a view and a function that need each other
create view {s}.v as select 1 as a, 'x'::text as b;
create function {s}.f({s}.v) returns integer language sql as 'select 1';
create or replace view {s}.v as select 1 as a, 'x'::text as b where {s}.f(null) = 1;

-- a view that calls functions and casts to types of ours
create type {s}.e as enum ('a', 'b');
create function {s}.f(integer) returns {s}.e language sql as 'select ''a''::{s}.e';
create view {s}.a as select {s}.f(1) as x, 'b'::{s}.e as y, array['a']::{s}.e[] as z;

-- materialized views
create table {s}.t (a integer, b text);
create materialized view {s}.m1 as select a, count(*) as n from {s}.t group by a;
create materialized view {s}.m2 with (fillfactor = 70) as select * from {s}.m1 with no data;
create unique index m1_ix on {s}.m1 (a);
alter materialized view {s}.m1 cluster on m1_ix;
comment on materialized view {s}.m1 is 'kept';
comment on column {s}.m1.n is 'how many';
alter materialized view {s}.m1 alter column n set statistics 10;
grant select on {s}.m1 to kit_app;
alter materialized view {s}.m1 owner to kit_owner;
grant select on {s}.t to kit_owner;
grant usage on schema {s} to kit_owner;

-- materialized views on each other, filled by functions with text bodies
create table {s}.t (a integer);
create function {s}.f() returns bigint language sql as 'select count(*) from {s}.t';
create materialized view {s}.z as select {s}.f() as n;
create materialized view {s}.a as select n from {s}.z;

-- a rule on a view and one on a table
create table {s}.t (a integer, b text);
create view {s}.v as select a, b from {s}.t;
create rule ins as on insert to {s}.v do instead insert into {s}.t values (new.a, new.b);
create rule "also ""x""" as on update to {s}.t where old.a <> new.a do also (insert into {s}.t values (0, 'a;b'); delete from {s}.t where a = -1);
create rule off as on delete to {s}.t do instead nothing;
alter table {s}.t disable rule off;
comment on rule ins on {s}.v is 'writes';

-- a view over a sequence and a system catalog
create sequence {s}.q;
create view {s}.v as select last_value, relname from {s}.q, pg_catalog.pg_class where oid = '{s}.q'::regclass;
