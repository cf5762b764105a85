-- Statistics objects, foreign data, publications.

alter statistics app.tasks_stat set statistics 10;
--> statistics app.tasks_stat: target

drop statistics app.tasks_stat;
--> -statistics app.tasks_stat

alter server far options (set host 'other');
--> server far: options

alter server far version '2';
--> server far: version
--x back server far

alter foreign data wrapper wrap options (set debug 'yes');
--> foreign-data wrapper wrap: options

drop user mapping for kit_app server far;
--> -user mapping far.kit_app

alter foreign table app.remote options (set schema_name 't');
--> foreign table app.remote: options

alter foreign table app.remote alter column id options (set column_name 'y');
--> column app.remote.id: foreign_options

alter publication pub drop table app.users;
--> publication pub: tables

alter publication pub set (publish = 'delete');
--> publication pub: operations

alter publication pub set (publish_via_partition_root);
--> publication pub: via_root

alter publication pub set table app.tasks (id), app.users; -- since 15
--> publication pub: tables

create publication more for tables in schema app; -- since 15
--> +publication more
