"""Triggers, rules, policies and event triggers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.schema.catalog.directory import Directory, oids
from toolkit.schema.catalog.trigger_text import condition_of
from toolkit.schema.objects import EventTrigger, Policy, Rule, Trigger

_FIRING: Mapping[str, Any] = {"O": "origin", "D": "disabled", "R": "replica", "A": "always"}
_COMMANDS: Mapping[str, Any] = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
_EVENTS = ((4, "insert"), (8, "delete"), (16, "update"), (32, "truncate"))
_ROW, _BEFORE, _INSTEAD = 1, 2, 64
"""Bits of `tgtype`, from pg_trigger.h."""


def triggers(rows: Iterable[Any], directory: Directory) -> Iterator[Trigger]:
    """Triggers of users, and the internal ones of foreign keys whose state was changed."""
    rows = [row for row in rows if row[1] in directory.relations]
    names = {row[0]: (*directory.relations[row[1]].name, _name(row)) for row in rows}
    for row in rows:
        (
            oid, relation, _own_name, bits, enabled, internal, function, is_constraint, deferrable, deferred,
            columns, argument_count, arguments, old_table, new_table, parent, _constraint, conditional, text,
        ) = row  # fmt: skip
        table = directory.relations[relation]
        yield Trigger(
            *table.name,
            _name(row),
            "instead of" if bits & _INSTEAD else "before" if bits & _BEFORE else "after",
            tuple(event for bit, event in _EVENTS if bits & bit),
            "row" if bits & _ROW else "statement",
            function,
            directory.columns(relation, oids(columns)),
            condition_of(text) if conditional and text else None,
            _arguments(arguments, argument_count),
            old_table,
            new_table,
            is_constraint and not internal,
            deferrable,
            deferred,
            _FIRING[enabled],
            internal,
            names.get(parent),
            text or "",
            comment=directory.comment("pg_trigger", oid),
            origin=table.origin,
        )


def _name(row: Any) -> str:
    """The trigger's name; of an internal one, its constraint and function, because its own holds an oid."""
    if not row[5]:
        return str(row[2])
    function = row[6].strip('"')
    return f"{row[16]} ({function})"


def _arguments(packed: Any, count: int) -> tuple[str, ...]:
    """The arguments of `tgargs`: texts in the server's encoding, each ended by a zero byte."""
    if not count:
        return ()
    return tuple(part.decode("utf-8", "replace") for part in bytes(packed).split(b"\0")[:count])


def rules(rows: Iterable[Any], directory: Directory) -> Iterator[Rule]:
    """Rewrite rules, those that make views left out."""
    for oid, relation, name, enabled, definition in rows:
        if relation in directory.relations:
            table = directory.relations[relation]
            yield Rule(
                *table.name,
                name,
                definition,
                _FIRING[enabled],
                comment=directory.comment("pg_rewrite", oid),
                origin=table.origin,
            )


def policies(rows: Iterable[Any], directory: Directory) -> Iterator[Policy]:
    """Row-level security policies."""
    for oid, relation, name, command, permissive, roles, using, with_check in rows:
        if relation in directory.relations:
            table = directory.relations[relation]
            yield Policy(
                *table.name,
                name,
                _COMMANDS[command],
                permissive,
                tuple(sorted(directory.role(role) for role in oids(roles) if role)),
                using,
                with_check,
                comment=directory.comment("pg_policy", oid),
                origin=table.origin,
            )


def event_triggers(rows: Iterable[Any], directory: Directory) -> Iterator[EventTrigger]:
    """Triggers on DDL."""
    for oid, name, owner, event, function, tags, enabled in rows:
        yield EventTrigger(
            name,
            directory.role(owner),
            event,
            function,
            tuple(sorted(tags or ())),
            _FIRING[enabled],
            comment=directory.comment("pg_event_trigger", oid),
            origin=directory.origin("pg_event_trigger", oid),
        )
