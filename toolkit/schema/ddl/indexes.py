"""Indexes and statistics objects."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.attributes import comment_on, owner_of
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import names, storage_option, with_options
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import Index, IndexKey, Key, Kind, StatisticsObject, Table
from toolkit.sql.quoting import qualified, quote_identifier


def index_units(index: Index, source: Source) -> Iterator[Unit]:
    """An index; of one that serves a constraint, what the constraint cannot say."""
    name = qualified(index.schema, index.name)
    needs: list[Key | Node] = [source.relation_key(index.relation)]
    statements: list[str] = []
    if index.constraint is None:
        statements.append(create_index(index, source))
    else:
        needs.append(Key(Kind.CONSTRAINT, (*index.relation, index.constraint)))
    for place, key in enumerate(index.keys, start=1):
        if key.statistics_target is not None:
            statements.append(
                f"ALTER INDEX {name} ALTER COLUMN {place} SET STATISTICS {key.statistics_target}"
            )
    if index.clustered:
        statements.append(_cluster(index, source))
    statements += comment_on(f"INDEX {name}", index.comment)
    texts = [text for key in index.keys for text in (key.expression, key.operator_class, key.collation)]
    yield unit(index.key, statements, needs=needs, likely=source.references.of(*texts, index.predicate))
    if index.parent is not None:
        yield unit(
            Node(index.key, "attached"),
            [f"ALTER INDEX {index.parent} ATTACH PARTITION {name}"],
            needs=[
                index.key,
                Key(Kind.INDEX, tuple(index.parent)),
                Node(source.relation_key(index.relation), "attached"),
            ],
        )


def create_index(index: Index, source: Source, *, concurrently: bool = False) -> str:
    """`CREATE INDEX`. Of a partitioned table only its own; those of the partitions are attached."""
    table = source.table(index.relation)
    only = "ONLY " if isinstance(table, Table) and table.partition_key else ""
    words = ["CREATE", "UNIQUE"] if index.unique else ["CREATE"]
    words += ["INDEX", "CONCURRENTLY"] if concurrently else ["INDEX"]
    words += [quote_identifier(index.name), "ON", f"{only}{index.relation}"]
    words.append(f"USING {quote_identifier(index.method)} ({', '.join(map(index_key, index.keys))})")
    if index.include:
        words.append(f"INCLUDE ({names(index.include)})")
    if index.nulls_not_distinct:
        words.append("NULLS NOT DISTINCT")
    text = " ".join(words) + with_options(index.options)
    if index.tablespace:
        text += f" TABLESPACE {quote_identifier(index.tablespace)}"
    return f"{text} WHERE {index.predicate}" if index.predicate else text


def index_key(key: IndexKey) -> str:
    """One key of an index."""
    text = quote_identifier(key.column) if key.column is not None else f"({key.expression})"
    if key.collation:
        text += f" COLLATE {key.collation}"
    if key.operator_class:
        text += f" {key.operator_class}"
    if key.operator_class_options:
        text += f" ({', '.join(map(storage_option, key.operator_class_options))})"
    if key.descending:
        text += " DESC"
    if key.nulls_first is not key.descending:
        text += " NULLS FIRST" if key.nulls_first else " NULLS LAST"
    return text


def _cluster(index: Index, source: Source) -> str:
    word = "MATERIALIZED VIEW" if source.table(index.relation) is None else "TABLE"
    return f"ALTER {word} {index.relation} CLUSTER ON {quote_identifier(index.name)}"


def statistics_units(found: StatisticsObject, source: Source) -> Iterator[Unit]:
    """Extended statistics."""
    target = f"STATISTICS {qualified(found.schema, found.name)}"
    statements = [found.definition, *owner_of(target, found.owner)]
    if found.target is not None:
        statements.append(f"ALTER {target} SET STATISTICS {found.target}")
    statements += comment_on(target, found.comment)
    yield unit(
        found.key,
        statements,
        needs=[source.relation_key(found.relation)],
        likely=source.references.of(found.definition),
    )
