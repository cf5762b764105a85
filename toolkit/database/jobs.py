"""What connections are opened for, and what each purpose needs.

One row per job: which address, which pool, how transactions begin. Engines are made from these rows and from
nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal


class Job(Enum):
    """The purpose of a connection."""

    INSPECT = "inspect"
    """Read the catalog: one read-only REPEATABLE READ transaction, so that the picture is of one moment."""
    BROWSE = "browse"
    """A person looks around: two pooled read-only connections."""
    MIGRATE = "migrate"
    """Change the schema."""
    ADMIN = "admin"
    """What refuses a transaction: CREATE DATABASE, VACUUM, CREATE INDEX CONCURRENTLY. Autocommit."""
    DATA = "data"
    """Move rows in batches, each its own transaction."""
    APPLICATION = "application"
    """A long-lived process serves requests."""
    SERVERLESS = "serverless"
    """A short-lived process serves one request; the pool is the server's."""


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """The numbers of an application's pool, in connections and seconds.

    The default recycle of 240 s stays below the 300 s after which Neon suspends an idle compute.
    """

    size: int = 5
    max_overflow: int = 5
    recycle: int = 240
    pre_ping: bool = True


@dataclass(frozen=True, slots=True)
class JobPolicy:
    """How connections for one job are made. `pool` None means one new connection each time."""

    address: Literal["direct", "pooled"]
    pool: PoolSettings | None = None
    read_only: bool = False
    isolation: Literal["AUTOCOMMIT", "READ COMMITTED", "REPEATABLE READ"] | None = None


def policy_of(job: Job, application_pool: PoolSettings) -> JobPolicy:
    """The row of a job, with the user's numbers for the application's pool."""
    if job is Job.APPLICATION:
        return JobPolicy("pooled", pool=application_pool)
    return _POLICIES[job]


_POLICIES: Final = {
    Job.INSPECT: JobPolicy("direct", read_only=True, isolation="REPEATABLE READ"),
    Job.BROWSE: JobPolicy("direct", pool=PoolSettings(size=2, max_overflow=0), read_only=True),
    Job.MIGRATE: JobPolicy("direct"),
    Job.ADMIN: JobPolicy("direct", isolation="AUTOCOMMIT"),
    Job.DATA: JobPolicy("direct"),
    Job.SERVERLESS: JobPolicy("pooled"),
}
