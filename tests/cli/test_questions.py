"""Questions: asked on a terminal, refused with the exact flag elsewhere; silence never means yes."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from fixtures.command_line import Ran, plain_environment

SAMPLE = Path(__file__).with_name("sample_write.py")
URL = {"DATABASE_URL": "postgresql://u:S3CR3T@127.0.0.1:1/app"}
PRODUCTION = {**URL, "NEONKIT_ENVIRONMENT": "production"}


def off_terminal(folder: Path, *arguments: str, env: Mapping[str, str]) -> Ran:
    """Run the sample with an input that stays open and silent."""
    reader, writer = os.pipe()
    began = time.monotonic()
    try:
        ran = subprocess.run(
            [sys.executable, str(SAMPLE), *arguments],
            cwd=folder,
            env=plain_environment(env),
            stdin=reader,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    finally:
        os.close(reader)
        os.close(writer)
    assert time.monotonic() - began < 25
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def on_terminal(folder: Path, typed: str, *arguments: str, env: Mapping[str, str]) -> Ran:
    """Run the sample with a person at the keyboard who types `typed`; standard output is a pipe."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(SAMPLE), *arguments],
        cwd=folder,
        env=plain_environment({**env, "TERM": "xterm"}),
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_as_a_terminal_does,
    )
    os.close(theirs)
    said = b""
    for line in typed.splitlines(keepends=True):
        said = _until_asked(ours, said)
        os.write(ours, line.encode())
    out, _ = process.communicate(timeout=30)
    said += _rest(ours)
    os.close(ours)
    return Ran(process.returncode, out, said.decode())


def _as_a_terminal_does() -> None:
    """Make the pseudo terminal the process's own, and let Ctrl+C reach it.

    A test run in the background is started with SIGINT ignored, and its children inherit that.
    """
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _until_asked(ours: int, said: bytes) -> bytes:
    """Read until a new question stands at the end of the line."""
    before = len(said)
    while not said[before:].rstrip(b" ").endswith((b"]", b":")) or not said.endswith(b" "):
        said += os.read(ours, 4096)
    return said


def _rest(ours: int) -> bytes:
    rest = b""
    try:
        while more := os.read(ours, 4096):
            rest += more
    except OSError:
        pass  # The other end of a pseudo terminal is gone: that is its end of file.
    return rest


@pytest.mark.parametrize(
    ("arguments", "env", "flags"),
    [
        (("destroy",), {}, "sample destroy --yes"),
        (("write",), URL, "sample write --yes"),
        (("write", "--json"), URL, "sample write --json --yes"),
        (("write", "--yes"), PRODUCTION, "sample write --yes --confirm-db app"),
        (("write", "--confirm-db", "App"), PRODUCTION, "write --confirm-db App --confirm-db app"),
        (("write", "--lose", "t"), URL, "write --lose t --yes --allow-data-loss t"),
        (("write", "--lose", "t", "--yes", "--allow-data-loss", "u"), URL, "u --allow-data-loss t"),
        (("write", "--url", URL["DATABASE_URL"]), {}, "sample write --url *** --yes"),
        (("write", "--url=" + URL["DATABASE_URL"]), {}, "sample write --url=*** --yes"),
    ],
)
def test_off_a_terminal_the_flag_is_named_at_once(
    folder: Path, arguments: tuple[str, ...], env: dict[str, str], flags: str
) -> None:
    ran = off_terminal(folder, *arguments, env=env)
    assert (ran.code, ran.out) == (6, "")
    assert "E630" in ran.err
    assert f"{flags}`" in ran.err
    assert "S3CR3T" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "env"),
    [
        (("destroy", "--yes"), {}),
        (("write", "--yes"), URL),
        (("write", "-y"), URL),
        (("write", "--confirm-db", "app"), PRODUCTION),
        (("write", "--lose", "tasks", "--yes", "--allow-data-loss", "tasks"), URL),
        (("write", "--lose", "t", "--confirm-db", "app", "--allow-data-loss", "t"), PRODUCTION),
    ],
)
def test_the_named_flags_are_accepted(folder: Path, arguments: tuple[str, ...], env: dict[str, str]) -> None:
    ran = off_terminal(folder, *arguments, env=env)
    assert (ran.code, ran.err) == (0, "")


def test_production_is_read_only_until_it_is_confirmed(folder: Path) -> None:
    ran = off_terminal(folder, "write", "--confirm-db", "app", "--json", env=PRODUCTION)
    assert ran.json == {"read_only": False}


def test_what_was_set_read_only_stays_so(folder: Path) -> None:
    env = {**PRODUCTION, "NEONKIT_READ_ONLY": "true"}
    ran = off_terminal(folder, "write", "--confirm-db", "app", env=env)
    assert (ran.code, ran.out) == (6, "")
    assert "E632" in ran.err
    assert "NEONKIT_READ_ONLY" in ran.err


@pytest.mark.parametrize(
    ("typed", "env", "arguments", "code"),
    [
        ("y\n", URL, ("write",), 0),
        ("YES\n", URL, ("write",), 0),
        ("n\n", URL, ("write",), 6),
        ("\n", URL, ("write",), 6),
        ("app\n", URL, ("write",), 6),
        ("y\n", {}, ("destroy",), 0),
        ("app\n", PRODUCTION, ("write",), 0),
        ("y\n", PRODUCTION, ("write",), 6),
        ("App\n", PRODUCTION, ("write",), 6),
        ("app \n", PRODUCTION, ("write",), 6),
        ("\n", PRODUCTION, ("write",), 6),
        ("app\ntasks\n", PRODUCTION, ("write", "--lose", "tasks"), 0),
        ("app\ntags\n", PRODUCTION, ("write", "--lose", "tasks"), 6),
        ("tasks\n", PRODUCTION, ("write", "--lose", "tasks", "--confirm-db", "app"), 0),
        ("\x03", URL, ("write",), 130),
    ],
)
def test_on_a_terminal_only_the_very_answer_goes_on(
    folder: Path, typed: str, env: dict[str, str], arguments: tuple[str, ...], code: int
) -> None:
    ran = on_terminal(folder, typed, *arguments, env=env)
    assert ran.code == code
    assert bool(ran.out) == (code == 0)


@pytest.mark.parametrize(("env", "arguments"), [({"CI": "1"}, ("write",)), ({}, ("write", "--no-input"))])
def test_a_terminal_is_not_asked_in_ci(folder: Path, env: dict[str, str], arguments: tuple[str, ...]) -> None:
    ran = on_terminal(folder, "", *arguments, env={**URL, **env})
    assert (ran.code, ran.out) == (6, "")
    assert "E630" in ran.err


def test_the_help_of_a_command_that_asks_shows_the_answers(folder: Path) -> None:
    asking = off_terminal(folder, "write", "--help", env={}).out
    assert {"--yes", "--confirm-db", "--allow-data-loss"} <= set(asking.replace(",", " ").split())
    assert "--confirm-db" not in off_terminal(folder, "work", "--help", env={}).out
