"""What the content of a scratch side depends on, as the key it is kept under."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_mock_engine
from sqlalchemy.schema import Table

from toolkit import __version__
from toolkit.migrate.graph import RevisionGraph
from toolkit.migrate.project import AlembicProject
from toolkit.schema.snapshot_file import VERSION

_NOT_SOURCES: Final = frozenset({"__pycache__", ".git"})


def digest(*parts: object) -> str:
    """32 hexadecimal digits over the parts, in order."""
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        text = str(part).encode("utf-8", "surrogatepass")
        found.update(f"{len(text)}:".encode() + text)
    return found.hexdigest()


def chain_digest(project: AlembicProject, graph: RevisionGraph) -> str:
    """Over every file that running the revisions may read: revisions, env.py and what lies beside them."""
    with project.opened() as opened:
        folder = Path(opened.script.dir)
    files = {path for path in folder.rglob("*") if path.is_file()}
    files |= {revision.path for revision in graph.revisions}
    kept = sorted(path for path in files if not _NOT_SOURCES & set(path.parts))
    parts: list[object] = [__version__, VERSION, project.x, project.section]
    for path in kept:
        parts += [path.name, path.read_bytes().hex()]
    return digest(*parts)


def models_ddl(tables: Collection[Table]) -> str:
    """The statements `create_all` would send, sorted, which change when the models do.

    Sorted because SQLAlchemy keeps the indexes of a table in a set: their order differs between processes.
    Raises what SQLAlchemy raises for models it cannot write.
    """
    written: list[str] = []

    def note(statement: Any, *_: Any, **__: Any) -> None:
        written.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("postgresql+psycopg2://", note)
    for each in {id(table.metadata): table.metadata for table in tables}.values():
        own = [table for table in tables if table.metadata is each]
        each.create_all(engine, tables=own, checkfirst=False)
    return ";\n".join(sorted(written))
