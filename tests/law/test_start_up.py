"""`--help` and `--version` answer at once: the heavy libraries are loaded by commands, never by the frame."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from toolkit.cli.main import COMMANDS, build
from toolkit.errors import ExitCode

HEAVY = ("alembic", "psycopg2", "pydantic", "pydantic_settings", "rich", "sqlalchemy", "sqlmodel", "textual")
AT_MOST = 3
"""What `neonkit --help` may take, interpreter included, in times of importing the library of its commands."""

PROBE = """
import json, sys
from toolkit.cli.main import main
code = main(json.loads(sys.argv[1]))
print(json.dumps({"code": code, "loaded": sorted(sys.modules)}))
"""

NOT_NEEDED = {
    ("rule", "fk-without-index"): ("sqlalchemy", "psycopg2", "toolkit.migrate", "toolkit.database"),
    ("status",): ("toolkit.migrate", "toolkit.schema", "toolkit.models", "toolkit.reports.rendering"),
}
"""What these commands must not load; `status`, before it has reached a server."""
ELSEWHERE = ("alembic", "rich", "sqlmodel", "textual", "libcst", "postgast", "pydantic_settings", "asyncpg")
"""What neither of them loads."""


def verbs(group: TyperGroup, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command line of the application without its arguments, groups included."""
    found = [before]
    for name, command in group.commands.items():
        line = (*before, name)
        found += verbs(command, line) if isinstance(command, TyperGroup) else [line]
    return found


ROOT = get_command(build())
assert isinstance(ROOT, TyperGroup)
EVERY = sorted(ROOT.commands)
LINES = [(*verb, "--help") for verb in verbs(ROOT)] + [("--version",), ()]


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_help_loads_no_heavy_library(line: tuple[str, ...]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(line)], capture_output=True, text=True, check=True
    )
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["code"] == 0
    assert ran.stderr == ""
    assert [name for name in HEAVY if name in told["loaded"]] == []


@pytest.mark.parametrize("line", NOT_NEEDED, ids=" ".join)
def test_a_command_loads_what_it_needs(line: tuple[str, ...], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(line)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "DATABASE_URL": f"postgresql://nobody@127.0.0.1:{port}/nothing"},
    )
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["code"] == (ExitCode.UNREACHABLE if line == ("status",) else ExitCode.DONE)
    assert [name for name in (*NOT_NEEDED[line], *ELSEWHERE) if name in told["loaded"]] == []


@pytest.mark.parametrize("module", COMMANDS)
def test_a_command_is_built_alone(module: str) -> None:
    for name in COMMANDS[module]:
        alone = get_command(build(name))
        assert isinstance(alone, TyperGroup)
        registered = list(alone.commands)
        if module not in ("help", "spec"):
            assert sorted(registered) == sorted(COMMANDS[module])
        else:
            assert sorted(registered) == EVERY
        assert [one.name for one in alone.params] == [one.name for one in ROOT.params]


def processor_seconds(code: str) -> float:
    """Of a Python that runs `code`, the fastest of five: what else the machine does should not count."""
    took = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return min(took)


def test_help_is_fast() -> None:
    help_page = "import sys; from toolkit.cli.main import main; sys.exit(main(['--help']))"
    # Beside the library that prints the page, for machines differ: 2.1 times, measured.
    assert processor_seconds(help_page) < AT_MOST * processor_seconds("import typer")


def test_importing_any_room_prints_nothing_and_configures_nothing() -> None:
    probe = (
        "import logging, signal, warnings, importlib\n"
        "def state(): return list(logging.root.handlers), logging.root.level, signal.getsignal(2)\n"
        "before = state()\n"
        "for room in ('settings', 'workspace', 'database', 'models', 'reports', 'friction', 'cli.main'):\n"
        "    importlib.import_module(f'toolkit.{room}')\n"
        "assert state() == before\n"
    )
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
