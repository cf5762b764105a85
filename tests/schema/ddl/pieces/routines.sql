-- a function in SQL
create function {s}.f(a integer, b integer default 1, out c integer) language sql as 'select a + b';

-- a function with every attribute
create function {s}.f(text) returns text language plpgsql immutable strict leakproof parallel safe security definer cost 12.5
  set search_path = {s}, "Quoted ""x""", pg_temp set statement_timeout = '5s' set app.name = 'it''s' as 'begin return $1; end';

-- functions that return sets
create function {s}.f() returns setof integer language sql stable rows 7 as 'select 1';
create function {s}.g() returns table (a integer, "b.c" text) language sql as 'select 1, ''x''';
create function {s}.h(variadic a text[]) returns setof record language sql as 'select 1, 2';

-- functions with the same name
create function {s}.f() returns integer language sql as 'select 0';
create function {s}.f(integer) returns integer language sql as 'select 1';
create function {s}.f(text, integer[]) returns integer language sql as 'select 2';

-- modes and defaults of arguments
create function {s}.f(inout a integer, in b text default 'x, y) returns', out "c d" text, variadic e numeric[] default '{}')
  language sql as 'select 1, ''x''';

-- a function with a parsed body
create table {s}.t (a integer, b text);
create function {s}.f(x integer) returns bigint stable begin atomic
  insert into {s}.t values (x, 'a;b'); select count(*) from {s}.t where a = x;
end;
create function {s}.g(x integer) returns integer language sql immutable return x * 2;

-- a parsed body that calls another function
create function {s}.z(integer) returns integer language sql return $1 + 1;
create function {s}.a(integer) returns integer language sql return {s}.z($1) * 2;

-- bodies that are hard to quote
create function {s}.a() returns text language plpgsql as $f$ begin return '$$ $_$ ; -- "'; end $f$;
create function {s}.b() returns text language sql as 'select $x$a$x$ || E''\\'' -- ends in a dollar $';
create function {s}.c() returns text language plpgsql as $f$
begin /* comment; with a semicolon $$ */
  -- 100% ''safe''
  return E'\\n' || '%s' || $$dollar$$;
end
$f$;

-- a body that does not compile
set check_function_bodies = off;
create function {s}.f() returns integer language sql as 'select * from nowhere.at_all';
create function {s}.g() returns integer language plpgsql as 'this is no code';

-- a function that takes a row and one that returns it
create table {s}.t (a integer);
create function {s}.takes({s}.t) returns integer language sql as 'select $1.a';
create function {s}.gives() returns setof {s}.t language sql as 'select * from {s}.t';
create function {s}.array_of({s}.t[]) returns integer language sql as 'select 1';

-- a window function and an internal one
create function {s}.w() returns bigint language internal window immutable strict as 'window_row_number';
create function {s}.i(integer, integer) returns integer language internal immutable strict parallel safe as 'int4pl';

-- procedures
create procedure {s}.p(inout a integer, b text default 'x') language plpgsql security definer set work_mem = '1MB' as 'begin null; end';
create procedure {s}.q() language sql begin atomic select 1; end;
create procedure {s}.r(in a integer, out b integer) language plpgsql as 'begin b := a; end';
comment on procedure {s}.p(integer, text) is 'does';
alter procedure {s}.p(integer, text) owner to kit_owner;
revoke execute on procedure {s}.q() from public;

-- grants, owners and comments of functions
create function {s}.f(integer) returns integer language sql as 'select 1';
revoke execute on function {s}.f(integer) from public;
grant execute on function {s}.f(integer) to kit_app with grant option;
alter function {s}.f(integer) owner to kit_owner;
comment on function {s}.f(integer) is 'one';

-- a function whose default argument calls another
create function {s}.z() returns integer language sql as 'select 1';
create function {s}.a(x integer default {s}.z()) returns integer language sql as 'select x';

-- polymorphic arguments
create function {s}.f(anyelement, anyarray) returns anyelement language sql as 'select $1';
create function {s}.g("any") returns integer language internal as 'int4pl';

-- a support function
create function {s}.f(internal) returns internal language internal as 'generate_series_int4_support';
create function {s}.g(integer) returns setof integer language sql support {s}.f as 'select 1';

-- aggregates
create aggregate {s}.total(integer) (sfunc = int4pl, stype = integer, initcond = '0', combinefunc = int4pl, parallel = safe);
create aggregate {s}.zero(*) (sfunc = int8inc, stype = bigint, initcond = '0');
create function {s}.fin(bigint) returns text language sql immutable as 'select $1::text';
create aggregate {s}.fancy(integer) (sfunc = int84pl, stype = bigint, finalfunc = {s}.fin, finalfunc_modify = read_write, sspace = 64,
  msfunc = int84pl, minvfunc = int84mi, mstype = bigint, mfinalfunc = {s}.fin, initcond = '0', minitcond = '0');
comment on aggregate {s}.total(integer) is 'adds';
alter aggregate {s}.total(integer) owner to kit_owner;

-- an aggregate that sorts, an ordered-set one and a hypothetical one
create aggregate {s}.smallest(integer) (sfunc = int4smaller, stype = integer, sortop = operator(pg_catalog.<));
create aggregate {s}.percentile(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal,
  finalfunc = percentile_disc_final, finalfunc_extra);
create aggregate {s}.rank_of(variadic "any" order by variadic "any") (sfunc = ordered_set_transition_multi, stype = internal,
  finalfunc = rank_final, finalfunc_extra, hypothetical);

-- an aggregate over an operator of ours
create function {s}.lt(text, text) returns boolean language sql immutable as 'select length($1) < length($2)';
create operator {s}.<# (leftarg = text, rightarg = text, function = {s}.lt);
create function {s}.step(text, text) returns text language sql immutable as 'select $1';
create aggregate {s}.shortest(text) (sfunc = {s}.step, stype = text);

-- operators with partners
create function {s}.eq(integer, text) returns boolean language sql immutable as 'select true';
create function {s}.eq(text, integer) returns boolean language sql immutable as 'select true';
create operator {s}.=== (leftarg = integer, rightarg = text, function = {s}.eq, commutator = operator({s}.===),
  negator = operator({s}.!==), restrict = eqsel, join = eqjoinsel, hashes, merges);
create operator {s}.=== (leftarg = text, rightarg = integer, function = {s}.eq, commutator = operator({s}.===));
create operator {s}.!== (leftarg = integer, rightarg = text, function = {s}.eq, negator = operator({s}.===));
comment on operator {s}.=== (integer, text) is 'same';

-- a prefix operator
create function {s}.neg(text) returns text language sql immutable as 'select $1';
create operator {s}.!! (rightarg = text, function = {s}.neg);
alter operator {s}.!! (none, text) owner to kit_owner;
comment on operator {s}.!! (none, text) is 'not not';

-- operators in checks, indexes and views
create function {s}.eq(integer, integer) returns boolean language sql immutable as 'select $1 = $2';
create operator {s}.=== (leftarg = integer, rightarg = integer, function = {s}.eq);
create table {s}.t (a integer, b integer, check (a operator({s}.===) b));
create index t_ix on {s}.t (a) where a operator({s}.===) 1;
create view {s}.v as select a operator({s}.===) b as same from {s}.t;

-- casts
create type {s}.x as (a integer);
create type {s}.y as (a integer);
create function {s}.f({s}.x) returns integer language sql immutable as 'select $1.a';
create cast ({s}.x as integer) with function {s}.f({s}.x) as assignment;
create cast ({s}.y as text) with inout as implicit;
create cast (jsonb as bytea) without function;
comment on cast ({s}.x as integer) is 'takes a';

-- a cast that a view uses without naming it
create type {s}.x as (a integer);
create function {s}.f({s}.x) returns integer language sql immutable as 'select $1.a';
create cast ({s}.x as integer) with function {s}.f({s}.x);
create table {s}.t (x {s}.x);
create view {s}.a as select x::integer from {s}.t;
