select w.oid::int8, w.fdwname, w.fdwowner::int8,
       nullif(w.fdwhandler::regproc::text, '-') as handler,
       nullif(w.fdwvalidator::regproc::text, '-') as validator,
       w.fdwoptions, w.fdwacl::text[]
  from pg_foreign_data_wrapper w
