"""What a hosting platform and neonkit keep for themselves in a database.

The one place where such names stand. Sources: the compute start-up SQL of github.com/neondatabase/neon
(compute_tools/src/sql) and Neon's documentation of roles.
"""

from __future__ import annotations

from typing import Final

from toolkit.schema.objects import Origin

OWN_SCHEMAS: Final = frozenset({"neonkit", "neonkit_journal", "neonkit_import"})
"""The schemas in which neonkit keeps its journal of migrations and its ledger of imports."""

PLATFORM_SCHEMAS: Final = frozenset({"neon", "neon_auth", "neon_migration", "neon_control_plane"})
PLATFORM_ROLES: Final = frozenset({"cloud_admin", "neon_superuser", "neon_service", "neon_replication"})
PLATFORM_EXTENSIONS: Final = frozenset({"neon", "neon_utils"})


def origin_of_schema(name: str) -> Origin:
    """Who a schema, and what is in it, belongs to."""
    if name in OWN_SCHEMAS:
        return Origin.NEONKIT
    return Origin.PLATFORM if name in PLATFORM_SCHEMAS else Origin.USER


def origin_of_role(name: str) -> Origin:
    """Who a role belongs to. Roles that begin with `pg_` come with the server."""
    return Origin.PLATFORM if name in PLATFORM_ROLES or name.startswith("pg_") else Origin.USER


def origin_of_extension(name: str) -> Origin:
    """Who installed an extension."""
    return Origin.PLATFORM if name in PLATFORM_EXTENSIONS else Origin.USER
