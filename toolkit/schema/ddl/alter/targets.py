"""How statements about an object name it, in `COMMENT ON`, `ALTER`, `GRANT` and `DROP`."""

from __future__ import annotations

from typing import Any, Final

from toolkit.schema.ddl.privileges import Grantable
from toolkit.schema.objects import Aggregate, Cast, Function, Key, Kind, Operator, Procedure, SchemaObject
from toolkit.sql.quoting import qualified, quote_identifier

_WORDS: Final = {
    Kind.SCHEMA: "SCHEMA",
    Kind.EXTENSION: "EXTENSION",
    Kind.COLLATION: "COLLATION",
    Kind.ENUM: "TYPE",
    Kind.DOMAIN: "DOMAIN",
    Kind.COMPOSITE: "TYPE",
    Kind.RANGE: "TYPE",
    Kind.SEQUENCE: "SEQUENCE",
    Kind.TABLE: "TABLE",
    Kind.FOREIGN_TABLE: "FOREIGN TABLE",
    Kind.INDEX: "INDEX",
    Kind.STATISTICS: "STATISTICS",
    Kind.VIEW: "VIEW",
    Kind.MATERIALIZED_VIEW: "MATERIALIZED VIEW",
    Kind.TRIGGER: "TRIGGER",
    Kind.RULE: "RULE",
    Kind.POLICY: "POLICY",
    Kind.EVENT_TRIGGER: "EVENT TRIGGER",
    Kind.FOREIGN_DATA_WRAPPER: "FOREIGN DATA WRAPPER",
    Kind.SERVER: "SERVER",
    Kind.PUBLICATION: "PUBLICATION",
    Kind.SUBSCRIPTION: "SUBSCRIPTION",
}

_GRANTABLE: Final[dict[Kind, Grantable]] = {
    Kind.SCHEMA: "schema",
    Kind.ENUM: "type",
    Kind.DOMAIN: "type",
    Kind.COMPOSITE: "type",
    Kind.RANGE: "type",
    Kind.SEQUENCE: "sequence",
    Kind.TABLE: "table",
    Kind.FOREIGN_TABLE: "table",
    Kind.VIEW: "table",
    Kind.MATERIALIZED_VIEW: "table",
    Kind.FUNCTION: "function",
    Kind.PROCEDURE: "function",
    Kind.AGGREGATE: "function",
    Kind.FOREIGN_DATA_WRAPPER: "wrapper",
    Kind.SERVER: "server",
}


def target(thing: SchemaObject) -> str:
    """The object as `COMMENT ON`, `ALTER` and `DROP` name it."""
    key = thing.key
    if isinstance(thing, Function | Procedure | Aggregate):
        return f"ROUTINE {qualified(thing.schema, thing.name)}({thing.identity})"
    if isinstance(thing, Operator):
        name = f"{quote_identifier(thing.schema)}.{thing.name}"
        return f"OPERATOR {name} ({thing.left or 'NONE'}, {thing.right or 'NONE'})"
    if isinstance(thing, Cast):
        return f"CAST ({thing.source} AS {thing.target})"
    if key.kind in (Kind.TRIGGER, Kind.RULE, Kind.POLICY, Kind.CONSTRAINT):
        word = _WORDS.get(key.kind, "CONSTRAINT")
        return f"{word} {quote_identifier(key.path[2])} ON {relation(key)}"
    if key.kind is Kind.COLUMN:
        return f"COLUMN {relation(key)}.{quote_identifier(key.path[2])}"
    return f"{_WORDS[key.kind]} {'.'.join(map(quote_identifier, key.path))}"


def relation(key: Key) -> str:
    """The relation of a part, such as a column or a policy."""
    return qualified(key.path[0], key.path[1])


def grant_target(thing: SchemaObject) -> str:
    """The object as `GRANT` names it."""
    kind = _GRANTABLE[thing.kind]
    name = target(thing)
    if kind == "table":
        return f"TABLE {'.'.join(map(quote_identifier, thing.key.path))}"
    if kind == "type":
        return f"TYPE {'.'.join(map(quote_identifier, thing.key.path))}"
    return f"FOREIGN {name}" if kind == "server" else name


def drop(thing: Any) -> str:
    """The statement that drops the object and nothing else."""
    key = thing.key
    if key.kind is Kind.COLUMN:
        return f"ALTER TABLE {relation(key)} DROP COLUMN {quote_identifier(key.path[2])}"
    if key.kind is Kind.CONSTRAINT:
        return f"ALTER TABLE {relation(key)} DROP CONSTRAINT {quote_identifier(key.path[2])}"
    if key.kind is Kind.USER_MAPPING:
        return f"DROP USER MAPPING FOR {_user(thing.user)} SERVER {quote_identifier(thing.server)}"
    return f"DROP {target(thing)}"


def _user(name: str) -> str:
    return name if name == "PUBLIC" else quote_identifier(name)
