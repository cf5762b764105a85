"""The lease: one import of one file at a time, told from a row that needs no session to be held.

A data transaction locks the row while it runs and renews it, so whoever finds it locked knows that the holder
is at work. Between two transactions the row says until when the holder is believed; a holder whose process is
known to be gone is not believed at all.
"""

from __future__ import annotations

import os
import socket
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from toolkit.transfer.ledger.errors import ImportBusyError, LeaseLostError
from toolkit.transfer.ledger.tables import SCHEMA
from toolkit.transfer.target.wire import Wire

SECONDS: Final = 20
"""How long a holder is believed that says nothing. Longer than any pause between two batches."""

_LOCK: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('neonkit import ' || %s, 0))"
WAIT: Final = "SELECT pg_advisory_xact_lock(hashtextextended('neonkit import ' || %s, 0))"
"""Wait until no transaction imports the file of this fingerprint."""
_ENTER: Final = f"INSERT INTO {SCHEMA}.lease (fingerprint) VALUES (%s) ON CONFLICT DO NOTHING"  # noqa: S608 - fixed names
_LOOK: Final = f"""
SELECT run::text, holder::text, host, process,
       CASE WHEN isfinite(until) THEN until END,
       greatest(0, extract(epoch FROM until - clock_timestamp()))::float8
  FROM {SCHEMA}.lease WHERE fingerprint = %s
"""  # noqa: S608 - fixed names
_TAKE: Final = f"""
UPDATE {SCHEMA}.lease SET run = %s, holder = %s, host = %s, process = %s,
       until = clock_timestamp() + make_interval(secs => %s)
 WHERE fingerprint = %s
"""  # noqa: S608 - fixed names
_RENEW: Final = f"""
UPDATE {SCHEMA}.lease SET until = clock_timestamp() + make_interval(secs => %s)
 WHERE fingerprint = %s AND holder = %s
"""  # noqa: S608 - fixed names
_FREE: Final = f"SELECT FROM {SCHEMA}.lease WHERE fingerprint = %s FOR UPDATE SKIP LOCKED"
_RELEASE: Final = f"""
UPDATE {SCHEMA}.lease SET holder = NULL, until = '-infinity' WHERE fingerprint = %s AND holder = %s
"""  # noqa: S608 - fixed names


def locked_here(wire: Wire, fingerprint: str) -> bool:
    """Lock the file's name until the end of this transaction; False if another transaction has it.

    An import in one transaction needs nothing else, and leaves nothing behind when it is rolled back.
    """
    return bool(wire.rows(_LOCK, [fingerprint])[0][0])


@dataclass(eq=False)
class StillBelievedError(Exception):
    """Somebody holds the lease who may be gone; believed for so many `seconds` more. Internal."""

    seconds: float
    until: datetime
    refusal: ImportBusyError


@dataclass(frozen=True, slots=True)
class Lease:
    """Our claim on one file in one database."""

    source: str
    fingerprint: str
    holder: str = field(default_factory=lambda: str(uuid.uuid4()))

    def claim(self, wire: Wire) -> None:
        """Lock the row for this transaction, if nobody else is at work.

        Raises ImportBusyError if somebody is, and StillBelievedError where it is not known.
        """
        if not locked_here(wire, self.fingerprint):
            raise ImportBusyError(self.source, None, None, None)
        # An INSERT beside a row that a transaction has changed would wait for that transaction.
        if not wire.rows(_LOOK, [self.fingerprint]):
            wire.run(_ENTER, [self.fingerprint])
        locked = wire.rows(f"{_LOOK} FOR UPDATE SKIP LOCKED", [self.fingerprint])
        if not locked:
            raise self.busy(wire)
        run, holder, host, process, until, seconds = locked[0]
        if holder in (None, self.holder) or not seconds or _is_gone(host, process):
            return
        raise StillBelievedError(seconds, until, ImportBusyError(self.source, run, host, process))

    def require_free(self, wire: Wire) -> None:
        """Go on only if nobody holds it; for an import that needs no lease. Raises ImportBusyError."""
        found = wire.rows(_LOOK, [self.fingerprint])
        if not found:
            return
        run, holder, host, process, _, seconds = found[0]
        if holder is None or _is_gone(host, process):
            return
        if seconds or not wire.rows(_FREE, [self.fingerprint]):
            raise ImportBusyError(self.source, run, host, process)

    def busy(self, wire: Wire) -> ImportBusyError:
        """The refusal, with who holds it."""
        run, _, host, process, *_ = (wire.rows(_LOOK, [self.fingerprint]) or [(None,) * 6])[0]
        return ImportBusyError(self.source, run, host, process)

    def take(self, wire: Wire, run: str) -> None:
        """Write our name into the claimed row."""
        wire.run(_TAKE, [run, self.holder, socket.gethostname(), os.getpid(), SECONDS, self.fingerprint])

    def renew(self, wire: Wire, run: str) -> None:
        """Lock and renew the lease in a data transaction. Raises LeaseLostError."""
        if not wire.run(_RENEW, [SECONDS, self.fingerprint, self.holder]):
            raise LeaseLostError(self.source, run)

    def release(self, wire: Wire) -> None:
        """Let others in at once."""
        wire.run(_RELEASE, [self.fingerprint, self.holder])


def _is_gone(host: str | None, process: int | None) -> bool:
    """Whether the holder ran on this machine and does not any more."""
    if host != socket.gethostname() or process is None:
        return False
    with suppress(PermissionError):  # it is there and somebody else's
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
    return False
