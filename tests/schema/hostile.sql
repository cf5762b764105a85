-- Names and definitions that break what is put together carelessly.
create schema "we.ird ""schema"" %s";
create type "we.ird ""schema"" %s"."énum 🙂" as enum ('a''b', 'c\d', 'e%f', '"g"');
create table "we.ird ""schema"" %s"."Ta.ble ""x"" \n 🙂" (
  "select" integer primary key,
  "A b""c.d" text default E'it''s \\ 100% "quoted" 🙂',
  "%(name)s" "we.ird ""schema"" %s"."énum 🙂" default 'c\d',
  "a_name_that_is_exactly_sixty_three_bytes_long_0123456789_abcdefg" date,
  constraint "ck.🙂 ""1""" check ("A b""c.d" <> '%; -- drop table "x"'),
  constraint "fk ""self""" foreign key ("select") references "we.ird ""schema"" %s"."Ta.ble ""x"" \n 🙂" ("select")
);
create index "ix %s ""🙂""" on "we.ird ""schema"" %s"."Ta.ble ""x"" \n 🙂" ("A b""c.d" text_pattern_ops, lower("A b""c.d"))
  where "A b""c.d" like '100\%';
comment on table "we.ird ""schema"" %s"."Ta.ble ""x"" \n 🙂" is E'line one\nline "two" \\ % 🙂';
create function "we.ird ""schema"" %s"."Func(""x"")"("in.put" text default ');--') returns text language plpgsql as $we$
begin -- a comment; with a semicolon
  return '$$ %'; /* $$ */
end $we$;
create function "we.ird ""schema"" %s"."trig""ger"() returns trigger language plpgsql as 'begin return new; end';
create trigger "WHEN (""x"") EXECUTE FUNCTION" before update on "we.ird ""schema"" %s"."Ta.ble ""x"" \n 🙂" for each row
  when (old."A b""c.d" <> 'WHEN (' or new."A b""c.d" = E') EXECUTE FUNCTION \\')
  execute function "we.ird ""schema"" %s"."trig""ger"('a\b', '', '%s 🙂');
create view "we.ird ""schema"" %s"."view %" as
  select "select" as "sel ""x""" from "we.ird ""schema"" %s"."Ta.ble ""x"" \n 🙂" where "A b""c.d" like '%x%';
grant select on "we.ird ""schema"" %s"."Ta.ble ""x"" \n 🙂" to "ro=le ""x""/%, 🙂";
