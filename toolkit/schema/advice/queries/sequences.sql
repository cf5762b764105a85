select s.schemaname, s.sequencename, s.last_value
  from pg_sequences s
 where s.last_value is not null
