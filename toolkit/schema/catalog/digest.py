"""The digest: a hash, made by the server, of the very rows that a snapshot is made of.

Invariant, by construction: a snapshot is a function of these rows, the server facts and this package, and all
three are in the digest; so equal digests mean equal snapshots. The reverse does not hold: rows hold oids, so
the digest of a database says nothing about another one, or about itself after a restore. Where the order of
rows matters, what orders them is a column.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from sqlalchemy import Connection

from toolkit import __version__
from toolkit.schema.catalog.query import query, without_estimates
from toolkit.schema.catalog.rows import LARGE, SMALL, skipped_queries
from toolkit.schema.snapshot import ServerFacts

_SEEDS: Final = (0, 6364136223846793005)
"""Two hashes of 64 bits: one alone could meet by chance."""


def digest_of(connection: Connection, facts: ServerFacts, unreadable: frozenset[str]) -> str:
    """32 hexadecimal digits over all that a snapshot would be made of, inside a canonical transaction."""
    skipped = skipped_queries(facts.major, unreadable)
    sql = _statement(facts.major, tuple(name for name in LARGE + SMALL if name not in skipped))
    rows = sorted(tuple(row) for row in connection.exec_driver_sql(sql))
    content = ascii((__version__, sql, facts.version_number, facts.version, facts.database, facts.role, rows))
    return hashlib.blake2b(content.encode("ascii"), digest_size=16).hexdigest()


@cache
def _statement(major: int, names: tuple[str, ...]) -> str:
    """One statement: of each query the number of its rows and their hashes, whatever their order."""
    hashes = ", ".join(f"sum(hashtextextended(line, {seed}))::text" for seed in _SEEDS)
    return "\nunion all\n".join(
        f"select '{name}', count(*), {hashes} from (select q::text as line from (\n"  # noqa: S608 - our own files
        f"{without_estimates(query(name, major))}\n) q offset 0) lines"
        for name in names
    )
