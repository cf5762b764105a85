"""Triggers and rules that do nothing, or more than one sees."""

from __future__ import annotations

from toolkit.schema.advice.fixes import alter, statements, words
from toolkit.schema.advice.rule import ERROR, INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import EventTrigger
from toolkit.sql.quoting import quote_identifier


@rule(
    "trigger-disabled",
    WARNING,
    name="Trigger that is switched off",
    why="What it keeps is not kept: often left over from a load. A trigger of a foreign key is an error: "
    "references are not checked, and nothing says so.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY);\nCREATE TRIGGER nothing BEFORE UPDATE ON tasks\n"
    "  FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();\n"
    "ALTER TABLE tasks DISABLE TRIGGER nothing;",
    fix="Enable it, having mended what was written meanwhile.",
)
def trigger_disabled(scope: Scope) -> Found:
    """A trigger of a table that is disabled, those that keep foreign keys included."""
    for table in scope.every_table:
        for trigger in scope.parts(table.qualified).triggers:
            if trigger.enabled == "disabled":
                which = "ALL" if trigger.internal else quote_identifier(trigger.name)
                yield Advice(
                    trigger.key,
                    f"{trigger.name} of {table.qualified} does not fire"
                    + (": the foreign key is not kept." if trigger.internal else "."),
                    alter("enable it, having checked the rows", table.qualified, f"ENABLE TRIGGER {which}"),
                    {"function": trigger.function, "keeps a foreign key": trigger.internal},
                    ERROR if trigger.internal else None,
                )


@rule(
    "event-trigger-disabled",
    INFO,
    name="Event trigger that is switched off",
    why="What it guards, such as who may change the schema, is not guarded.",
    example="CREATE FUNCTION seen() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';\n"
    "CREATE EVENT TRIGGER seen ON ddl_command_end EXECUTE FUNCTION seen();\n"
    "ALTER EVENT TRIGGER seen DISABLE;",
    fix="Enable it, or drop it.",
)
def event_trigger_disabled(scope: Scope) -> Found:
    """An event trigger that is disabled."""
    for trigger in scope.snapshot.own(EventTrigger):
        if trigger.enabled == "disabled":
            name = quote_identifier(trigger.name)
            yield Advice(
                trigger.key,
                f"The event trigger {trigger.name} does not fire.",
                statements("enable it, or drop it", f"ALTER EVENT TRIGGER {name} ENABLE"),
                {"event": trigger.event},
            )


@rule(
    "rule-on-table",
    INFO,
    name="Rewrite rule on a table",
    why="A rule changes the statement before it runs: it evaluates expressions twice, is passed over by "
    "COPY, and surprises every reader.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY);\n"
    "CREATE RULE quiet AS ON DELETE TO tasks DO INSTEAD NOTHING;",
    fix="A trigger.",
)
def rule_on_table(scope: Scope) -> Found:
    """A table with a rule."""
    for table in scope.every_table:
        for rewrite in scope.parts(table.qualified).rules:
            yield Advice(
                rewrite.key,
                f"The rule {rewrite.name} rewrites statements on {table.qualified}.",
                words("do the same in a trigger"),
                {"enabled": rewrite.enabled},
            )
