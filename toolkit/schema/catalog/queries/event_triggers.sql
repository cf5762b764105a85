select e.oid::int8, e.evtname, e.evtowner::int8, e.evtevent, e.evtfoid::regproc::text as function,
       e.evttags, e.evtenabled
  from pg_event_trigger e
