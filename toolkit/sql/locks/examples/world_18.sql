-- What the world has besides from PostgreSQL 18 on.
alter table target add constraint target_pending_not_null not null pending not valid;
alter table target add constraint target_third_fk foreign key (third_id) references parent not enforced;
