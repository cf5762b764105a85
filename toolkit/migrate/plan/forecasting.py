"""The questions put to the live database, read-only, each within a timeout.

Row security is switched off for the asking: where the role may not see all rows the server then refuses, and
the answer is UNKNOWN instead of a count of the rows that it may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.migrate.plan.questions import Question
from toolkit.migrate.plan.values import Forecast
from toolkit.migrate.trial import Trial
from toolkit.schema import Snapshot
from toolkit.sql.classify import StatementKind
from toolkit.sql.quoting import quote_identifier

SAMPLES: Final = 5
_WRITES: Final = frozenset(
    {
        StatementKind.UPDATE,
        StatementKind.UPDATE_EVERYTHING,
        StatementKind.DELETE,
        StatementKind.DELETE_EVERYTHING,
        StatementKind.INSERT,
        StatementKind.MERGE,
        StatementKind.TRUNCATE_PLAIN,
        StatementKind.TRUNCATE_CASCADE,
        StatementKind.DO_BLOCK,
        StatementKind.CALL,
        StatementKind.UNKNOWN,
    }
)
_ANY_TABLE: Final = frozenset({StatementKind.DO_BLOCK, StatementKind.CALL, StatementKind.UNKNOWN})
_SENTENCES: Final = {
    "57014": "the statement timeout ended the count",
    "42501": "the role may not read the table, or not all of its rows",
    "42883": "the expression needs what comes with the plan",
    "42704": "the expression needs what comes with the plan",
    "42703": "the expression needs what comes with the plan",
}


def forecasts(
    connection: Connection, asked: Iterable[Question], live: Snapshot, trial: Trial, timeout: float
) -> Iterator[Forecast]:
    """The answers. `timeout` in seconds, for each question. Leaves no transaction open."""
    for question in asked:
        revision, line, changed = _place(question, trial)
        answer = (None, (), question.unknown)
        count, samples, reason = answer if question.unknown else _answer(connection, question, live, timeout)
        if changed and count != 0 and question.unknown is None:
            reason = reason or "as of now: an earlier statement of the plan writes to the table"
        yield Forecast(
            revision, line, question.subject, question.asked, count, samples, reason, question.fails
        )


def _answer(
    connection: Connection, question: Question, live: Snapshot, timeout: float
) -> tuple[int | None, tuple[str, ...], str | None]:
    try:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {round(timeout * 1000)}")
        connection.exec_driver_sql("SET LOCAL row_security = off")
        connection.exec_driver_sql("SET LOCAL search_path = ''")
        count_sql, sample_sql = statements_of(question, live)
        count = int(connection.exec_driver_sql(count_sql.replace("%", "%%")).scalar_one())
        samples: tuple[str, ...] = ()
        if count and sample_sql is not None:
            rows = connection.exec_driver_sql(sample_sql.replace("%", "%%")).all()
            samples = tuple(", ".join("null" if each is None else str(each) for each in row) for row in rows)
    except DBAPIError as error:
        code = str(getattr(error.orig, "pgcode", None) or "")
        said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else code
        return None, (), _SENTENCES.get(code, f"the database refused the question: {said}")
    finally:
        connection.rollback()
    return count, samples, None


def statements_of(question: Question, live: Snapshot) -> tuple[str, str | None]:
    """The statement that counts, and the one that gives some keys."""
    if question.condition is None:
        return _duplicates(question)
    source = f"FROM {question.table} AS t WHERE {question.condition}"
    key = live.parts(question.table).primary_key
    columns = () if key is None else key.columns
    shown = ", ".join(f"t.{quote_identifier(name)}::text" for name in columns) or "t.ctid::text"
    return f"SELECT count(*) {source}", f"SELECT {shown} {source} LIMIT {SAMPLES}"


def _duplicates(question: Question) -> tuple[str, str | None]:
    keys = ", ".join(question.keys)
    conditions = [] if question.nulls_count else [f"{key} IS NOT NULL" for key in question.keys]
    conditions += [f"({question.where})"] if question.where else []
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    groups = f"FROM {question.table} AS t {where} GROUP BY {keys} HAVING count(*) > 1"
    shown = ", ".join(f"{key}::text" for key in question.keys)
    counted = f"SELECT count(*) FROM (SELECT {groups}) AS found"  # noqa: S608 - names are quoted
    return counted, f"SELECT {shown} {groups} LIMIT {SAMPLES}"


def _place(question: Question, trial: Trial) -> tuple[str | None, int | None, bool]:
    """The revision and line that bring the question, and whether a statement before writes to the table."""
    changed = False
    for revision in trial.revisions:
        for statement in revision.statements:
            if statement.classified is None or statement.bookkeeping:
                continue
            tables = {qualified for _, qualified in statement.names}
            kinds = set(statement.classified.kinds)
            if question.table in tables and _mentions(statement.classified.parts, question):
                return revision.revision, statement.line, changed
            changed = (
                changed or bool(kinds & _ANY_TABLE) or (bool(kinds & _WRITES) and question.table in tables)
            )
    return None, None, changed


def _mentions(parts: Iterable[object], question: Question) -> bool:
    named = set(question.names)
    for part in parts:
        attributes: Mapping[str, str] = getattr(part, "attributes", {})
        if named & set(attributes.values()):
            return True
        if any(one.relation.name in named for one in getattr(part, "relations", ())):
            return True
    return False
