"""Triggers, rules, row-level security policies and event triggers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.schema.ddl.attributes import comment_on, owner_of
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import in_parentheses, names
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import EventTrigger, Key, Kind, Policy, Rule, Trigger
from toolkit.sql.quoting import quote_identifier, quote_literal

_STATES: Final = {
    "origin": "ENABLE",
    "disabled": "DISABLE",
    "replica": "ENABLE REPLICA",
    "always": "ENABLE ALWAYS",
}


def trigger_units(trigger: Trigger, source: Source) -> Iterator[Unit]:
    """A trigger, if it is not a copy that the server makes for a partition; and its state."""
    table = source.relation_key(trigger.relation)
    name = quote_identifier(trigger.name)
    made: Key | Node = trigger.key
    if trigger.internal:
        yield from _internal(trigger, table)
        return
    if trigger.parent is None:
        yield unit(
            trigger.key,
            [create_trigger(trigger)],
            needs=[table],
            likely=source.references.of(trigger.function, trigger.condition),
        )
    else:
        made = Key(Kind.TRIGGER, trigger.parent)
    rest = list(comment_on(f"TRIGGER {name} ON {trigger.relation}", trigger.comment))
    if trigger.enabled != "origin":
        rest.append(f"ALTER TABLE ONLY {trigger.relation} {_STATES[trigger.enabled]} TRIGGER {name}")
    if rest:
        yield unit(Node(trigger.key, "state"), rest, needs=[table, made, Node(table, "state")])


def create_trigger(trigger: Trigger) -> str:
    """`CREATE TRIGGER`."""
    kind = "CONSTRAINT TRIGGER" if trigger.constraint else "TRIGGER"
    events = " OR ".join(
        f"UPDATE OF {names(trigger.columns)}" if event == "update" and trigger.columns else event.upper()
        for event in trigger.events
    )
    lines = [
        f"CREATE {kind} {quote_identifier(trigger.name)}",
        f"{trigger.timing.upper()} {events} ON {trigger.relation}",
    ]
    if trigger.deferrable:
        lines.append("DEFERRABLE INITIALLY DEFERRED" if trigger.initially_deferred else "DEFERRABLE")
    seen = [("OLD", trigger.old_table), ("NEW", trigger.new_table)]
    if transition := " ".join(f"{word} TABLE AS {quote_identifier(name)}" for word, name in seen if name):
        lines.append(f"REFERENCING {transition}")
    lines.append(f"FOR EACH {trigger.level.upper()}")
    if trigger.condition is not None:
        lines.append(f"WHEN {in_parentheses(trigger.condition)}")
    arguments = ", ".join(map(quote_literal, trigger.arguments))
    lines.append(f"EXECUTE FUNCTION {trigger.function}({arguments})")
    return "\n".join(lines)


def _internal(trigger: Trigger, table: Key) -> Iterator[Unit]:
    """The triggers of foreign keys have no name that could be said; all of a table can be switched off."""
    if trigger.enabled == "disabled":
        yield unit(
            Node(table, "state"),
            [f"ALTER TABLE ONLY {trigger.relation} DISABLE TRIGGER ALL"],
            needs=[table],
        )


def rule_units(rule: Rule, source: Source) -> Iterator[Unit]:
    """A rule."""
    name = quote_identifier(rule.name)
    statements = [rule.definition.rstrip().removesuffix(";")]
    if rule.enabled != "origin":
        statements.append(f"ALTER TABLE {rule.relation} {_STATES[rule.enabled]} RULE {name}")
    statements += comment_on(f"RULE {name} ON {rule.relation}", rule.comment)
    yield unit(
        rule.key,
        statements,
        needs=[source.relation_key(rule.relation)],
        likely=source.references.of(rule.definition),
    )


def policy_units(policy: Policy, source: Source) -> Iterator[Unit]:
    """A policy."""
    name = quote_identifier(policy.name)
    lines = [f"CREATE POLICY {name} ON {policy.relation}"]
    if not policy.permissive:
        lines[0] += " AS RESTRICTIVE"
    lines[0] += f" FOR {policy.command.upper()} TO {names(policy.roles) or 'PUBLIC'}"
    if policy.using is not None:
        lines.append(f"USING {in_parentheses(policy.using)}")
    if policy.with_check is not None:
        lines.append(f"WITH CHECK {in_parentheses(policy.with_check)}")
    yield unit(
        policy.key,
        ["\n  ".join(lines), *comment_on(f"POLICY {name} ON {policy.relation}", policy.comment)],
        needs=[source.relation_key(policy.relation)],
        likely=source.references.of(policy.using, policy.with_check),
    )


def event_trigger_units(trigger: EventTrigger, source: Source) -> Iterator[Unit]:
    """An event trigger. The order puts it after everything it would fire on."""
    name = quote_identifier(trigger.name)
    text = f"CREATE EVENT TRIGGER {name} ON {quote_identifier(trigger.event)}"
    if trigger.tags:
        text += f" WHEN TAG IN ({', '.join(map(quote_literal, trigger.tags))})"
    target = f"EVENT TRIGGER {name}"
    statements = [f"{text} EXECUTE FUNCTION {trigger.function}()", *owner_of(target, trigger.owner)]
    if trigger.enabled != "origin":
        statements.append(f"ALTER {target} {_STATES[trigger.enabled]}")
    statements += comment_on(target, trigger.comment)
    yield unit(trigger.key, statements, likely=source.references.of(f"{trigger.function}"))
