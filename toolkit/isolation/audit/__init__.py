"""The audit: what the catalog and the stored rows say against the isolation of users; nothing is tried.

Each part gives findings; verdicts are made elsewhere. Doors past the tables: `toolkit.isolation.doors`.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.isolation.audit.grants import grant_findings
from toolkit.isolation.audit.policies import policy_findings
from toolkit.isolation.audit.roles import role_findings
from toolkit.isolation.audit.rows import row_findings
from toolkit.isolation.audit.site import Site
from toolkit.isolation.audit.tables import pointers, table_findings

__all__ = ["Site", "catalog_findings", "pointers", "row_findings"]


def catalog_findings(site: Site) -> Iterator[Finding]:
    """What the catalog says, of a role that is known."""
    yield from role_findings(site)
    yield from policy_findings(site)
    yield from grant_findings(site)
    yield from table_findings(site)
