"""A transaction that may be run again as a whole.

Invariants: the work gets a fresh transaction each time; a connection lost in the middle is reported, not
replayed, and one lost during COMMIT is reported as in doubt.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

from toolkit.cancel import CancelToken
from toolkit.database import retry
from toolkit.database.signs import Phase
from toolkit.events import Emit, unheard

Handle = TypeVar("Handle")
Result = TypeVar("Result")


class Attempt(Generic[Handle, Result]):
    """One transaction from `begin` to its commit, callable again and again. `phase` says how far it came."""

    def __init__(
        self, begin: Callable[[], AbstractContextManager[Handle]], work: Callable[[Handle], Result]
    ) -> None:
        self._begin = begin
        self._work = work
        self.phase = Phase.CONNECT

    def __call__(self) -> Result:
        self.phase = Phase.CONNECT
        with self._begin() as handle:
            self.phase = Phase.WORK
            result = self._work(handle)
            self.phase = Phase.COMMIT
        return result


def run_transaction(
    begin: Callable[[], AbstractContextManager[Handle]],
    work: Callable[[Handle], Result],
    *,
    policy: retry.RetryPolicy | None = None,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Result:
    """Run the work in a transaction, commit, and give its result; again as a whole after a conflict.

    `begin` opens what commits at its end: `engine.begin`, or `lambda: user_session(engine, user)`, so that a
    second try has its identity too. The work must have no effects outside the database that may not happen
    twice. Raises what the last try raised.
    """
    attempt = Attempt(begin, work)
    return retry.run(attempt, phase=lambda: attempt.phase, policy=policy, emit=emit, cancel=cancel)
