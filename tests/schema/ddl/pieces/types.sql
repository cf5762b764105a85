-- an enum, its labels in their order
create type {s}.e as enum ('b', 'a', 'it''s', 'x\y', '🙂', '');
alter type {s}.e add value 'between' before 'a';

-- an enum without labels
create type {s}.e as enum ();

-- an enum in defaults, arrays and checks
create type {s}.e as enum ('on', 'off');
create table {s}.t (a {s}.e default 'on', b {s}.e[] default '{on,off}', check (a <> 'off'));

-- a domain with everything
create domain {s}.d as varchar(20) collate "C" default 'x' not null constraint short check (length(value) < 9) check (value <> '');
comment on domain {s}.d is 'words';
comment on constraint short on domain {s}.d is 'why';

-- a domain whose check is not validated
create domain {s}.d as integer;
alter domain {s}.d add constraint c check (value > 0) not valid;

-- a domain over a domain and over an array
create domain {s}.z as integer check (value > 0);
create domain {s}.b as {s}.z check (value < 100);
create domain {s}.a as {s}.b[];

-- a domain whose check takes the domain
create domain {s}.d as text;
create function {s}.f({s}.d) returns boolean language sql immutable as 'select true';
alter domain {s}.d add constraint c check ({s}.f(value));

-- a composite type
create type {s}.c as (a integer, "b.""q""" text collate "C", c numeric(3, 1)[]);
comment on column {s}.c.a is 'first';
comment on type {s}.c is 'three';

-- composite types that hold each other
create type {s}.z as (a integer);
create type {s}.y as (z {s}.z, many {s}.z[]);
create table {s}.t (y {s}.y);
create type {s}.x as (t {s}.t);

-- a composite type without attributes
create type {s}.c as ();

-- a range type with everything
create function {s}.diff(text, text) returns double precision language sql immutable as 'select 1.0';
create type {s}.r as range (subtype = text, subtype_opclass = text_pattern_ops, collation = "C", subtype_diff = {s}.diff,
  multirange_type_name = {s}.many);
create table {s}.t (a {s}.r, b {s}.many);

-- a range over a domain
create domain {s}.d as integer;
create type {s}.r as range (subtype = {s}.d);

-- collations
create collation {s}.c1 (provider = libc, locale = 'C');
create collation {s}.c2 (lc_collate = 'C', lc_ctype = 'POSIX');
create collation {s}.c3 (provider = builtin, locale = 'C.UTF-8');
create collation {s}."C ""4""" from "POSIX";
comment on collation {s}.c1 is 'plain';
create table {s}.t (a text collate {s}.c2);
create domain {s}.d as text collate {s}.c1;

-- other owners and grants of types
create type {s}.e as enum ('a');
create domain {s}.d as integer;
create type {s}.c as (a integer);
alter type {s}.e owner to kit_owner;
alter domain {s}.d owner to kit_owner;
revoke usage on type {s}.e from public;
grant usage on type {s}.d to kit_app with grant option;
revoke usage on type {s}.c from public;
