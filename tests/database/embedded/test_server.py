"""The life of one server: made, started, stopped, started again, removed."""

from __future__ import annotations

import contextlib
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database.driver import open_connection
from toolkit.database.embedded import (
    EmbeddedServer,
    PortTakenError,
    RunningServer,
    ServerBusyError,
    ServerNotOursError,
    ServerNotStartedError,
    ServerVersionMismatchError,
)
from toolkit.database.embedded import server as server_module
from toolkit.database.embedded.layout import find_layout
from toolkit.database.embedded.lock import folder_lock
from toolkit.database.url import DatabaseUrl
from toolkit.events import Event, StepFinished

Make = Callable[..., EmbeddedServer]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes servers below the test's folder and removes them."""
    made: list[EmbeddedServer] = []

    def make(name: str = "server", *, durable: bool = True) -> EmbeddedServer:
        made.append(EmbeddedServer(tmp_path / name, durable=durable))
        return made[-1]

    yield make
    for embedded in made:
        # Also what has no data yet; what is not ours stays for pytest to remove.
        with contextlib.suppress(ServerNotOursError):
            embedded.destroy()


def ask(url: DatabaseUrl, statement: str) -> object:
    """The single value of a statement, committed."""
    connection = open_connection(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        connection.close()


def test_data_outlives_stop_and_start(make: Make) -> None:
    embedded = make()
    first = embedded.start()
    assert first.started
    ask(first.url, "CREATE TABLE kept AS SELECT 7 AS number")
    assert embedded.stop()
    assert not psutil.pid_exists(first.pid) or psutil.Process(first.pid).status() == psutil.STATUS_ZOMBIE
    second = make().start()
    assert (second.started, second.port) == (True, first.port)
    assert ask(second.url, "SELECT number FROM kept") == 7


def test_start_and_stop_twice_change_nothing(make: Make) -> None:
    embedded = make()
    heard: list[Event] = []
    first = embedded.start()
    again = make().start(heard.append)
    assert (again.started, again.pid, again.port) == (False, first.pid, first.port)
    assert heard == [StepFinished("start server", "unchanged", f"port {first.port}")]
    assert embedded.stop() is True
    assert embedded.stop() is False


def test_status_tells_what_is_there(make: Make) -> None:
    embedded = make()
    assert embedded.status().state == "absent"
    assert not embedded.directory.exists(), "looking must not make anything"
    running = embedded.start()
    found = embedded.status()
    assert (found.state, found.pid, found.port) == ("running", running.pid, running.port)
    assert (found.durable, found.major_version) == (True, running.version.split(".")[0])
    assert found.url == f"postgresql://neonkit:***@127.0.0.1:{running.port}/postgres"
    embedded.stop()
    found = embedded.status()
    assert (found.state, found.pid, found.port, found.url) == ("stopped", None, running.port, None)


def test_settings_of_a_new_cluster(server: RunningServer) -> None:
    expected = {
        "server_encoding": "UTF8",
        "lc_collate": "C.UTF-8",
        "password_encryption": "scram-sha-256",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "timezone": "UTC",
        "fsync": "off",
    }
    for name, value in expected.items():
        if name == "lc_collate":
            shown = ask(server.url, "SELECT datcollate FROM pg_database WHERE datname = 'postgres'")
        else:
            shown = ask(server.url, f"SHOW {name}")
        assert shown == value, name
    assert ask(server.url, "SELECT DISTINCT auth_method FROM pg_hba_file_rules") == "scram-sha-256"


def test_a_durable_server_syncs(make: Make) -> None:
    assert ask(make().start().url, "SHOW fsync") == "on"


def test_the_password_is_needed(server: RunningServer) -> None:
    with pytest.raises(psycopg2.OperationalError):
        open_connection(server.url.with_credentials("neonkit", None)).close()


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files mean little on Windows")
def test_folders_and_password_are_private(make: Make) -> None:
    embedded = make()
    running = embedded.start()
    layout = find_layout(embedded.directory)
    modes = {
        path: stat.S_IMODE(path.stat().st_mode) for path in (layout.cluster, layout.data, layout.password)
    }
    assert modes == {layout.cluster: 0o700, layout.data: 0o700, layout.password: 0o600}
    assert running.url.password is not None
    secret = running.url.password.reveal()
    commands = [word for process in psutil.Process().children(recursive=True) for word in process.cmdline()]
    assert not any(secret in word for word in [*commands, *psutil.Process(running.pid).cmdline()])
    assert secret not in repr(running) + repr(embedded.status()) + layout.record.read_text()
    assert secret not in layout.log.read_text()


def test_url_of_a_server_that_does_not_run(make: Make) -> None:
    embedded = make()
    with pytest.raises(ServerNotStartedError) as never:
        embedded.url()
    embedded.start()
    assert embedded.url("other").database == "other"
    embedded.stop()
    with pytest.raises(ServerNotStartedError) as stopped:
        embedded.url()
    assert (never.value.made, stopped.value.made) == (False, True)


def test_a_port_that_is_taken(make: Make, server: RunningServer) -> None:
    embedded = make()
    with pytest.raises(PortTakenError) as refused:
        embedded.start(port=server.port)
    assert refused.value.port == server.port
    assert embedded.status().state == "stopped"
    assert embedded.start().port != server.port


def test_a_remembered_port_that_is_taken_gives_way(make: Make) -> None:
    first, second = make("first"), make("second")
    port = first.start().port
    first.stop()
    assert second.start(port=port).port == port
    assert first.start().port != port


def test_data_of_another_major_version_is_left_alone(make: Make) -> None:
    embedded = make()
    embedded.start()
    embedded.stop()
    version = find_layout(embedded.directory).data / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(ServerVersionMismatchError) as refused:
        embedded.start()
    assert refused.value.data_version == "12"
    assert version.read_text() == "12\n"


def test_destroy_removes_what_was_made_and_nothing_else(make: Make) -> None:
    embedded = make()
    embedded.start()
    layout = find_layout(embedded.directory)
    (embedded.directory / "notes.txt").write_text("mine")
    assert embedded.destroy() is True
    assert [path.name for path in embedded.directory.iterdir()] == ["notes.txt"]
    assert not layout.cluster.exists()
    (embedded.directory / "notes.txt").unlink()
    assert embedded.destroy() is False


@pytest.mark.parametrize("content", ["{}", "not json", '{"neonkit": 99}', "[]"])
def test_a_foreign_record_is_refused(make: Make, content: str) -> None:
    embedded = make()
    embedded.directory.mkdir()
    (embedded.directory / "server.json").write_text(content)
    for action in (embedded.start, embedded.stop, embedded.status, embedded.destroy):
        with pytest.raises(ServerNotOursError):
            action()
    assert (embedded.directory / "server.json").read_text() == content
    (embedded.directory / "server.json").unlink()


def test_destroy_refuses_a_folder_without_record(make: Make) -> None:
    embedded = make()
    (embedded.directory / "cluster" / "data").mkdir(parents=True)
    with pytest.raises(ServerNotOursError):
        embedded.destroy()
    assert (embedded.directory / "cluster" / "data").is_dir()


def test_a_durable_server_is_never_treated_as_throwaway(make: Make, tmp_path: Path) -> None:
    make().start()
    throwaway = EmbeddedServer(tmp_path / "server", durable=False)
    for action in (throwaway.start, throwaway.destroy):
        with pytest.raises(ServerNotOursError):
            action()
    assert make().status().state == "running"


def test_cancelling_leaves_nothing_half_made(make: Make) -> None:
    embedded = make()
    token = CancelToken()
    token.cancel("the test asked")
    with pytest.raises(CancelledError):
        embedded.start(cancel=token)
    assert embedded.status().state == "absent"
    assert embedded.start().started


def test_cancelling_in_the_middle_of_initdb(make: Make) -> None:
    embedded = make()
    token = CancelToken()

    def stop_at_first_step(event: Event) -> None:
        del event
        token.cancel("the test asked")

    with pytest.raises(CancelledError):
        embedded.start(stop_at_first_step, token)
    layout = find_layout(embedded.directory)
    assert not layout.unfinished.exists()
    assert not layout.data.exists()


def test_two_starts_do_not_race(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded = make()
    embedded.start()
    embedded.stop()
    monkeypatch.setattr(server_module, "_LOCK_SECONDS", 0.1)
    with folder_lock(find_layout(embedded.directory).lock, seconds=1, check=lambda: None):
        with pytest.raises(ServerBusyError):
            make().start()
        with pytest.raises(ServerBusyError):
            make().destroy()
    assert make().start().started
