-- Partitions.

create table app.events_2026 partition of app.events for values from ('2026-01-01') to ('2027-01-01');
--> +table app.events_2026

drop table app.events_2025;
--> -table app.events_2025

alter table app.events detach partition app.events_2025;
--> table app.events_2025: partition_of, partition_bound

alter table app.events add column more integer;
--> +column app.events.more

alter table app.events drop column kind;
--> -column app.events.kind

alter table app.events alter column kind type varchar(9);
--> column app.events.kind: type
--> constraint app.events.events_kind_ck: expression

alter table app.events alter column kind set default 'x';
--> column app.events.kind: default

alter table app.events alter column kind set not null;
--> column app.events.kind: not_null

alter table only app.events alter column kind set default 'x';
--> column app.events.kind: default

alter table app.events_2025 alter column kind set default 'x';
--> column app.events_2025.kind: default

drop index app.events_at_ix;
--> -index app.events_at_ix

create index more_ix on app.events (kind);
--> +index app.more_ix

alter table app.events drop constraint events_pk;
--> -constraint app.events.events_pk

alter table app.events detach partition app.events_2025;
alter table app.events attach partition app.events_2025 for values from ('2024-01-01') to ('2026-01-01');
--> table app.events_2025: partition_bound
