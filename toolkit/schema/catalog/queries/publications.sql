select p.oid::int8, p.pubname, p.pubowner::int8, p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete,
       p.pubtruncate, p.pubviaroot,
       p.pubgencols as generated_columns, -- since 18; else: 'n' as generated_columns,
       (select json_agg(json_build_array(
                   pr.prrelid::int8,
                   pr.prattrs::int2[], -- since 15; else: null,
                   pg_get_expr(pr.prqual, pr.prrelid) -- since 15; else: null
               ))
          from pg_publication_rel pr where pr.prpubid = p.oid) as tables,
       array(select n.nspname
               from pg_publication_namespace pn, pg_namespace n -- since 15; else: from pg_namespace n
              where n.oid = pn.pnnspid and pn.pnpubid = p.oid -- since 15; else: where false
              order by 1) as schemas
  from pg_publication p
