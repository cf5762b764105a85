"""One run of an import, as the ledger follows it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Connection

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.errors import NeonkitError
from toolkit.events import Emit, unheard
from toolkit.transfer.ledger.entries import Batch, RunRecord, Status
from toolkit.transfer.ledger.lease import Lease
from toolkit.transfer.ledger.tables import SCHEMA
from toolkit.transfer.target.wire import Wire

_BATCH: Final = f"""
INSERT INTO {SCHEMA}.batch (run, "table", number, first, last, byte_start, byte_end, counts, checksum,
                            rejects, skipped)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""  # noqa: S608 - fixed names
_BATCHES: Final = f"""
SELECT "table", number, first, last, counts, byte_start, byte_end, checksum, rejects, skipped
  FROM {SCHEMA}.batch WHERE run = %s AND "table" = %s ORDER BY number
"""  # noqa: S608 - fixed names
_KEYS: Final = f"""
INSERT INTO {SCHEMA}.key (run, "table", legacy, new)
SELECT %s, %s, given.legacy, given.new FROM unnest(%s::text[], %s::text[]) AS given (legacy, new)
ON CONFLICT DO NOTHING
"""  # noqa: S608 - fixed names
_END: Final = f"""
UPDATE {SCHEMA}.run SET status = %s, ended = clock_timestamp(), facts = facts || %s WHERE id = %s
"""  # noqa: S608 - fixed names
_NOTE: Final = f"UPDATE {SCHEMA}.run SET facts = facts || %s WHERE id = %s"  # noqa: S608 - fixed names
_LOCK: Final = f"SELECT FROM {SCHEMA}.lease WHERE fingerprint = %s FOR UPDATE"
_STATUS: Final = f"SELECT status FROM {SCHEMA}.run WHERE id = %s"  # noqa: S608 - fixed names


class Run:
    """An open run. Its holder is the only one that writes for its file."""

    def __init__(
        self,
        database: Database,
        record: RunRecord,
        lease: Lease,
        *,
        resumed: bool = False,
        finished: RunRecord | None = None,
    ) -> None:
        self._database = database
        self._lease = lease
        self.record = record
        self.resumed = resumed
        """Whether an earlier process began it."""
        self.finished = finished
        """The last run that imported the same file by the same mapping to its end."""

    @property
    def id(self) -> str:
        """The run's uuid."""
        return self.record.id

    def hold(self, wire: Wire) -> None:
        """Keep the lease locked until the end of the transaction on `wire`: the first call in each of them.

        Raises `LeaseLostError`.
        """
        self._lease.renew(wire, self.id)

    def done_batches(self, wire: Wire, table: str) -> dict[int, Batch]:
        """The batches of `table` that stand, by number."""
        found = wire.rows(_BATCHES, [self.id, table])
        return {
            row[1]: Batch(
                table=row[0],
                number=row[1],
                first=row[2],
                last=row[3],
                counts=row[4],
                byte_start=row[5],
                byte_end=row[6],
                checksum=None if row[7] is None else int(row[7]),
                rejects=tuple(row[8]),
                skipped=tuple((first, last) for first, last in row[9]),
            )
            for row in found
        }

    def record_batch(self, wire: Wire, batch: Batch) -> None:
        """Enter a batch, in the transaction that writes its rows.

        A second time raises psycopg2's `UniqueViolation`, so no batch can ever be written twice.
        """
        values = [batch.first, batch.last, batch.byte_start, batch.byte_end]
        rejects = json.dumps([dict(reject) for reject in batch.rejects]).replace("\\u0000", "")
        counts, skipped = json.dumps(dict(batch.counts)), json.dumps(batch.skipped)
        told = [counts, batch.checksum, rejects, skipped]
        wire.run(_BATCH, [self.id, batch.table, batch.number, *values, *told])

    def record_keys(self, wire: Wire, table: str, keys: Iterable[tuple[str, str]]) -> None:
        """Keep which new key each legacy key of `table` got; in the data's own transaction."""
        record_keys(wire, self.id, table, keys)

    def stands(
        self, table: str, number: int, *, emit: Emit = unheard, cancel: CancelToken | None = None
    ) -> bool:
        """Whether a batch stands whose COMMIT was not answered; asked on a connection of its own.

        Waits until the transaction in doubt has ended, which holds the lease's lock until then.
        """

        def ask(connection: Connection) -> bool:
            wire = Wire(connection)
            wire.rows(_LOCK, [self._lease.fingerprint])
            return number in self.done_batches(wire, table)

        return self._database.run(Job.DATA, ask, emit=emit, cancel=cancel)

    def status(self, *, emit: Emit = unheard, cancel: CancelToken | None = None) -> Status:
        """What the ledger says of the run once a transaction in doubt has ended."""

        def ask(connection: Connection) -> Status:
            wire = Wire(connection)
            wire.rows(_LOCK, [self._lease.fingerprint])
            found: Status = wire.rows(_STATUS, [self.id])[0][0]
            return found

        return self._database.run(Job.DATA, ask, emit=emit, cancel=cancel)

    def note(self, wire: Wire, facts: Mapping[str, Any]) -> None:
        """Keep facts for a process that may resume the run."""
        wire.run(_NOTE, [json.dumps(dict(facts)), self.id])

    def finish(self, wire: Wire, status: Status = "done", facts: Mapping[str, Any] | None = None) -> None:
        """Write the last word and let go of the lease, in the transaction on `wire`.

        An atomic run calls it in the data's own transaction.
        """
        wire.run(_END, [status, json.dumps(dict(facts or {})), self.id])
        self._lease.release(wire)

    def give_up(self, status: Status) -> None:
        """The same in a transaction of its own after a failure; a server that is gone is left as it is."""
        with suppress(NeonkitError):
            self._database.run(Job.DATA, lambda connection: self.finish(Wire(connection), status))


def record_keys(wire: Wire, run: str, table: str, keys: Iterable[tuple[str, str]]) -> None:
    """Enter the new key of each legacy key."""
    pairs = list(keys)
    if pairs:
        wire.run(_KEYS, [run, table, [legacy for legacy, _ in pairs], [new for _, new in pairs]])
