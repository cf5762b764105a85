"""How objects are written in a line of text: close to SQL, for people to read, not for a server to run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from toolkit.schema.objects import Column, Constraint, Grant, Index, IndexKey, Policy, Trigger
from toolkit.sql.quoting import quote_identifier

_NULL: Final = "NULL"


def plural(noun: str, count: int | None = None) -> str:
    """`3 columns`, `1 index`; without a count the plural alone."""
    many = {"index": "indexes", "policy": "policies"}.get(noun)
    if many is None:
        changed = noun.endswith("y") and noun[-2:-1] not in "aeiou"  # entry, and not key or way
        many = noun if noun.endswith("s") else f"{noun[:-1]}ies" if changed else f"{noun}s"
    if count is None:
        return many
    return f"{count:,} {noun if count == 1 else many}"


def names(columns: Iterable[str]) -> str:
    """Column names in a list, quoted where SQL needs it."""
    return ", ".join(quote_identifier(column) for column in columns)


def column_facts(column: Column) -> str:
    """Type and attributes of a column."""
    facts = [column.type]
    if column.not_null:
        facts.append("not null" if column.not_null.validated else "not null (not validated)")
    if column.generated is not None:
        facts.append(f"generated {column.generated_kind} as ({column.generated})")
    if column.identity:
        facts.append(f"identity {column.identity}")
    if column.default is not None:
        facts.append(f"default {column.default}")
    if column.collation:
        facts.append(f"collate {column.collation}")
    return " ".join(facts)


def constraint_text(constraint: Constraint) -> str:
    """What a constraint demands."""
    text = f"{constraint.type} ({names(constraint.columns)})"
    if constraint.type == "check":
        text = f"check {_in_parentheses(constraint.expression or '')}"
    elif constraint.type == "exclude":
        text = constraint.definition or "exclude"
    if constraint.references:
        text += f" references {constraint.references} ({names(constraint.referenced_columns)})"
    return " ".join([text, *_constraint_attributes(constraint)])


def _constraint_attributes(constraint: Constraint) -> Iterable[str]:
    for event, action in (("update", constraint.on_update), ("delete", constraint.on_delete)):
        if action not in (None, "no action"):
            yield f"on {event} {action}"
    if constraint.set_columns:
        yield f"({names(constraint.set_columns)})"
    if constraint.match not in (None, "simple"):
        yield f"match {constraint.match}"
    if constraint.include:
        yield f"include ({names(constraint.include)})"
    flags = (
        (constraint.nulls_not_distinct, "nulls not distinct"),
        (constraint.temporal, "temporal"),
        (constraint.deferrable, "deferrable"),
        (constraint.initially_deferred, "initially deferred"),
        (constraint.no_inherit, "no inherit"),
        (not constraint.enforced, "not enforced"),
        (not constraint.validated, "not valid"),
    )
    yield from (word for on, word in flags if on)


def index_text(index: Index) -> str:
    """Method, keys and attributes of an index."""
    facts = [
        f"{'unique ' if index.unique else ''}{index.method} ({', '.join(map(index_key_text, index.keys))})"
    ]
    if index.include:
        facts.append(f"include ({names(index.include)})")
    if index.predicate:
        facts.append(f"where {index.predicate}")
    flags = (
        (index.nulls_not_distinct, "nulls not distinct"),
        (not index.valid, "INVALID"),
        (index.clustered, "clustered"),
        (index.constraint is not None, f"for constraint {index.constraint}"),
    )
    return " ".join([*facts, *(word for on, word in flags if on)])


def index_key_text(key: IndexKey) -> str:
    """One key of an index."""
    facts = [quote_identifier(key.column) if key.column is not None else key.expression or "?"]
    if key.collation:
        facts.append(f"collate {key.collation}")
    if key.operator_class:
        facts.append(key.operator_class)
    if key.descending:
        facts.append("desc")
    if key.nulls_first is not key.descending:
        facts.append("nulls first" if key.nulls_first else "nulls last")
    return " ".join(facts)


def policy_text(policy: Policy) -> str:
    """Whom a policy concerns and what it lets through."""
    kind = "permissive" if policy.permissive else "restrictive"
    facts = [f"{kind} for {policy.command} to {', '.join(policy.roles) or 'PUBLIC'}"]
    if policy.using is not None:
        facts.append(f"using {_in_parentheses(policy.using)}")
    if policy.with_check is not None:
        facts.append(f"with check {_in_parentheses(policy.with_check)}")
    return " ".join(facts)


def trigger_text(trigger: Trigger) -> str:
    """When a trigger fires and what it calls."""
    events = " or ".join(trigger.events)
    state = "" if trigger.enabled == "origin" else f" ({trigger.enabled})"
    return f"{trigger.timing} {events} for each {trigger.level} {trigger.function}(){state}"


def grants_text(grants: Iterable[Grant]) -> list[tuple[str, str]]:
    """Each grantee with its privileges; `*` marks those it may grant on."""
    by_grantee: dict[str, list[str]] = {}
    for grant in grants:
        by_grantee.setdefault(grant.grantee, []).append(grant.privilege + ("*" if grant.grantable else ""))
    return [(grantee, ", ".join(privileges)) for grantee, privileges in by_grantee.items()]


def value_text(value: str | None, *, cut: bool = False) -> str:
    """A value of a row in a table of text: NULL by its word, a text that would look the same in quotes."""
    if value is None:
        return _NULL
    if value.strip('"') == _NULL:
        return f'"{value}"'
    return f"{value}\N{HORIZONTAL ELLIPSIS}" if cut else value


def _in_parentheses(expression: str) -> str:
    return expression if expression.startswith("(") and expression.endswith(")") else f"({expression})"


def bytes_text(count: int) -> str:
    """Bytes in the unit a person would choose, of 1024 each: `1.5 MB`."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} TB"
