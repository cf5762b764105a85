"""A Neon branch as a restore point: made of the branch in use, waited for, kept for a week.

It has no compute, so it costs storage of what changes only. A lost answer to the request is no reason for a
second branch: the name is looked for before anything is asked again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from toolkit.cancel import CancelToken
from toolkit.database.restore.errors import RestorePointFailedError
from toolkit.database.restore.means import NeonBranches
from toolkit.database.restore.neon_api import (
    BUSY,
    READY,
    UNDER_WAY,
    WELL,
    ApiRefusedError,
    ApiUnreachableError,
    Branch,
    NeonApi,
)
from toolkit.database.restore.point import RestorePoint
from toolkit.database.retry import wait
from toolkit.events import Emit, Notice, Waiting

T = TypeVar("T")
KEPT: Final = timedelta(days=7)
PATIENCE: Final = 300.0
"""Seconds for the branch to stand."""
POLLED: Final = 1.0
TRIES: Final = 5
PAUSE: Final = 2.0
"""Seconds before the next try where the server names none."""
LONGEST_PAUSE: Final = 60.0
API: Final = "Neon's API"


def make_branch(
    means: NeonBranches, name: str, now: datetime, emit: Emit, cancel: CancelToken
) -> RestorePoint:
    """The branch, once all of its operations are finished. Raises RestorePointFailedError."""
    with NeonApi(means.api, means.key, means.project) as api:
        try:
            return _Making(api, name, emit, cancel).made(means, now)
        except ApiRefusedError as error:
            raise RestorePointFailedError(name, API, f"answered {error.status}: {error.message}") from None
        except ApiUnreachableError as error:
            raise RestorePointFailedError(name, API, f"cannot be reached ({error})") from None
        except (KeyError, TypeError, IndexError) as error:
            reason = f"gave an answer that lacks what is documented ({type(error).__name__})"
            raise RestorePointFailedError(name, API, reason) from None


class _Making:
    def __init__(self, api: NeonApi, name: str, emit: Emit, cancel: CancelToken) -> None:
        self._api = api
        self._name = name
        self._emit = emit
        self._cancel = cancel

    def made(self, means: NeonBranches, now: datetime) -> RestorePoint:
        endpoint = means.endpoint or ""
        parent = means.branch or self._patiently(lambda: self._api.branch_of(endpoint))
        expires: datetime | None = now + KEPT
        try:
            branch = self._created(parent, expires)
        except ApiRefusedError as error:
            if "expire" not in error.message.lower():
                raise
            self._emit(Notice("warning", f"Neon keeps {self._name} until you remove it: {error.message}"))
            expires = None
            branch = self._created(parent, None)
        self._stands(branch)
        return RestorePoint("neon branch", branch.name, now, branch.id, parent, expires)

    def _created(self, parent: str, expires: datetime | None) -> Branch:
        return self._patiently(
            lambda: self._api.create_branch(parent, self._name, expires),
            lambda: self._api.find_branch(self._name),
        )

    def _patiently(self, ask: Callable[[], T], found: Callable[[], T | None] = lambda: None) -> T:
        """Ask, again where the server is busy or silent; `found` is what a lost answer may have made."""
        for tries in range(1, TRIES + 1):
            self._cancel.raise_if_cancelled()
            try:
                lost = found() if tries > 1 else None
                return ask() if lost is None else lost
            except ApiRefusedError as error:
                if error.status not in BUSY or tries == TRIES:
                    raise
                pause, cause = min(error.after or PAUSE, LONGEST_PAUSE), f"Neon's API: {error.message}"
            except ApiUnreachableError:
                if tries == TRIES:
                    raise
                pause, cause = PAUSE, "Neon's API did not answer"
            self._emit(Waiting(cause, pause, tries))
            wait(pause, self._cancel)
        raise AssertionError

    def _stands(self, branch: Branch) -> None:
        """Wait for what the making of the branch set off."""
        until = time.monotonic() + PATIENCE
        found: Branch | None = branch
        while not branch.operations and (found is None or found.state != READY):
            self._still(until)  # its operations were in the answer that was lost
            found = self._patiently(lambda: self._api.find_branch(self._name))
        for operation in branch.operations:
            while (status := self._status(operation)) in UNDER_WAY:
                self._still(until)
            if status not in WELL:
                raise RestorePointFailedError(self._name, API, f"says that it ended as {status}")

    def _still(self, until: float) -> None:
        """Wait a little, unless it has taken too long."""
        if time.monotonic() > until:
            reason = f"has not finished it after {PATIENCE:.0f} s; it may stand later"
            raise RestorePointFailedError(self._name, API, reason)
        wait(POLLED, self._cancel)

    def _status(self, operation: str) -> str:
        return self._patiently(lambda: self._api.operation(operation))
