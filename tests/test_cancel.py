"""A request to stop is set once, interrupts what registered itself, and is raised where the core asks."""

from __future__ import annotations

import pytest

from toolkit.cancel import CancelledError, CancelToken, TerminatedError
from toolkit.errors import ExitCode


def test_nothing_happens_until_somebody_asks() -> None:
    token = CancelToken()
    token.raise_if_cancelled()
    assert not token.cancelled


def test_asking_raises_with_the_reason() -> None:
    token = CancelToken()
    token.cancel("ctrl-c")
    assert token.cancelled
    with pytest.raises(CancelledError, match=r"Stopped: ctrl-c\.") as caught:
        token.raise_if_cancelled()
    assert caught.value.exit_code is ExitCode.INTERRUPTED


def test_the_first_reason_stays() -> None:
    token = CancelToken()
    token.cancel("the system asked", terminated=True)
    token.cancel("ctrl-c")
    with pytest.raises(TerminatedError) as caught:
        token.raise_if_cancelled()
    assert caught.value.exit_code is ExitCode.TERMINATED


def test_a_registered_statement_is_interrupted_once() -> None:
    token, calls = CancelToken(), list[str]()
    with token.on_cancel(lambda: calls.append("interrupted")):
        token.cancel("a")
        token.cancel("b")
    assert calls == ["interrupted"]


def test_a_statement_that_ended_is_not_interrupted() -> None:
    token, calls = CancelToken(), list[str]()
    with token.on_cancel(lambda: calls.append("interrupted")):
        pass
    token.cancel("late")
    assert calls == []


def test_registering_after_the_request_interrupts_at_once() -> None:
    token, calls = CancelToken(), list[str]()
    token.cancel("early")
    with token.on_cancel(lambda: calls.append("interrupted")):
        assert calls == ["interrupted"]
