"""Trying again: how often, how long, and for which classes of failure.

    A  connect, transient      again within the budget
    B  connect, permanent      stop at once
    C  stale idle connection   again with a fresh connection, once
    D  lost while working      stop: nobody knows what the server did with the last statement
    E  conflict                the whole transaction again, a few times
    F  lock wait               the step again, with back-off
    G to J, and ordinary       stop

Invariants: class D is never replayed here; what runs again runs from its beginning, as a whole; waiting is
visible as a `Waiting` event and ends at once when the token is set.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final, TypeVar

from toolkit.cancel import CancelToken, Nudge
from toolkit.database.recognise import server_said, sign_of
from toolkit.database.signs import Phase, RetryClass, Sign
from toolkit.events import Emit, Waiting, unheard

Result = TypeVar("Result")

CLI_BUDGET: Final = 60.0
TUI_BUDGET: Final = 30.0
"""Seconds for a whole connect, all tries together: a suspended or restarting compute."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses between tries, in seconds: doubling up to a cap, each drawn from zero to that (full jitter)."""

    first: float = 0.25
    factor: float = 2.0
    cap: float = 5.0

    def pause(self, failures: int) -> float:
        """The pause after so many failures, at least one."""
        return random.uniform(0.0, min(self.cap, self.first * self.factor ** (failures - 1)))  # noqa: S311 - jitter


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long (`budget`, seconds, for class A) and how often a failure is answered by another try."""

    budget: float = CLI_BUDGET
    backoff: Backoff = field(default_factory=Backoff)
    conflicts: int = 3
    lock_waits: int = 10

    def allows(self, sign: Sign, tries: int, elapsed: float) -> bool:
        """Whether another try is right after `tries` of them failed like this."""
        match sign.retry_class:
            case RetryClass.A:
                return elapsed < self.budget and (sign.tries is None or tries < sign.tries)
            case RetryClass.C:
                return tries < 2
            case RetryClass.E:
                return tries < self.conflicts
            case RetryClass.F:
                return tries < self.lock_waits
            case _:
                return False


def run(
    step: Callable[[], Result],
    *,
    phase: Callable[[], Phase] | Phase = Phase.WORK,
    policy: RetryPolicy | None = None,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Result:
    """The result of the step, tried again from its beginning where the class of its failure allows.

    `phase` says where a failure came from; a step that goes through several passes a function. The last
    failure is raised as it came.
    """
    policy = policy or RetryPolicy()
    begun = time.monotonic()
    tries: dict[RetryClass, int] = {}
    while True:
        if cancel is not None:
            cancel.raise_if_cancelled()
        try:
            return step()
        except Exception as error:  # what the table does not allow to repeat is raised again
            sign = sign_of(error, phase if isinstance(phase, Phase) else phase())
            failed = tries[sign.retry_class] = tries.get(sign.retry_class, 0) + 1
            if not policy.allows(sign, failed, time.monotonic() - begun):
                raise
            left = policy.budget - (time.monotonic() - begun)
            pause = policy.backoff.pause(failed)
            pause = min(pause, max(left, 0.0)) if sign.retry_class is RetryClass.A else pause
            emit(Waiting(server_said(error) or sign.retry_class.value, pause, failed))
        wait(pause, cancel)


def wait(seconds: float, cancel: CancelToken | None = None, nudge: Nudge | None = None) -> None:
    """Sleep, or stop sleeping and raise the token's error when it is set; `nudge` only ends the sleep."""
    woken = threading.Event()
    with ExitStack() as heard:
        if cancel is not None:
            heard.enter_context(cancel.on_cancel(woken.set))
        if nudge is not None:
            heard.enter_context(nudge.on_nudge(woken.set))
        woken.wait(seconds)
    if cancel is not None:
        cancel.raise_if_cancelled()
