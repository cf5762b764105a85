"""Completion by tab: revisions and tables in three shells, at once, and silence when something is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.command_line import MAIN, plain_environment
from sqlalchemy import Engine

from toolkit.database import DatabaseUrl

NOWHERE = "postgresql://me:S3CR3T@127.0.0.1:1/x"
HEAVY = {"alembic", "sqlalchemy", "textual", "rich"}
LOADED = """
import json, sys
from toolkit.cli.main import main
try:
    main([])
except SystemExit:
    pass
finally:
    print(json.dumps(sorted(sys.modules)))
"""


def asked(shell: str, line: str, folder: Path, url: str = NOWHERE, program: str = MAIN) -> str:
    """What the shell is told at the end of the line."""
    environment = {"DATABASE_URL": url, "_NEONKIT_COMPLETE": f"complete_{shell}"}
    if shell == "bash":
        environment |= {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    else:
        environment |= {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=plain_environment(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stderr == ""
    return ran.stdout


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        ("bash", "aa11\n"),
        ("fish", "aa11\tmake aa11\n"),
        ("zsh", '_arguments \'*: :(("aa11":"make aa11"))\'\n'),
    ],
)
def test_revisions_in_each_shell(shell: str, expected: str, two_revisions: Path) -> None:
    assert asked(shell, "neonkit upgrade a", two_revisions).strip() == expected.strip()


def test_revisions_wherever_one_is_taken(two_revisions: Path) -> None:
    deep = two_revisions / "migrations"
    for line, expected in {
        "neonkit upgrade ": "head heads base aa11 bb22",
        "neonkit history -r aa11:b": "aa11:base aa11:bb22",
        "neonkit revision --head a": "aa11",
        "neonkit --project .. downgrade b": "base bb22",
        "neonkit upgrade c": "",
    }.items():
        assert asked("bash", line, deep).split() == expected.split(), line


def test_tables(database_url: DatabaseUrl, engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create schema app; create table app.orders (i int); create table orders_2 ()"
        )
        connection.exec_driver_sql("create view public.ordered as select 1 as one")
    url = database_url.reveal(driver="postgresql+asyncpg")
    for line, expected in {
        "neonkit schema show ord": "app.orders ordered orders_2",
        "neonkit schema rows app.": "app.orders",
        "neonkit export public.ord": "public.ordered public.orders_2",
    }.items():
        assert sorted(asked("bash", line, tmp_path, url).split()) == expected.split(), line


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("neonkit schema show t", NOWHERE),
        ("neonkit schema show t", "S3CR3T"),
        ("neonkit upgrade x", NOWHERE),
        ("neonkit nothing x", NOWHERE),
    ],
)
def test_silence_where_nothing_can_be_told(line: str, url: str, two_revisions: Path) -> None:
    (two_revisions / "alembic.ini").write_text("[alembic\n", "utf-8")
    assert asked("bash", line, two_revisions, url).strip() == ""


def test_nothing_heavy_is_loaded(two_revisions: Path) -> None:
    for line in ("neonkit upgrade a", "neonkit schema show a", "neonkit upgr"):
        told = asked("bash", line, two_revisions, program=LOADED).splitlines()[-1]
        assert not HEAVY & set(json.loads(told)), line
