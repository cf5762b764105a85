"""The two poolers, for the tests of this folder."""

from fixtures.pgbouncer import pgbouncer
from fixtures.pooler import pooler

__all__ = ["pgbouncer", "pooler"]
