"""What Alembic's comparison and `neonkit drift` see of single changes made to a database by hand.

    python -m benchmarks.drift_coverage --write

The cases are those of tests/schema/single_changes over tests/schema/every_kind.sql. Alembic gets models that
are reflected from the unchanged database, so that they lack nothing it can know; whatever it reports there
already does not count. `--write` makes docs/drift-coverage.md anew.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import __version__ as alembic_version
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, NullPool, create_engine
from sqlalchemy import __version__ as sqlalchemy_version

from toolkit.database.embedded import EmbeddedServer
from toolkit.migrate.drift.filters import Filters
from toolkit.migrate.drift.three_way import Sides, Table
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.catalog.query import fit
from toolkit.schema.diff import compare

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))

from fixtures.single_changes import Case, cases  # noqa: E402 - a folder of the tests

PAGE = ROOT / "docs" / "drift-coverage.md"
BASE = ROOT / "tests" / "schema" / "every_kind.sql"
ROLES = ("kit_owner", "kit_app")
SEEN, NOT_SEEN, FAILS = "seen", "-", "fails"


@dataclass(frozen=True, slots=True)
class Row:
    """One case: what each of them says."""

    case: str
    alembic: str
    drift: str
    diff: str


def main() -> None:
    """Run all cases, print the totals."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        engine = create_engine(server.start().url.sqlalchemy, poolclass=NullPool)
        try:
            version, rows = measured(engine)
        finally:
            engine.dispose()
            server.destroy()
    text = page(version, rows)
    print(text.split("\n## ")[0])
    if given.write:
        PAGE.write_text(text, "utf-8")


def measured(engine: Engine) -> tuple[str, list[Row]]:
    """The server's version and a row for each case."""
    with engine.begin() as connection:
        for role in ROLES:
            connection.exec_driver_sql(f"create role {role}")
        major = int((connection.dialect.server_version_info or (0,))[0])
        connection.exec_driver_sql(fit(BASE.read_text("utf-8"), major))
    with engine.connect() as connection:
        base = read_snapshot(connection)
        models = MetaData()
        for schema in sorted({relation.schema for relation in base.relations}):
            models.reflect(connection, schema=schema)
    known = said_by_alembic(engine, models, lambda _: None)
    rows = [row(engine, base, models, known, case) for case in wanted(major)]
    return base.server.version, rows


def wanted(major: int) -> list[Case]:
    """The cases that this server knows and that change anything."""
    return [case for case in cases() if case.since <= major and case.wanted]


def row(engine: Engine, base: Snapshot, models: MetaData, known: Counter[str] | None, case: Case) -> Row:
    """What is said of one change, which is rolled back."""
    sql = case.sql.replace("{database}", base.server.database)

    def change(connection: Connection) -> None:
        connection.connection.cursor().execute(sql)

    with engine.connect() as connection, connection.begin() as transaction:
        change(connection)
        live = read_snapshot(connection)
        transaction.rollback()
    sides = Sides(live, base, base, None, None, Filters())
    found = said_by_alembic(engine, models, change)
    alembic = FAILS if found is None else SEEN if found != known else NOT_SEEN
    return Row(
        title(case),
        alembic,
        SEEN if Table(sides).rows() else NOT_SEEN,
        SEEN if compare(base, live).changes else NOT_SEEN,
    )


def said_by_alembic(
    engine: Engine, models: MetaData, change: Callable[[Connection], None]
) -> Counter[str] | None:
    """What `compare_metadata` reports after the change, which is rolled back; None where it fails."""
    options = {"compare_type": True, "compare_server_default": True, "include_schemas": True}
    with engine.connect() as connection, connection.begin() as transaction:
        change(connection)
        try:
            # What it only warns of, it does not report.
            warnings.simplefilter("ignore")
            context = MigrationContext.configure(connection, opts=options)
            return Counter(flattened(compare_metadata(context, models)))
        except Exception:  # noqa: BLE001 - that it fails, however, is the result
            return None
        finally:
            transaction.rollback()


def flattened(found: Any) -> Iterator[str]:
    """Each operation as a text: alterations come in lists of their own."""
    for each in found:
        yield from flattened(each) if isinstance(each, list) else (re.sub(" at 0x[0-9a-f]+", "", repr(each)),)


def title(case: Case) -> str:
    """The change in one line that can stand in a table."""
    lines = (line.split("-- since")[0] for line in case.sql.splitlines())
    text = " ".join(" ".join(lines).split())
    return text.replace("|", "\\|").replace("`", "'")


def page(version: str, rows: list[Row]) -> str:
    """The page of the documentation."""
    totals = {name: Counter(getattr(each, name) for each in rows) for name in ("alembic", "drift", "diff")}
    count = len(rows)
    lines = [
        "# What is seen of a change by hand",
        "",
        f"{count} single changes of a database that holds an object of every kind (PostgreSQL {version}),",
        "each made alone and compared. Alembic's `compare_metadata`, with `compare_type` and",
        "`compare_server_default`, gets models that were reflected from the unchanged database",
        f"(Alembic {alembic_version}, SQLAlchemy {sqlalchemy_version});",
        "`neonkit drift` compares with what the migrations made, `neonkit schema diff` with a snapshot file.",
        "Settings of the database and roles belong to no migration, so `drift` leaves them to `schema diff`.",
        "",
        "| | Alembic | `neonkit drift` | `neonkit schema diff` |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {word} | {totals['alembic'][value]} | {totals['drift'][value]} | {totals['diff'][value]} |"
            for word, value in (("seen", SEEN), ("not seen", NOT_SEEN), ("comparison fails", FAILS))
        ),
        "",
        "Made by `python -m benchmarks.drift_coverage --write`.",
        "",
        "## Case by case",
        "",
        "| change | Alembic | `drift` | `schema diff` |",
        "| --- | --- | --- | --- |",
        *(f"| `{each.case}` | {each.alembic} | {each.drift} | {each.diff} |" for each in rows),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
