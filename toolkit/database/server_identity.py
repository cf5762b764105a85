"""Who answers, and who we are there: the banner of every report and the ground of every refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from toolkit.database.url import DatabaseUrl

_QUESTION: Final = """
SELECT current_setting('server_version') AS version,
       current_setting('server_version_num')::int AS version_number,
       current_database() AS database,
       current_user AS role,
       role.rolsuper AS is_superuser,
       role.rolbypassrls OR role.rolsuper AS bypasses_rls,
       pg_is_in_recovery() AS is_in_recovery,
       current_setting('default_transaction_read_only') = 'on' OR pg_is_in_recovery() AS read_only
FROM pg_catalog.pg_roles AS role
WHERE role.rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """The server and our role on it.

    `bypasses_rls` is the attribute of the role itself: being a member of a bypassing role does not bypass.
    `read_only` says what a new transaction on this connection would be.
    """

    version: str
    version_number: int
    database: str
    role: str
    host: str | None
    port: int | None
    pooled: bool
    is_neon: bool
    is_superuser: bool
    bypasses_rls: bool
    is_in_recovery: bool
    read_only: bool

    @property
    def major(self) -> int:
        """The major version, such as 18."""
        return self.version_number // 10000


def identify(connection: Connection, url: DatabaseUrl) -> ServerIdentity:
    """Ask the server behind the connection, which leads where the URL says."""
    row = connection.execute(text(_QUESTION)).mappings().one()
    return ServerIdentity(
        host=url.host,
        port=url.port,
        pooled=url.is_pooled,
        is_neon=url.is_neon,
        **{str(k): v for k, v in row.items()},
    )
