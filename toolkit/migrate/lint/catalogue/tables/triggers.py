"""Rules on triggers."""

from __future__ import annotations

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import each_blocking, names, used
from toolkit.migrate.lint.rule import INFO, WARNING, Found, Said, statement_rule
from toolkit.sql.classify import Role, StatementKind

_K = StatementKind


@statement_rule(
    "trigger-create",
    INFO,
    name="Trigger made on a table in use",
    why="Writers wait until the transaction ends, and every write pays for the trigger from then on.",
    example="CREATE TRIGGER t BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION touch();",
    safe="A transaction of its own, under a short lock_timeout that is retried.",
)
def trigger_create(act: Act) -> Found:
    """CREATE TRIGGER on a table that an earlier revision made."""
    yield from each_blocking(act, "Making the trigger {trigger} on {0}", _K.CREATE_TRIGGER)


@statement_rule(
    "trigger-drop",
    WARNING,
    name="Trigger dropped",
    why="Readers and writers wait, and what the trigger kept true is true no more.",
    example="DROP TRIGGER t ON tasks;",
    safe="Make sure that nothing relies on it; a transaction of its own, under a short lock_timeout.",
)
def trigger_drop(act: Act) -> Found:
    """DROP TRIGGER of a table that an earlier revision made."""
    yield from each_blocking(act, "Dropping a trigger of {0}", _K.DROP_TRIGGER)


@statement_rule(
    "trigger-toggle",
    WARNING,
    name="Triggers switched off or on",
    why="DISABLE TRIGGER ALL switches foreign keys off, too: rows that break them stay, and nothing looks at "
    "them again. Other sessions write without the triggers, too.",
    example="ALTER TABLE tasks DISABLE TRIGGER ALL;",
    safe="Change the rows so that the triggers may fire; or guard the trigger by a setting of the session.",
)
def trigger_toggle(act: Act) -> Found:
    """ALTER TABLE ENABLE or DISABLE TRIGGER or RULE."""
    for part in used(
        act,
        _K.ALTER_TABLE_ENABLE_TRIGGER,
        _K.ALTER_TABLE_DISABLE_TRIGGER,
        _K.ALTER_TABLE_DISABLE_RULE,
        _K.ALTER_TABLE_ENABLE_RULE,
    ):
        yield Said(f"Everybody who writes {names(part)} is concerned.", about=part.named(Role.TABLE))
