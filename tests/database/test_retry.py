"""How often and how long, without a server."""

from __future__ import annotations

import threading
import time

import psycopg2
import pytest

from toolkit.cancel import CancelledError, CancelToken, Nudge
from toolkit.database import Backoff, Phase, RetryClass, RetryPolicy
from toolkit.database import connect_errors as ce
from toolkit.database.recognise import server_said, sign_of
from toolkit.database.retry import run, wait
from toolkit.database.signs import Sign
from toolkit.events import Event, Waiting

INSTANT = Backoff(first=0.0)


class Failing:
    """A step that fails so many times with one message, then works."""

    def __init__(self, message: str, failures: int) -> None:
        self.message, self.failures, self.tries = message, failures, 0

    def __call__(self) -> str:
        self.tries += 1
        if self.tries <= self.failures:
            raise psycopg2.OperationalError(self.message)
        return "done"


@pytest.mark.parametrize(
    ("retry_class", "allowed"),
    [
        (RetryClass.A, True),
        (RetryClass.B, False),
        (RetryClass.C, True),
        (RetryClass.D, False),
        (RetryClass.E, True),
        (RetryClass.F, True),
        (RetryClass.G, False),
        (RetryClass.H, False),
        (RetryClass.I, False),
        (RetryClass.J, False),
        (RetryClass.ORDINARY, False),
    ],
)
def test_which_classes_are_tried_again(retry_class: RetryClass, allowed: bool) -> None:
    assert RetryPolicy().allows(Sign(retry_class), 1, 0.0) is allowed


@pytest.mark.parametrize(
    ("retry_class", "limit"), [(RetryClass.C, 2), (RetryClass.E, 3), (RetryClass.F, 10), (RetryClass.B, 1)]
)
def test_how_often(retry_class: RetryClass, limit: int) -> None:
    policy = RetryPolicy()
    tries = 1
    while policy.allows(Sign(retry_class), tries, 0.0):
        tries += 1
    assert tries == limit


def test_class_a_ends_with_the_budget() -> None:
    sign = Sign(RetryClass.A)
    assert RetryPolicy(budget=60).allows(sign, 1000, 59.9)
    assert not RetryPolicy(budget=60).allows(sign, 1, 60.0)


def test_pauses_double_up_to_the_cap_with_full_jitter() -> None:
    backoff = Backoff()
    for failures, most in ((1, 0.25), (2, 0.5), (3, 1.0), (6, 5.0), (20, 5.0)):
        drawn = [backoff.pause(failures) for _ in range(300)]
        assert 0 <= min(drawn) < most * 0.1
        assert most * 0.9 < max(drawn) <= most


def test_a_step_is_tried_until_it_works() -> None:
    step, heard = Failing("connection refused", 4), list[Event]()
    assert run(step, phase=Phase.CONNECT, policy=RetryPolicy(backoff=INSTANT), emit=heard.append) == "done"
    assert [event.attempt for event in heard if isinstance(event, Waiting)] == [1, 2, 3, 4]


def test_a_name_without_address_is_asked_for_twice() -> None:
    step = Failing('could not translate host name "x" to address: Name or service not known', 5)
    with pytest.raises(psycopg2.OperationalError):
        run(step, phase=Phase.CONNECT, policy=RetryPolicy(backoff=INSTANT))
    assert step.tries == 2


@pytest.mark.parametrize("message", ["password authentication failed", "nobody ever saw this"])
def test_the_permanent_and_the_unknown_are_tried_once(message: str) -> None:
    step = Failing(message, 1)
    with pytest.raises(psycopg2.OperationalError):
        run(step, phase=Phase.CONNECT)
    assert step.tries == 1


def test_the_same_words_while_working_are_no_reason_to_replay() -> None:
    step = Failing("server closed the connection unexpectedly", 1)
    with pytest.raises(psycopg2.OperationalError):
        run(step, phase=Phase.WORK)
    assert step.tries == 1


def test_a_set_token_stops_before_the_next_try() -> None:
    token = CancelToken()
    step = Failing("connection refused", 99)
    with pytest.raises(CancelledError):
        run(step, phase=Phase.CONNECT, emit=lambda event: token.cancel("enough"), cancel=token)
    assert step.tries == 1
    with pytest.raises(CancelledError):
        run(step, cancel=token)
    assert step.tries == 1


def test_waiting_without_a_token() -> None:
    begun = time.monotonic()
    wait(0.05)
    assert time.monotonic() - begun >= 0.045


def test_a_nudge_ends_a_wait_and_is_not_remembered() -> None:
    nudge = Nudge()
    assert not nudge.now(), "nobody waits"

    def wake() -> None:
        while not nudge.now():
            time.sleep(0.01)

    thread = threading.Thread(target=wake)
    thread.start()
    begun = time.monotonic()
    wait(600, CancelToken(), nudge)
    assert time.monotonic() - begun < 60
    thread.join()
    assert not nudge.now()


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("FATAL:  the database system is starting up", ce.ServerStartingError),
        ("FATAL:  the database system is shutting down", ce.ServerStartingError),
        ("FATAL:  sorry, too many clients already", ce.TooManyConnectionsError),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
         ce.TooManyConnectionsError),
        ("FATAL:  no more connections allowed (max_client_conn)", ce.TooManyConnectionsError),
        ("timeout expired", ce.ConnectTimedOutError),
        ("SSL SYSCALL error: EOF detected", ce.CannotConnectError),
        ("SSL connection has been closed unexpectedly", ce.CannotConnectError),
        ("connection is insecure (try using `sslmode=require`)", ce.InsecureConnectionError),
        ('FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "u", database "d", no encryption',
         ce.InsecureConnectionError),
        ('FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "u", database "d", SSL encryption',
         ce.ConnectionNotPermittedError),
        ('FATAL:  role "u" does not exist', ce.UnknownRoleError),
        ("SSL error: certificate verify failed", ce.CertificateRejectedError),
        ('root certificate file "/nowhere/root.crt" does not exist', ce.CertificateRejectedError),
        ("ERROR:  Control plane request failed", ce.ServerStartingError),
    ],
)  # fmt: skip
def test_messages_that_a_local_server_does_not_give(message: str, error: type[ce.CannotConnectError]) -> None:
    prefix = 'connection to server at "h" (192.0.2.7), port 5432 failed: '
    failure = psycopg2.OperationalError(prefix + message + "\n")
    assert sign_of(failure, Phase.CONNECT).error is error
    assert server_said(failure) in message
    assert "192.0.2.7" not in server_said(failure)
