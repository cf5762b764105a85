"""A front that plays Neon: server names, verified TLS, cold starts, suspension, dropped connections."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
from fixtures.certificates import make_certificate
from fixtures.neon_front import ENDPOINT, NO_COMPUTE, NeonFront
from sqlalchemy import Connection, text

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import Backoff, Database, DatabaseUrl, Job, RetryPolicy, TlsPolicy, Urls
from toolkit.database import connect_errors as ce
from toolkit.database.driver import open_connection
from toolkit.database.errors import NoDirectHostError, WeakTlsRefusedError
from toolkit.database.failures import connect_failure
from toolkit.errors import ExitCode
from toolkit.events import Event, Notice, Waiting

CANCEL_IN_POOL = """
import sys, threading
from sqlalchemy import Connection, text
from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import Database, DatabaseUrl, Job
token = CancelToken()
try:
    with Database.at(DatabaseUrl.parse(sys.stdin.read())).connect(Job.SERVERLESS, cancel=token) as connection:
        threading.Timer(0.3, lambda: token.cancel("enough")).start()
        connection.execute(text("SELECT pg_sleep(20)"))
except CancelledError as error:
    print(error)
"""

QUICK = RetryPolicy(budget=5.0, backoff=Backoff(first=0.05, cap=0.2))


def neon(url: DatabaseUrl, *, policy: RetryPolicy = QUICK, unpooled: DatabaseUrl | None = None) -> Database:
    return Database(Urls.resolve(url, unpooled), retries=policy)


def answer(
    database: Database, job: Job = Job.MIGRATE, emit: Callable[[Event], None] = lambda event: None
) -> int:
    with database.connect(job, emit=emit) as connection:
        return int(connection.execute(text("SELECT 42")).scalar_one())


def test_a_neon_host_is_verified_and_named(neon_front: NeonFront) -> None:
    database = neon(neon_front.url())
    assert database.url(Job.MIGRATE).query["sslmode"] == "verify-full"
    assert answer(database) == 42
    assert neon_front.server_names == [f"{ENDPOINT}.local.neon.test"]


def test_schema_work_goes_to_the_direct_host_and_says_so(neon_front: NeonFront) -> None:
    database = neon(neon_front.url(pooled=True))
    heard: list[Event] = []
    assert answer(database, Job.MIGRATE, heard.append) == 42
    assert answer(database, Job.SERVERLESS, heard.append) == 42
    assert neon_front.server_names == [f"{ENDPOINT}.local.neon.test", f"{ENDPOINT}-pooler.local.neon.test"]
    assert [type(event) for event in heard] == [Notice]


def test_a_foreign_pooler_has_no_derived_direct_host(database_url: DatabaseUrl) -> None:
    database = Database.at(DatabaseUrl.parse("postgresql://u:p@db-pooler.example.com/d"))
    with pytest.raises(NoDirectHostError) as caught, database.connect(Job.MIGRATE):
        raise AssertionError
    assert caught.value.exit_code is ExitCode.REFUSED


def test_direct_negotiation(neon_front: NeonFront) -> None:
    url = neon_front.url().with_arguments(sslnegotiation="direct")
    assert answer(neon(url)) == 42


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"sslsni": "0"}, ce.EndpointMissingError),
        ({"channel_binding": "require"}, ce.ChannelBindingError),
        ({"sslmode": "verify-full", "sslrootcert": "/dev/null"}, ce.CertificateRejectedError),
    ],
)
def test_what_is_wrong_for_good_costs_one_try(
    neon_front: NeonFront, arguments: dict[str, str], error: type[ce.CannotConnectError], tmp_path: Path
) -> None:
    if "sslrootcert" in arguments:
        other = make_certificate(tmp_path, ["*.neon.test"], authority="Somebody else")
        arguments = {**arguments, "sslrootcert": str(other.root)}
    heard: list[Event] = []
    with pytest.raises(error) as caught:
        answer(neon(neon_front.url().with_arguments(**arguments)), emit=heard.append)
    assert heard == []
    assert caught.value.exit_code is ExitCode.UNREACHABLE
    assert caught.value.hint


def test_another_name_than_the_certificates_is_rejected(neon_front: NeonFront) -> None:
    with pytest.raises(ce.CertificateRejectedError, match="host name"):
        answer(neon(neon_front.url(domain="elsewhere.test")))


def test_require_is_honoured_with_a_warning(neon_front: NeonFront) -> None:
    url = neon_front.url(domain="elsewhere.test").with_arguments(sslmode="require")
    unverified = DatabaseUrl.parse(url.reveal().replace("sslrootcert", "passfile"))
    database = neon(unverified)
    heard: list[Event] = []
    assert answer(database, emit=heard.append) == 42
    assert [event.level for event in heard if isinstance(event, Notice)] == ["warning"]


def test_a_plain_connection_is_insecure(neon_front: NeonFront) -> None:
    url = neon_front.url().with_arguments(sslmode="disable")
    with pytest.raises(psycopg2.OperationalError) as caught:
        open_connection(url)
    assert isinstance(connect_failure(caught.value, url), ce.InsecureConnectionError)


def test_the_endpoint_as_an_option_stands_in_for_the_name(neon_front: NeonFront) -> None:
    url = neon_front.url().with_arguments(sslsni="0", options=f"endpoint={ENDPOINT}")
    assert answer(neon(url)) == 42
    assert neon_front.server_names == [None]


def test_startup_options_are_refused_behind_the_pooler(neon_front: NeonFront) -> None:
    url = neon_front.url(pooled=True).with_arguments(options="-c statement_timeout=1000")
    with pytest.raises(ce.StartupParameterError):
        answer(neon(url, unpooled=url.direct()), Job.SERVERLESS)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (
            "The endpoint has been disabled. Enable it using the Neon API and retry",
            ce.EndpointUnavailableError,
        ),
        ("Your account or project has exceeded the compute time quota.", ce.EndpointUnavailableError),
        ("active endpoints limit exceeded", ce.EndpointUnavailableError),
        (
            "This IP address 192.0.2.1 is not allowed to connect to this endpoint.",
            ce.ConnectionNotPermittedError,
        ),
    ],
)
def test_what_the_proxy_refuses_for_good(
    neon_front: NeonFront, message: str, error: type[ce.CannotConnectError]
) -> None:
    neon_front.errors_to_give = [message, "must not be asked twice"]
    with pytest.raises(error):
        answer(neon(neon_front.url()))
    assert len(neon_front.errors_to_give) == 1


def test_a_cold_start_is_waited_for(neon_front: NeonFront) -> None:
    neon_front.cold_start = 0.6
    assert answer(neon(neon_front.url())) == 42


def test_a_compute_that_cannot_be_reached_yet_is_tried_again(neon_front: NeonFront) -> None:
    neon_front.errors_to_give = [NO_COMPUTE] * 3
    heard: list[Event] = []
    assert answer(neon(neon_front.url()), emit=heard.append) == 42
    waits = [event for event in heard if isinstance(event, Waiting)]
    assert [wait.attempt for wait in waits] == [1, 2, 3]
    assert NO_COMPUTE in waits[0].cause


def test_an_endpoint_that_refuses_until_awake(neon_front: NeonFront) -> None:
    neon_front.stop_listening()
    awake = threading.Timer(0.5, neon_front.listen)
    awake.start()
    try:
        assert answer(neon(neon_front.url())) == 42
    finally:
        awake.join()


def test_the_budget_ends_the_waiting(neon_front: NeonFront) -> None:
    neon_front.stop_listening()
    policy = RetryPolicy(budget=0.4, backoff=Backoff(first=0.05, cap=0.1))
    heard: list[Event] = []
    with pytest.raises(ce.ServerRefusedError):
        answer(neon(neon_front.url(), policy=policy), emit=heard.append)
    assert sum(event.seconds for event in heard if isinstance(event, Waiting)) <= 0.4


def test_a_server_that_never_answers(neon_front: NeonFront) -> None:
    neon_front.cold_start = 30.0
    url = neon_front.url().with_arguments(connect_timeout="2")
    with pytest.raises(ce.ConnectTimedOutError, match="2 s"):
        answer(neon(url, policy=RetryPolicy(budget=1.0)))


def test_waiting_ends_when_the_token_is_set(neon_front: NeonFront) -> None:
    neon_front.stop_listening()
    token = CancelToken()
    patient = Database(Urls.resolve(neon_front.url()), retries=RetryPolicy(backoff=Backoff(first=20, cap=20)))
    with (
        pytest.raises(CancelledError),
        patient.connect(Job.MIGRATE, emit=lambda event: token.cancel("enough"), cancel=token),
    ):
        raise AssertionError


def test_class_c_a_pool_recovers_from_suspension(neon_front: NeonFront) -> None:
    database = neon(neon_front.url())
    assert answer(database, Job.BROWSE) == 42
    neon_front.suspend(cold_start=0.3)
    assert answer(database, Job.BROWSE) == 42
    assert len(neon_front.server_names) == 2
    database.dispose()


def test_class_d_a_connection_dropped_in_a_statement_is_not_replayed(neon_front: NeonFront) -> None:
    database = neon(neon_front.url())
    tries: list[int] = []

    def work(connection: Connection) -> None:
        tries.append(1)
        threading.Timer(0.2, neon_front.drop_all).start()
        connection.execute(text("SELECT pg_sleep(10)"))

    with pytest.raises(ce.ConnectionLostError) as caught:
        database.run(Job.DATA, work)
    assert not caught.value.committing
    assert tries == [1]


def test_class_d_a_connection_lost_in_commit_is_in_doubt(
    neon_front: NeonFront, database_url: DatabaseUrl
) -> None:
    database = neon(neon_front.url())
    neon_front.drop_at = b"COMMIT"
    with pytest.raises(ce.ConnectionLostError, match="in doubt") as caught:
        database.run(Job.DATA, lambda connection: connection.execute(text("CREATE TABLE kept ()")))
    assert caught.value.committing
    with Database.at(database_url).connect(Job.INSPECT) as connection:
        assert connection.execute(text("SELECT to_regclass('kept')")).scalar_one() == "kept"


def test_a_statement_is_cancelled_through_the_front(neon_front: NeonFront) -> None:
    token = CancelToken()
    timer = threading.Timer(0.3, lambda: token.cancel("enough"))

    def sleep() -> None:
        with neon(neon_front.url()).connect(Job.MIGRATE, cancel=token) as connection:
            timer.start()
            connection.execute(text("SELECT pg_sleep(20)"))

    with pytest.raises(CancelledError):
        sleep()
    assert len(neon_front.server_names) == 2, "the request came over a second, verified connection"


def test_behind_a_pooler_libpqs_cancel_request_is_used(neon_front: NeonFront) -> None:
    # In a process of its own: psycopg2 keeps the interpreter's lock while it cancels, and the front needs it.
    program = subprocess.run(
        [sys.executable, "-c", CANCEL_IN_POOL],
        input=neon_front.url(pooled=True).reveal(),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert program.stdout.strip() == "Stopped: enough.", program.stderr
    assert neon_front.plain_cancels == 1
    assert len(neon_front.server_names) == 1


def test_strict_tls_refuses_before_it_connects(neon_front: NeonFront) -> None:
    url = neon_front.url().with_arguments(sslmode="require")
    with pytest.raises(WeakTlsRefusedError):
        Database(Urls.resolve(url), tls=TlsPolicy(strict=True))
    assert neon_front.server_names == []
