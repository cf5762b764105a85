-- Sequences.

create sequence app.extra;
--> +sequence app.extra

alter sequence app.ticket increment 3;
--> sequence app.ticket: increment

alter sequence app.ticket start 11;
--> sequence app.ticket: start

alter sequence app.ticket minvalue 2;
--> sequence app.ticket: minimum

alter sequence app.ticket maxvalue 2000;
--> sequence app.ticket: maximum

alter sequence app.ticket cache 9;
--> sequence app.ticket: cache

alter sequence app.ticket cycle;
--> sequence app.ticket: cycle

alter sequence app.ticket as bigint;
--> sequence app.ticket: type

alter sequence app.ticket owned by app.scratch.k;
--> sequence app.ticket: owned_by

alter sequence app.ticket set unlogged; -- since 15
--> sequence app.ticket: persistence

grant usage on sequence app.ticket to kit_app;
--> sequence app.ticket: grants

comment on sequence app.ticket is 'x';
--> sequence app.ticket: comment

select nextval('app.ticket');
--> nothing
