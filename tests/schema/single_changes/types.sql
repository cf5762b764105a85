-- Types and collations.

alter type app.status add value 'never';
--> enum app.status: labels

alter type app.status add value 'soon' before 'open';
--> enum app.status: labels

alter type app.status owner to kit_owner;
--> enum app.status: owner

revoke usage on type app.status from public;
--> enum app.status: grants

comment on type app.status is null;
--> enum app.status: comment

alter domain app.email set not null;
--> domain app.email: not_null

alter domain app.email set default 'a@b';
--> domain app.email: default

alter domain app.email drop constraint email_at;
--> domain app.email: checks

alter domain app.email add check (value <> '') not valid;
--> domain app.email: checks

comment on constraint email_at on domain app.email is 'x';
--> domain app.email: checks

alter type app.pair add attribute c date;
--> composite type app.pair: attributes

comment on column app.pair.a is 'x';
--> composite type app.pair: attributes

create type app.other as range (subtype = integer);
--> +range type app.other

comment on type app.span is 'x';
--> range type app.span: comment

drop collation app.german;
--> -collation app.german

create collation app.icy (provider = builtin, locale = 'C.UTF-8'); -- since 17
--> +collation app.icy

alter type app.status rename value 'late' to 'overdue';
--> enum app.status: labels
--> policy app.tasks.tasks_open: using
