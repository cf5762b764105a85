"""Stop signals: the first one stops safely, also inside the driver; the second one at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from fixtures.command_line import plain_environment

from toolkit.database import DatabaseUrl

SAMPLE = Path(__file__).with_name("sample_write.py")


@contextmanager
def at_work(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """The sample, once it says that it works."""
    process = subprocess.Popen(
        [sys.executable, str(SAMPLE), *arguments],
        cwd=folder,
        env=plain_environment(env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("number", "code", "error"), [(signal.SIGINT, 130, "E801"), (signal.SIGTERM, 143, "E802")]
)
def test_the_first_signal_stops_safely(folder: Path, number: signal.Signals, code: int, error: str) -> None:
    with at_work(folder, "work") as process:
        process.send_signal(number)
        _, err = process.communicate(timeout=10)
    assert process.returncode == code
    assert "stopping safely" in err
    assert f"error[{error}]" in err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_second_signal_stops_at_once(folder: Path, number: signal.Signals, code: int) -> None:
    with at_work(folder, "work", "--deaf") as process:
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "stopping safely" in process.stderr.readline()
        assert process.poll() is None
        process.send_signal(number)
        _, err = process.communicate(timeout=10)
    assert process.returncode == code
    assert "at once" in err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_statement_inside_the_driver_is_cancelled(
    folder: Path, database_url: DatabaseUrl, number: signal.Signals, code: int
) -> None:
    with at_work(folder, "query", env={"DATABASE_URL": database_url.reveal_plain()}) as process:
        time.sleep(0.3)  # The statement is sent right after the word; nothing tells when it has arrived.
        began = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=15)
    assert process.returncode == code, err
    assert time.monotonic() - began < 10
