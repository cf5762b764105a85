"""Rules on what takes whole tables away."""

from __future__ import annotations

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.impact import is_empty, is_in_use
from toolkit.migrate.lint.rule import ERROR, WARNING, Found, Said, statement_rule
from toolkit.sql.classify import Role, StatementKind

_K = StatementKind
_LATER = (
    "Stop using it, deploy that, rename it, and drop it in a later deployment; then suppress this "
    "finding with "
    "that as the reason."
)


@statement_rule(
    "table-drop",
    ERROR,
    name="Table dropped",
    why="Its rows are gone, and code that still reads it fails at once.",
    example="DROP TABLE notes;",
    safe=_LATER,
)
def table_drop(act: Act) -> Found:
    """DROP TABLE of a table that an earlier revision made and that may hold rows."""
    for part in act.of(_K.DROP_TABLE):
        for one in part.named(Role.TABLE):
            if is_in_use(act, one) and not is_empty(act, one):
                yield Said(f"The rows of {one} are lost.", str(one))


@statement_rule(
    "table-truncate",
    ERROR,
    name="Table emptied",
    why="Its rows are gone, and with CASCADE those of every table that refers to it. The strongest lock "
    "is held "
    "on all of them.",
    example="TRUNCATE notes;",
    safe="Delete what has to go in batches, with a WHERE that says why.",
    safe_sql="DELETE FROM notes WHERE id <= 1000;",
    safe_operations='op.execute("DELETE FROM notes WHERE id <= 1000")',
)
def table_truncate(act: Act) -> Found:
    """TRUNCATE of a table that an earlier revision made."""
    for part in act.of(_K.TRUNCATE_PLAIN, _K.TRUNCATE_CASCADE):
        for one in part.named(Role.TABLE):
            if is_in_use(act, one) and not is_empty(act, one):
                more = " and of all tables that refer to it" if part.kind is _K.TRUNCATE_CASCADE else ""
                yield Said(f"The rows of {one}{more} are lost.", str(one))


@statement_rule(
    "schema-drop",
    ERROR,
    name="Schema dropped",
    why="With CASCADE everything in it goes without being named.",
    example="DROP SCHEMA archive CASCADE;",
    safe="Drop what is in it by name, so that the loss is written down, then the empty schema.",
)
def schema_drop(act: Act) -> Found:
    """DROP SCHEMA."""
    for part in act.of(_K.DROP_SCHEMA):
        what = (
            "Everything in the schema is lost." if "cascade" in part.attributes else "The schema is dropped."
        )
        yield Said(what, severity=None if "cascade" in part.attributes else WARNING)


@statement_rule(
    "database-drop",
    ERROR,
    name="Database dropped",
    why="Everything in it is lost, and no transaction takes it back.",
    example="DROP DATABASE old;",
    safe="Not in a revision.",
)
def database_drop(act: Act) -> Found:
    """DROP DATABASE."""
    for _ in act.of(_K.DROP_DATABASE):
        yield Said("The whole database is lost.")


@statement_rule(
    "drop-cascade",
    WARNING,
    name="CASCADE",
    why="What depends on it goes, too, whatever it is by the time the revision runs.",
    example="DROP TABLE users CASCADE;",
    safe="Drop what depends on it by name first.",
)
def drop_cascade(act: Act) -> Found:
    """DROP ... CASCADE of a table, column, constraint, view, type, function or sequence in use."""
    for part in act.classified.parts:
        if "cascade" not in part.attributes or part.kind is _K.DROP_SCHEMA:
            continue
        named = part.named(Role.TABLE)
        if not named or any(is_in_use(act, one) for one in named):
            yield Said("Whatever depends on it goes with it.", ", ".join(map(str, named)))
