"""What the shell is offered behind a command: the revisions and tables that there are.

Asked by the completion that `--install-completion` puts into a shell, at every press of the tab key: nothing
heavy is loaded for a revision, nothing of the project is executed, and whatever goes wrong is silence. What a
parameter takes is told by its metavar.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from toolkit.cli.call import Call

Word = tuple[str, str]
"""What may be written, and what it is."""

PATIENCE: Final = 0.8
"""Seconds that a person waits for tables; a server that takes longer offers none."""
_AT_MOST: Final = 300
_SYMBOLS: Final = (
    ("head", "the newest"),
    ("heads", "the newest of each branch"),
    ("base", "before the first"),
)
_TABLES: Final = """
SELECT CASE WHEN pg_catalog.pg_table_is_visible(class.oid) AND position('.' in %(begun)s) = 0
            THEN class.relname ELSE space.nspname || '.' || class.relname END,
       CASE class.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END
  FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
 WHERE class.relkind IN ('r', 'p', 'f', 'v', 'm')
   AND space.nspname <> 'information_schema' AND NOT starts_with(space.nspname, 'pg_')
   AND (starts_with(class.relname, %(begun)s)
        OR starts_with(space.nspname || '.' || class.relname, %(begun)s))
 ORDER BY 1 LIMIT %(at_most)s
"""
_ASSIGNED: Final = re.compile(r"""^revision\b[^=\n]*=\s*(['"])(?P<id>[^'"\n]+)\1""", re.MULTILINE)
_MESSAGE: Final = re.compile(r'''\A\s*[rR]?(?:"""|\'\'\')\s*(?P<first>[^\n"\']*)''')


def words(metavar: str | None, call: Call, begun: str) -> list[Word] | None:
    """The words that begin as `begun` does; None where the parameter is of no kind that is known here."""
    asked = next((ask for kind, ask in _KINDS.items() if kind.search(metavar or "")), None)
    if asked is None:
        return None
    try:
        return list(asked(call, begun))
    except Exception:  # noqa: BLE001 - nobody at a half-written line wants to be told what is wrong
        return []


def first_word(environment: Mapping[str, str]) -> str | None:
    """The command whose words a shell asks for; None where none is named yet, or this is no such question."""
    if "_NEONKIT_COMPLETE" not in environment:
        return None
    line = environment.get("COMP_WORDS") or environment.get("_TYPER_COMPLETE_ARGS", "")
    named = line.split()[1:]
    return named[0] if named and (len(named) > 1 or line[-1].isspace()) else None


def revisions(call: Call, begun: str) -> Iterator[Word]:
    """The revisions of the files, read and not run, and the symbols for the ends of the history."""
    before, colon, last = begun.rpartition(":")
    known = [*_SYMBOLS, *(found for folder in _version_folders(call) for found in _revisions_in(folder))]
    return ((before + colon + word, said) for word, said in known if word.startswith(last))


def tables(call: Call, begun: str) -> Iterator[Word]:
    """Tables and views of the database, if it answers at once."""
    found: list[Word] = []
    asking = threading.Thread(target=_ask, args=(_address(call), begun, found), daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return iter(found)


_KINDS: Final[dict[re.Pattern[str], Callable[[Call, str], Iterator[Word]]]] = {
    re.compile(r"REVISION|RANGE"): revisions,
    re.compile(r"TABLE|OBJECT"): tables,
}


def _address(call: Call) -> dict[str, Any]:
    """Where to connect. A configured URL goes to libpq as it is: reading it takes longer than connecting."""
    given = call.settings().database_url
    if given is None:
        return call.workspace().urls.main.libpq_parameters()
    return {"dsn": re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", given.reveal())}


def _ask(address: dict[str, Any], begun: str, found: list[Word]) -> None:
    import psycopg2

    try:
        connection = psycopg2.connect(**{**address, "connect_timeout": 2})
    except psycopg2.Error:
        return
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(_TABLES, {"begun": begun, "at_most": _AT_MOST})
            found.extend(cursor.fetchall())
    except psycopg2.Error:
        return
    finally:
        connection.close()


def _version_folders(call: Call) -> list[Path]:
    from toolkit.migrate.version_folders import version_folders

    settings = call.settings()
    return version_folders(settings.project_dir, settings.alembic_config, settings.alembic_section)


def _revisions_in(folder: Path) -> Iterator[Word]:
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text("utf-8", "replace")
        assigned = _ASSIGNED.search(text)
        if assigned is not None:
            message = _MESSAGE.search(text)
            yield assigned["id"], message["first"].strip() if message else ""
