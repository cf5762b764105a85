"""Rights that no policy filters: on tables beside those on rows, on sequences, on relations of extensions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.findings import Finding, Fix, Severity
from toolkit.isolation.audit.site import MINE, OURS, TABLE, Site
from toolkit.isolation.grounds import sql_name, sql_table

_BEYOND: Final = f"""
SELECT {TABLE} AS name,
       pg_catalog.string_agg(DISTINCT a.privilege_type, ', ' ORDER BY a.privilege_type) AS rights
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace,
LATERAL pg_catalog.aclexplode(c.relacl) AS a
WHERE {TABLE} = ANY (:names) AND a.grantee <> c.relowner AND {MINE}
  AND a.privilege_type IN ('REFERENCES', 'TRIGGER', 'MAINTAIN')
GROUP BY 1 ORDER BY 1
"""

_SEQUENCES: Final = f"""
SELECT {TABLE} AS name,
       pg_catalog.string_agg(DISTINCT a.privilege_type, ', ' ORDER BY a.privilege_type) AS rights
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace,
LATERAL pg_catalog.aclexplode(c.relacl) AS a
WHERE c.relkind = 'S' AND {OURS} AND a.grantee <> c.relowner AND {MINE}
  AND a.privilege_type IN ('SELECT', 'UPDATE')
GROUP BY 1 ORDER BY 1
"""

_OF_EXTENSIONS: Final = f"""
SELECT {TABLE} AS name, e.extname AS extension
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_depend AS d
  ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid
WHERE c.relkind IN ('r', 'p', 'm', 'f') AND {OURS}
  AND pg_catalog.has_schema_privilege(CAST(:role AS name), n.oid, 'USAGE')
  AND (pg_catalog.has_any_column_privilege(CAST(:role AS name), c.oid, 'SELECT, INSERT, UPDATE')
       OR pg_catalog.has_table_privilege(CAST(:role AS name), c.oid, 'DELETE, TRUNCATE'))
ORDER BY 1
"""


def grant_findings(site: Site) -> Iterator[Finding]:
    """Every right of the role that is not about rows."""
    role = sql_name(site.stage.role)
    for row in site.ask(_BEYOND):
        yield Finding(
            "isolation.grant-beyond-rows",
            Severity.WARNING,
            row["name"],
            f"The role has {row['rights']} on {row['name']}, which obeys no policy.",
            {"privileges": row["rights"]},
            Fix("take the rights away", (f"REVOKE {row['rights']} ON {sql_table(row['name'])} FROM {role}",)),
        )
    for row in site.ask(_SEQUENCES):
        yield Finding(
            "isolation.sequence-open",
            Severity.WARNING if "UPDATE" in row["rights"] else Severity.INFO,
            row["name"],
            f"The role has {row['rights']} on sequence {row['name']}: it can tell how many rows users make"
            f"{', and set the next key' if 'UPDATE' in row['rights'] else ''}.",
            {"privileges": row["rights"]},
            Fix(
                "leave it USAGE alone",
                (f"REVOKE {row['rights']} ON SEQUENCE {sql_table(row['name'])} FROM {role}",),
            ),
        )
    for row in site.ask(_OF_EXTENSIONS):
        yield Finding(
            "isolation.extension-relation",
            Severity.INFO,
            row["name"],
            f"{row['name']} belongs to the extension {row['extension']} and is open to the role: nobody said"
            " whose rows it holds.",
            {"extension": row["extension"]},
        )
