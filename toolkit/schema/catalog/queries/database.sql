select d.oid::int8,
       d.datdba::int8,
       d.datacl::text[],
       d.datconnlimit,
       pg_encoding_to_char(d.encoding) as encoding,
       d.datlocprovider as provider, -- since 15; else: 'c' as provider,
       d.datcollate,
       d.datctype
  from pg_database d
 where d.datname = current_database()
