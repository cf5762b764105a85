"""What the role may do beside reading and writing rows: attributes, memberships, and bugs of its server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.findings import Finding, Fix, Severity
from toolkit.isolation.audit.site import Site

_FACTS: Final = """
SELECT r.rolreplication AS replicates, r.rolcreaterole AS makes_roles,
       pg_catalog.current_setting('server_version_num')::int AS version
FROM pg_catalog.pg_roles AS r WHERE r.rolname = :role
"""

_SERVER_WIDE: Final = """
SELECT r.rolname AS name FROM pg_catalog.pg_roles AS r
WHERE r.rolname IN ('pg_monitor', 'pg_read_all_stats', 'pg_read_all_data', 'pg_write_all_data',
                    'pg_signal_backend', 'pg_maintain', 'pg_create_subscription', 'pg_checkpoint')
  AND pg_catalog.pg_has_role(CAST(:role AS name), r.oid, 'USAGE')
ORDER BY 1
"""

_LARGE_OBJECTS: Final = """
SELECT count(*) AS objects FROM pg_catalog.pg_largeobject_metadata AS l
WHERE pg_catalog.current_setting('lo_compat_privileges')::boolean
   OR EXISTS (SELECT FROM pg_catalog.aclexplode(l.lomacl) AS a
              WHERE a.grantee = 0 OR pg_catalog.pg_has_role(CAST(:role AS name), a.grantee, 'USAGE'))
   OR pg_catalog.pg_has_role(CAST(:role AS name), l.lomowner, 'USAGE')
"""

PATCHED: Final = {
    18: (0, ()),
    17: (6, ("CVE-2024-10976", "CVE-2025-8713")),
    16: (10, ("CVE-2024-10976", "CVE-2025-8713", "CVE-2024-4317")),
    15: (14, ("CVE-2024-10976", "CVE-2025-8713", "CVE-2024-4317", "CVE-2023-2455", "CVE-2023-39418")),
    14: (19, ("CVE-2024-10976", "CVE-2025-8713", "CVE-2024-4317", "CVE-2023-2455")),
    13: (22, ("CVE-2024-10976", "CVE-2025-8713", "CVE-2023-2455")),
}
"""Per major version: the minor that has every known fix of row security, and what may be open before it."""


def role_findings(site: Site) -> Iterator[Finding]:
    """What is known of the role and of the server that holds it to its policies."""
    role = site.stage.role
    for facts in site.ask(_FACTS):
        if facts["replicates"]:
            yield Finding(
                "isolation.role-may-replicate",
                Severity.ERROR,
                role,
                f"Role {role} has REPLICATION: such a connection receives every row of every table.",
                fix=Fix("take the attribute away", (f'ALTER ROLE "{role}" NOREPLICATION',)),
            )
        if facts["makes_roles"] and not site.subject.exempt:
            yield Finding(
                "isolation.role-makes-roles",
                Severity.WARNING,
                role,
                f"Role {role} has CREATEROLE: {_making(facts['version'])}.",
                {"server version": facts["version"]},
                Fix("take the attribute away", (f'ALTER ROLE "{role}" NOCREATEROLE',)),
            )
        yield from server_findings(facts["version"])
    yield from _beyond(site, role)


def _making(version: int) -> str:
    if version < 160000:
        return "before version 16 it may become any role that is no superuser"
    return "it may become every role that it makes, and change those it administers"


def server_findings(version: int) -> Iterator[Finding]:
    """What a server of this version (as `server_version_num`) lacks of the known fixes."""
    major, minor = divmod(version, 10000)
    if major not in PATCHED:
        if major < min(PATCHED):
            yield _unpatched(major, minor, "it is out of support", ())
        return
    needed, open_ = PATCHED[major]
    if minor < needed:
        yield _unpatched(major, minor, f"{major}.{needed} has the known fixes", open_)


def _unpatched(major: int, minor: int, why: str, open_: tuple[str, ...]) -> Finding:
    return Finding(
        "isolation.server-not-patched",
        Severity.WARNING,
        f"PostgreSQL {major}.{minor}",
        f"The server may show rows that its policies hide: {why}.",
        {"may be open": list(open_)},
        Fix("upgrade the server"),
    )


def _beyond(site: Site, role: str) -> Iterator[Finding]:
    if site.subject.exempt:
        return
    memberships = [row["name"] for row in site.ask(_SERVER_WIDE)]
    if memberships:
        names = ", ".join(memberships)
        yield Finding(
            "isolation.role-sees-server",
            Severity.WARNING,
            role,
            f"Role {role} has {names}: it sees statements of others, or may use every table.",
            {"roles": memberships},
            Fix("take the membership away", tuple(f'REVOKE {each} FROM "{role}"' for each in memberships)),
        )
    for row in site.ask(_LARGE_OBJECTS):
        if row["objects"]:
            yield Finding(
                "isolation.large-objects",
                Severity.WARNING,
                role,
                f"Role {role} may read {row['objects']} large objects, which no policy filters.",
                {"large objects": row["objects"]},
            )
