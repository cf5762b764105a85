"""Servers whose makers or themselves die hard."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from toolkit.database.embedded import EmbeddedServer
from toolkit.database.embedded.layout import find_layout
from toolkit.events import Event, Notice

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

_MAKER = """
import os, signal, sys
from pathlib import Path
from toolkit.database.embedded import EmbeddedServer
embedded = EmbeddedServer(Path(sys.argv[1]), durable=sys.argv[2] == "durable")
print(embedded.start().pid, flush=True)
{ending}
"""


def make_and_end(directory: Path, kind: str, ending: str) -> int:
    """Start a server in a process of its own that ends like this; the server's process number."""
    done = subprocess.run(
        [sys.executable, "-c", _MAKER.format(ending=ending), str(directory), kind],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.strip().isdigit(), done.stderr
    return int(done.stdout)


def soon(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether it becomes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


@pytest.mark.parametrize(
    "ending",
    ["", "raise SystemExit(3)", "os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)"],
    ids=["returns", "exits", "exits at once", "killed"],
)
def test_a_throwaway_server_goes_with_its_maker(tmp_path: Path, ending: str) -> None:
    directory = tmp_path / "server"
    pid = make_and_end(directory, "throwaway", ending)
    assert soon(lambda: not psutil.pid_exists(pid))
    assert soon(lambda: not directory.exists())
    assert not find_layout(directory).anchor.exists()


def test_a_forked_child_does_not_take_the_server_along(tmp_path: Path) -> None:
    directory = tmp_path / "server"
    ending = (
        "child = os.fork()\n"
        "if child == 0: raise SystemExit(0)\n"
        "os.waitpid(child, 0)\n"
        "assert embedded.status().state == 'running'\n"
        "print(end='')"
    )
    done = subprocess.run(
        [sys.executable, "-c", _MAKER.format(ending=ending), str(directory), "throwaway"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert soon(lambda: not directory.exists())


def test_a_durable_server_stays(tmp_path: Path) -> None:
    embedded = EmbeddedServer(tmp_path / "server", durable=True)
    try:
        pid = make_and_end(embedded.directory, "durable", "os.kill(os.getpid(), signal.SIGKILL)")
        assert embedded.status().pid == pid
        assert embedded.stop()
    finally:
        embedded.destroy()


def test_a_killed_server_is_recovered(tmp_path: Path) -> None:
    embedded = EmbeddedServer(tmp_path / "server", durable=True)
    heard: list[Event] = []
    try:
        first = embedded.start()
        workers = psutil.Process(first.pid).children(recursive=True)
        os.kill(first.pid, signal.SIGKILL)
        psutil.wait_procs(workers, timeout=20)
        assert soon(lambda: embedded.status().state == "stopped")
        assert embedded.start(heard.append).pid != first.pid
    finally:
        embedded.destroy()
    assert [event.level for event in heard if isinstance(event, Notice)] == ["warning"]


def test_a_process_number_that_went_to_a_stranger(tmp_path: Path) -> None:
    embedded = EmbeddedServer(tmp_path / "server", durable=True)
    try:
        embedded.start()
        embedded.stop()
        pid_file = find_layout(embedded.directory).data / "postmaster.pid"
        pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n1\n5432\n\n127.0.0.1\n\nready\n")
        assert embedded.status().state == "stopped"
        assert embedded.start().started
    finally:
        embedded.destroy()
