"""Scratch databases: made by template clone, named so that they can be recognised, always dropped.

Names: `neonkit_scratch_<Unix time>_<random>` for one use, `neonkit_template_<name>` for a template.
Invariant: nothing is dropped whose name is not one of these.
"""

from __future__ import annotations

import re
import secrets
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, Final

from toolkit.database.driver import open_connection
from toolkit.database.url import DatabaseUrl
from toolkit.sql.quoting import quote_identifier

SCRATCH_PREFIX: Final = "neonkit_scratch_"
TEMPLATE_PREFIX: Final = "neonkit_template_"
_LOCK_SPACE: Final = 0x6E6B  # "nk": keeps our advisory locks apart from those of applications
_LONGEST: Final = 63


class ScratchDatabases:
    """Makes databases on the server of `admin_url`, whose role may create databases."""

    def __init__(self, admin_url: DatabaseUrl) -> None:
        self._admin_url = admin_url

    @contextmanager
    def create(self, template: str | None = None) -> Iterator[DatabaseUrl]:
        """A fresh database for the length of the block: empty, or a clone of a template of ours.

        `template` is a name given to `make_template` before. Sessions still open at the end are ended.
        """
        name = f"{SCRATCH_PREFIX}{int(time.time())}_{secrets.token_hex(6)}"
        source = "template0" if template is None else template_name(template)
        with self._admin() as cursor:
            cursor.execute(f"CREATE DATABASE {quote_identifier(name)} TEMPLATE {quote_identifier(source)}")
        try:
            yield self._admin_url.with_database(name)
        finally:
            self.drop(name)

    def make_template(self, name: str, build: Callable[[DatabaseUrl], None]) -> bool:
        """Build a template once: later calls, also of other processes, find it. True if it was built now.

        `build` gets the URL of an empty database and must leave no session open in it. If it fails, nothing
        stays behind. The name should change when the content does.
        """
        target = template_name(name)
        with self._admin() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", (_LOCK_SPACE, zlib.crc32(target.encode()) >> 1))
            cursor.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", (target,))
            if cursor.fetchone() == (True,):
                return False
            cursor.execute(f"DROP DATABASE IF EXISTS {quote_identifier(target)} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {quote_identifier(target)} TEMPLATE template0")
            try:
                build(self._admin_url.with_database(target))
            except BaseException:
                cursor.execute(f"DROP DATABASE {quote_identifier(target)} WITH (FORCE)")
                raise
            # Set last: a template is complete if and only if it is marked.
            cursor.execute(f"ALTER DATABASE {quote_identifier(target)} IS_TEMPLATE true")
            return True

    def drop(self, name: str) -> None:
        """Drop a scratch database or a template of ours; its sessions are ended.

        Raises:
            ValueError: the name is not one of ours.
        """
        if not name.startswith((SCRATCH_PREFIX, TEMPLATE_PREFIX)):
            raise ValueError(f"{name} is not a scratch database")
        with self._admin() as cursor:
            if name.startswith(TEMPLATE_PREFIX):
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
                if cursor.fetchone() is None:
                    return
                cursor.execute(f"ALTER DATABASE {quote_identifier(name)} IS_TEMPLATE false")
            cursor.execute(f"DROP DATABASE IF EXISTS {quote_identifier(name)} WITH (FORCE)")

    def drop_leftovers(self, *, older_than: float = 3600.0) -> tuple[str, ...]:
        """Drop what crashes left behind: scratch databases made that many seconds ago that nobody is in.

        Templates stay. Gives the names of what was dropped.
        """
        with self._admin() as cursor:
            cursor.execute(
                "SELECT datname FROM pg_database AS d WHERE datname ~ %s"
                " AND split_part(datname, '_', 3)::bigint <= %s"
                " AND NOT EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.datid = d.oid) ORDER BY datname",
                (f"^{SCRATCH_PREFIX}[0-9]{{1,12}}_", int(time.time() - older_than)),
            )
            names = tuple(name for (name,) in cursor.fetchall())
        for name in names:
            self.drop(name)
        return names

    @contextmanager
    def _admin(self) -> Iterator[Any]:
        with closing(open_connection(self._admin_url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor


def template_name(name: str) -> str:
    """The database name of a template: only letters, digits and underscores, at most 63 bytes."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    full = TEMPLATE_PREFIX + plain
    if len(full) > _LONGEST or plain != name:
        full = f"{full[: _LONGEST - 9]}_{zlib.crc32(name.encode()):08x}"
    return full
