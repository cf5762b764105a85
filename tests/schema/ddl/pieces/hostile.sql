-- names that are reserved words
create table {s}."select" ("from" integer primary key, "where" text, "user" integer references {s}."select", "order" serial);
create index "index" on {s}."select" ("where");
create view {s}."view" as select "from", "user" as "table" from {s}."select";

-- names with quotes, dots, spaces and signs
create table {s}."a.b ""c"" 'd' %s %(x)s \n $$" ("1.""2""" integer, "%" text default '%s', " " date not null, "a'b" integer generated always as identity);
create index "i.""x""%" on {s}."a.b ""c"" 'd' %s %(x)s \n $$" (lower("%")) where "1.""2""" > 0;
comment on table {s}."a.b ""c"" 'd' %s %(x)s \n $$" is '%s %(x)s \ '' " $$';
comment on column {s}."a.b ""c"" 'd' %s %(x)s \n $$"."%" is 'p%';
grant select ("%") on {s}."a.b ""c"" 'd' %s %(x)s \n $$" to kit_app;
create view {s}."v.""%s" as select "1.""2""" as "x.""y", "%" from {s}."a.b ""c"" 'd' %s %(x)s \n $$" where "%" like '100\%';

-- names of 63 bytes
create table {s}.a23456789012345678901234567890123456789012345678901234567890123 (b23456789012345678901234567890123456789012345678901234567890123 serial not null unique,
  "🙂345678901234567890123456789012345678901234567890123456789012" integer generated always as identity,
  check (b23456789012345678901234567890123456789012345678901234567890123 > 0));
create index on {s}.a23456789012345678901234567890123456789012345678901234567890123 (b23456789012345678901234567890123456789012345678901234567890123);

-- names beyond ASCII
create type {s}."Größe 🙂" as enum ('ß', 'ẞ', '🙂');
create table {s}."tâble" ("çol" {s}."Größe 🙂" default '🙂', naïve text);
create function {s}."fün🙂"("ä" {s}."Größe 🙂" default 'ß') returns text language sql return "ä"::text;
create view {s}."vü" as select {s}."fün🙂"("çol") as "🙂" from {s}."tâble";

-- mixed case
create table {s}."Users" ("Id" serial primary key, "userName" text constraint "userName_check" check ("userName" <> ''));
create table {s}."Tasks" ("Id" integer primary key, "UserId" integer constraint "FK" references {s}."Users" ("Id"));
create function {s}."Touch"() returns trigger language plpgsql as 'begin return new; end';
create trigger "Touch" before update of "UserId" on {s}."Tasks" for each row when (old."UserId" <> new."UserId") execute function {s}."Touch"();
create policy "Own" on {s}."Tasks" using ("UserId" = 1);

-- hostile names of routines, operators and types
create function {s}."f(""x"") returns"("a.b" integer, "say ""hi"" %" text default '); drop') returns integer language sql immutable as 'select 1';
create type {s}."ty(pe)." as (a integer);
create function {s}."g"({s}."ty(pe).", {s}."ty(pe)."[]) returns integer language sql as 'select 1';
comment on function {s}."g"({s}."ty(pe).", {s}."ty(pe)."[]) is 'g';
create function {s}.eq({s}."ty(pe).", {s}."ty(pe).") returns boolean language sql immutable as 'select true';
create operator {s}.@%@ (leftarg = {s}."ty(pe).", rightarg = {s}."ty(pe).", function = {s}.eq, commutator = operator({s}.@%@));
create table {s}.t (a {s}."ty(pe).", check (a operator({s}.@%@) row(1)::{s}."ty(pe)."));
create index t_ix on {s}.t ({s}."f(""x"") returns"(1, 'x'));

-- texts that look like SQL
create table {s}.t (a text default '''; drop table x; --', b text check (b <> '/* '' */ ;' and b <> E'\\'''));
comment on table {s}.t is '*/ ; $ddl$ $_$';
create policy "p;" on {s}.t using (a <> ');' or a = '$$;$$');
create view {s}.v as select '-- not a comment;' as a, E'line\nbreak' as "b;" from {s}.t;

-- line breaks in names and definitions
create table {s}."line
break" ("tab	col" integer, "x
y" text default 'a
b');
comment on column {s}."line
break"."x
y" is 'c
d';
create view {s}.v as select "x
y" from {s}."line
break";
