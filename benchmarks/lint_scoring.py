"""Scores `neonkit lint` against the lock matrix, and squawk on the same statements.

    python benchmarks/lint_scoring.py            # prints the figures
    python benchmarks/lint_scoring.py --write    # and writes docs/lint-scoring.md

The set: every statement of the lock matrix that is about a table, view, type or index which is there and
has rows, and more ways to write such statements, which are measured on a throw-away server when this runs.
Truth is what was measured. squawk comes from the package `squawk-cli`, installed into a temporary
environment; where that cannot be had, its line says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg2

from toolkit.database.embedded import EmbeddedServer
from toolkit.findings import Severity
from toolkit.migrate.lint import World, Written, lint_statements
from toolkit.migrate.lint.reading.sql_file import written_of
from toolkit.sql.classify import Role, StatementKind, classify
from toolkit.sql.locks.examples import Example, world_sql
from toolkit.sql.locks.matrix import MatrixRow, read_matrix
from toolkit.sql.locks.measure import measure_every
from toolkit.sql.locks.modes import Blocked

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "lint-scoring.md"
MAJOR: Final = 18
_K = StatementKind

LOSES: Final = frozenset(
    {
        _K.ALTER_TABLE_DROP_COLUMN,
        _K.DROP_TABLE,
        _K.TRUNCATE_PLAIN,
        _K.TRUNCATE_CASCADE,
        _K.DELETE_EVERYTHING,
        _K.DROP_DATABASE,
    }
)
"""What takes rows or values away. The one judgement here that no lock shows."""
LOCKS_EVERY_ROW: Final = frozenset({_K.UPDATE_EVERYTHING})
"""What holds a lock on each row until the commit, which `pg_locks` does not list."""
NOT_ABOUT_ROWS: Final = ("void", "neonkit_made")
"""A table of the matrix's world that holds nothing, and what its examples make themselves."""

MORE: Final = (
    (_K.ALTER_TABLE_ADD_COLUMN_SERIAL, "ALTER TABLE public.target ADD extra bigserial"),
    (_K.ALTER_TABLE_ADD_COLUMN_PLAIN, "ALTER TABLE IF EXISTS target ADD COLUMN IF NOT EXISTS extra jsonb"),
    (_K.ALTER_TABLE_ADD_COLUMN_STABLE_DEFAULT, "ALTER TABLE target ADD extra date DEFAULT current_date"),
    (_K.ALTER_TABLE_ADD_COLUMN_VOLATILE_DEFAULT, "ALTER TABLE target ADD extra float8 DEFAULT random()"),
    (_K.ALTER_TABLE_ADD_COLUMN_VOLATILE_DEFAULT,
     "ALTER TABLE target ADD extra timestamptz NOT NULL DEFAULT clock_timestamp()"),
    (_K.ALTER_TABLE_ADD_COLUMN_VOLATILE_DEFAULT,
     "ALTER TABLE keyless ADD extra bigint DEFAULT nextval('counter')"),
    (_K.ALTER_TABLE_ADD_COLUMN_CONSTANT_DEFAULT, "ALTER TABLE target ADD extra text DEFAULT lower('A')"),
    (_K.ALTER_TABLE_ADD_COLUMN_INLINE_CHECK,
     "ALTER TABLE target ADD extra int NOT NULL DEFAULT 1 CONSTRAINT c CHECK (extra > 0)"),
    (_K.ALTER_TABLE_ADD_COLUMN_PLAIN, "ALTER TABLE target ADD extra plain_text"),
    (_K.ALTER_TABLE_ADD_COLUMN_PLAIN, "ALTER TABLE target ADD extra mood"),
    (_K.ALTER_TABLE_ADD_COLUMN_CONSTANT_DEFAULT, "ALTER TABLE target ADD extra mood DEFAULT 'sad'"),
    (_K.ALTER_TABLE_ALTER_COLUMN_TYPE_LONGER_VARCHAR, "ALTER TABLE target ALTER label TYPE varchar"),
    (_K.ALTER_TABLE_ALTER_COLUMN_TYPE_SAME_TYPE,
     "ALTER TABLE target ALTER optional TYPE int USING optional::int"),
    (_K.ALTER_TABLE_ALTER_COLUMN_TYPE_NUMERIC_PRECISION_UP, "ALTER TABLE target ALTER amount TYPE numeric"),
    (_K.ALTER_TABLE_ALTER_COLUMN_TYPE, "ALTER TABLE target ALTER optional TYPE text"),
    (_K.ALTER_TABLE_ALTER_COLUMN_TYPE, "ALTER TABLE target ALTER moment TYPE date"),
    (_K.ALTER_TABLE_ALTER_COLUMN_TYPE, "ALTER TABLE moods ALTER feeling TYPE text"),
    (_K.ALTER_TABLE_ALTER_COLUMN_TYPE, "ALTER TABLE target ALTER optional TYPE smallint"),
    (_K.ALTER_TABLE_SET_NOT_NULL_PROVEN, "ALTER TABLE target ALTER code SET NOT NULL"),
    (_K.ALTER_TABLE_ADD_CHECK_VALIDATED, "ALTER TABLE target ADD CHECK (score > 0), ADD extra int"),
    (_K.ALTER_TABLE_ADD_FOREIGN_KEY_VALIDATED,
     "ALTER TABLE target ADD FOREIGN KEY (third_id) REFERENCES parent (id) ON DELETE CASCADE"),
    (_K.ALTER_TABLE_ADD_UNIQUE_INLINE, "ALTER TABLE keyless ADD UNIQUE (id, code)"),
    (_K.CREATE_INDEX_BLOCKING, "CREATE INDEX IF NOT EXISTS made ON target USING brin (id)"),
    (_K.CREATE_INDEX_BLOCKING, "CREATE INDEX made ON target (lower(body)) WHERE code > 5"),
    (_K.CREATE_INDEX_BLOCKING, "CREATE INDEX made ON ranged (id, code)"),
    (_K.REINDEX_TABLE, "REINDEX (VERBOSE) TABLE target"),
    (_K.CREATE_MATERIALIZED_VIEW_WITH_DATA, "CREATE MATERIALIZED VIEW made AS SELECT * FROM target"),
    (_K.CREATE_TABLE_AS, "SELECT * INTO made FROM target"),
    (_K.UPDATE, "UPDATE target SET body = 'x' FROM parent WHERE parent.id = parent_id AND parent.id = 1"),
    (_K.INSERT, "INSERT INTO keyless SELECT id + 9999, code FROM target WHERE id < 5"),
    (_K.DROP_TABLE, "DROP TABLE IF EXISTS moods, unlogged"),
    (_K.ALTER_TABLE_ATTACH_PARTITION,
     "ALTER TABLE caught ATTACH PARTITION checked FOR VALUES FROM (4001) TO (6001)"),
    (_K.ALTER_TABLE_DROP_NOT_NULL, "ALTER TABLE target ALTER code DROP NOT NULL, ALTER body SET DEFAULT ''"),
    (_K.COMMENT_COLUMN, "COMMENT ON COLUMN target.code IS NULL"),
)  # fmt: skip
"""Other ways to write such statements; measured, not looked up."""


@dataclass(frozen=True, slots=True)
class Case:
    """One statement and whether it is dangerous."""

    statement: str
    dangerous: bool
    why: str


@dataclass(frozen=True, slots=True)
class Score:
    """How one tool did."""

    tool: str
    missed: tuple[str, ...]
    alarms: tuple[str, ...]
    """On statements that are not dangerous."""


def why_dangerous(row: MatrixRow) -> str:
    """What is dangerous about a measured statement; empty for nothing."""
    if not row.transactional:
        return "cannot run in a transaction"
    if row.kind in LOSES:
        return "loses rows or values"
    if row.kind in LOCKS_EVERY_ROW:
        return "locks every row until the commit"
    feared = {Blocked.READS, Blocked.WRITES}
    if row.kind is _K.REFRESH_MATERIALIZED_VIEW_CONCURRENTLY:
        feared = {Blocked.READS}  # nobody writes a materialized view
    blocks = any(mode.blocks & feared for role, mode in row.locks.items() if role is not Role.NEW)
    if blocks and row.rewrites:
        return "rewrites while others wait"
    if blocks and row.builds_index:
        return "builds an index while others wait"
    return "reads every row while others wait" if blocks and row.scans else ""


def cases(measured: Iterable[MatrixRow]) -> tuple[Case, ...]:
    """The set: the matrix's statements about something with rows, and those that were measured besides."""
    rows = [row for of_kind in read_matrix(MAJOR).values() for row in of_kind if _is_about_rows(row)]
    chosen = [row for row in (*rows, *measured) if row.refused is None]
    return tuple(Case(row.statement, bool(why_dangerous(row)), why_dangerous(row)) for row in chosen)


def _is_about_rows(row: MatrixRow) -> bool:
    if any(word in row.statement.split() for word in NOT_ABOUT_ROWS):
        return False
    parts = classify(row.statement).parts
    return bool(row.locks) or any(one.role is not Role.NEW for part in parts for one in part.relations)


def measure_more(connect: Callable[[], psycopg2.extensions.connection]) -> tuple[MatrixRow, ...]:
    """Run the further statements on the server and say what they did."""
    return measure_every(connect, [Example(kind, statement) for kind, statement in MORE])


def score_lint(chosen: Sequence[Case]) -> Score:
    """An alarm is a finding of the severity error, on a statement in a transaction after the world's."""
    world = lint_statements(written_of(world_sql(MAJOR), in_transaction=True), name="earlier").world
    alarmed = [case for case in chosen if _alarms(case.statement, world)]
    return _score("neonkit lint", chosen, alarmed)


def _alarms(statement: str, world: World) -> bool:
    found = lint_statements([Written(statement)], world=world, server_major=MAJOR)
    return any(one.severity is Severity.ERROR for one in found.all)


def _score(tool: str, chosen: Sequence[Case], alarmed: Sequence[Case]) -> Score:
    missed = tuple(case.statement for case in chosen if case.dangerous and case not in alarmed)
    return Score(tool, missed, tuple(case.statement for case in alarmed if not case.dangerous))


STYLE: Final = (
    "prefer-",
    "require-lock-timeout",
    "require-statement-timeout",
    "require-table-schema",
    "require-timeout-settings",
    "ban-char-field",
    "identifier-too-long",
    "transaction-nesting",
    "renaming-",
    "ban-set-schema",
    "ban-drop-constraint",
    "ban-drop-default",
    "ban-drop-generated-expression",
    "ban-drop-identity",
    "ban-drop-materialized-view",
    "ban-drop-not-null",
    "ban-drop-sequence",
    "ban-drop-view",
)
"""How the names of squawk's rules begin that are on style, timeouts, or names that running code may use: they
are not counted as alarms, as warnings of lint are not."""


def score_squawk(chosen: Sequence[Case]) -> Score | None:
    """squawk on the same statements, each in a transaction; None where it cannot be had."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        program = _install(made / "environment")
        if program is None:
            return None
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        paths = {}
        for number, case in enumerate(chosen):
            path = made / f"{number:03}.sql"
            path.write_text(f"BEGIN;\n{case.statement};\nCOMMIT;\n", encoding="utf-8")
            paths[str(path)] = case
        options = ["--reporter", "Json", f"--pg-version={MAJOR}.0"]
        run = subprocess.run([program, *options, *paths], capture_output=True, text=True, check=False)
        found = json.loads(run.stdout)
    flagged = {one["file"] for one in found if not one["rule_name"].startswith(STYLE)}
    return _score(version.strip(), chosen, [case for path, case in paths.items() if path in flagged])


def _install(folder: Path) -> Path | None:
    try:
        venv.create(folder, with_pip=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "squawk-cli"]
        subprocess.run(pip, check=True, capture_output=True, timeout=180)
    except (subprocess.SubprocessError, OSError):
        return None
    return folder / "bin" / "squawk"


def page(chosen: Sequence[Case], scores: Sequence[Score | None]) -> str:
    """The figures as Markdown."""
    dangerous = sum(case.dangerous for case in chosen)
    harmless = len(chosen) - dangerous
    lines = [
        "# How often lint is right",
        "",
        "Written by `benchmarks/lint_scoring.py --write`; the tests hold the first line of the table.",
        "",
        f"{len(chosen)} single statements, each about something that is there and has rows, each in a",
        f"transaction. Truth was measured on PostgreSQL {MAJOR}: {dangerous} are dangerous, as they keep",
        "readers or writers waiting for a time that grows with the table, lose rows or values, lock every",
        "row, or cannot run in a transaction. An alarm of lint is a finding of the severity error, after the",
        "statements that made the tables; an alarm of squawk, which sees the statement alone, is any finding",
        "of its rules but those on style, timeouts, and names that running code may use.",
        "",
        f"| tool | dangerous, missed (of {dangerous}) | harmless, alarmed (of {harmless}) |",
        "| --- | --- | --- |",
    ]
    for score in scores:
        if score is None:
            lines.append("| squawk | could not be installed here | |")
        else:
            lines.append(f"| {score.tool} | {len(score.missed)} | {len(score.alarms)} |")
    for score in (one for one in scores if one is not None):
        for title, statements in (("missed", score.missed), ("false alarms", score.alarms)):
            lines += ["", f"## {score.tool}: {title}", ""]
            lines += [f"- `{one}`" for one in statements] or ["None."]
    lines += ["", "## The dangerous ones", "", "| statement | why |", "| --- | --- |"]
    lines += [f"| `{case.statement}` | {case.why} |" for case in chosen if case.dangerous]
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, score, print; with --write, write the page."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        try:
            parameters = server.start().url.libpq_parameters()
            measured = measure_more(lambda: psycopg2.connect(**parameters))
        finally:
            server.destroy()
    chosen = cases(measured)
    scores = (score_lint(chosen), score_squawk(chosen))
    for score in scores:
        print("squawk could not be installed" if score is None else score)
    print(f"{len(chosen)} statements, {sum(case.dangerous for case in chosen)} dangerous")
    if "--write" in sys.argv:
        PAGE.write_text(page(chosen, scores), encoding="utf-8")


if __name__ == "__main__":
    main()
