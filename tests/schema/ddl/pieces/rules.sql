-- triggers of every timing
create function {s}.f() returns trigger language plpgsql as 'begin return new; end';
create table {s}.t (a integer, b text);
create view {s}.v as select * from {s}.t;
create trigger t1 before insert or update of b, a or delete on {s}.t for each row execute function {s}.f();
create trigger t2 after truncate on {s}.t for each statement execute function {s}.f();
create trigger t3 instead of update on {s}.v for each row execute function {s}.f('x', '');
create trigger "T 4" after update on {s}.t referencing old table as "Old" new table as new_rows for each statement execute function {s}.f();
create constraint trigger t5 after insert on {s}.t deferrable initially deferred for each row when (new.a > 0) execute function {s}.f();
create constraint trigger t6 after insert on {s}.t for each row execute function {s}.f();

-- conditions and arguments that are hard to quote
create function {s}.f() returns trigger language plpgsql as 'begin return new; end';
create table {s}.t (a integer, "b ""x""" text);
create trigger tg before update on {s}.t for each row when (old."b ""x""" is distinct from new."b ""x""" and new.a in (1, 2) or old.* is distinct from new.*)
  execute function {s}.f('it''s', 'back\slash', '100%', '🙂', '"');

-- states of triggers
create function {s}.f() returns trigger language plpgsql as 'begin return new; end';
create table {s}.t (a integer);
create trigger t1 before insert on {s}.t for each row execute function {s}.f();
create trigger t2 before insert on {s}.t for each row execute function {s}.f();
create trigger t3 before insert on {s}.t for each row execute function {s}.f();
alter table {s}.t disable trigger t1;
alter table {s}.t enable replica trigger t2;
alter table {s}.t enable always trigger t3;
comment on trigger t1 on {s}.t is 'rests';

-- a trigger whose condition calls a function
create function {s}.f() returns trigger language plpgsql as 'begin return new; end';
create function {s}.ok(integer) returns boolean language sql as 'select true';
create table {s}.t (a integer);
create trigger tg before insert on {s}.t for each row when ({s}.ok(new.a)) execute function {s}.f();

-- policies of every command
create table {s}.t (a integer, b name);
alter table {s}.t enable row level security;
create policy p1 on {s}.t using (b = current_user);
create policy p2 on {s}.t as restrictive for select to kit_app, kit_owner using (a > 0);
create policy p3 on {s}.t for insert to kit_app with check (a > 0 and b is not null);
create policy p4 on {s}.t for update using (true) with check (a < 10);
create policy "p 5 ""x""" on {s}.t for delete to current_user using (false);
comment on policy p1 on {s}.t is 'own';

-- a policy that reads another table, a view and a function
create table {s}.a_t (a integer);
create table {s}.z_t (a integer);
create view {s}.z_v as select a from {s}.z_t;
create function {s}.who() returns integer language sql stable as 'select 1';
alter table {s}.a_t enable row level security;
create policy p on {s}.a_t using (a in (select z.a from {s}.z_t z join {s}.z_v v on v.a = z.a) and a = {s}.who());

-- a policy without any expression
create table {s}.t (a integer);
create policy p on {s}.t;
