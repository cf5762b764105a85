-- Functions and friends.

alter function app.touch() security definer;
--> function app.touch(): security_definer

alter function app.touch() set search_path = '';
--> function app.touch(): settings

alter function app.add volatile;
--> function app.add(integer, integer): volatility

alter function app.add parallel unsafe;
--> function app.add(integer, integer): parallel

alter function app.add leakproof;
--> function app.add(integer, integer): leakproof

alter function app.add strict;
--> function app.add(integer, integer): strict

alter function app.add cost 7;
--> function app.add(integer, integer): cost

alter function app.add owner to kit_owner;
--> function app.add(integer, integer): owner

revoke execute on function app.add from public;
--> function app.add(integer, integer): grants

create or replace function app.add(a integer, b integer default 2) returns integer language sql immutable parallel safe as 'select a + b';
--> function app.add(integer, integer): arguments

create or replace function app.add(a integer, b integer default 1) returns integer language sql immutable parallel safe as 'select b + a';
--> function app.add(integer, integer): body

create or replace function app.atomic(x integer) returns integer begin atomic select x + 2; end;
--> function app.atomic(integer): sql_body

create function app.add(a text) returns text language sql as 'select a';
--> +function app.add(text)

alter procedure app.tidy security definer;
--> procedure app.tidy(integer): security_definer

drop procedure app.tidy;
--> -procedure app.tidy(integer)

create or replace aggregate app.total(integer) (sfunc = int4pl, stype = integer, initcond = '1');
--> aggregate app.total(integer): definition

alter operator app.=== (app.pair, app.pair) set (restrict = eqsel);
--> operator app.=== (app.pair, app.pair): restrict

drop cast (app.pair as integer);
--> -cast (app.pair AS integer)

create or replace function app.touch() returns trigger language plpgsql as $$ begin return null; end $$;
--> function app.touch(): body
