"""What data a statement may lose, by its kind. The number of rows is the live database's estimate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from toolkit.migrate.plan.values import Loss, TableFacts
from toolkit.sql.classify import Classified, Part, RelationName, StatementKind

_K: Final = StatementKind
_OF_TABLES: Final = {
    _K.DROP_TABLE: "the table goes, with its rows",
    _K.TRUNCATE_PLAIN: "every row goes",
    _K.TRUNCATE_CASCADE: "every row goes, and every row of the tables that point to it",
    _K.DELETE_EVERYTHING: "every row is deleted",
    _K.DELETE: "rows are deleted",
    _K.UPDATE_EVERYTHING: "every row's old values are overwritten",
    _K.UPDATE: "old values are overwritten",
    _K.MERGE: "rows may be overwritten or deleted",
    _K.DROP_MATERIALIZED_VIEW: "the stored result goes; its query can be run again",
}
PARTLY: Final = frozenset(_OF_TABLES[kind] for kind in (_K.DELETE, _K.UPDATE, _K.MERGE))
"""What is said of statements that choose among the rows; how many they choose, only a run tells."""
_OTHERS: Final = {
    _K.DROP_SCHEMA: "the schema goes; with CASCADE everything in it",
    _K.DROP_SEQUENCE: "the sequence goes, with how far it has counted",
    _K.DROP_DATABASE: "the database goes",
    _K.DROP_EXTENSION: "the extension goes; with CASCADE what uses it",
}
_CASCADES: Final = frozenset({_K.DROP_TYPE, _K.DROP_DOMAIN})
_NARROWS: Final = frozenset(
    {
        _K.ALTER_TABLE_ALTER_COLUMN_TYPE,
        _K.ALTER_TABLE_ALTER_COLUMN_TYPE_SHORTER_VARCHAR,
        _K.ALTER_TABLE_ALTER_COLUMN_TYPE_TEXT_TO_VARCHAR,
        _K.ALTER_TABLE_ALTER_COLUMN_TYPE_NUMERIC_SCALE,
        _K.ALTER_TABLE_ALTER_COLUMN_TYPE_USING_EXPRESSION,
    }
)


def losses_of(classified: Classified, tables: Mapping[RelationName, TableFacts]) -> tuple[Loss, ...]:
    """What the statement may lose of what was there. `tables` are the live ones it names."""
    return tuple(dict.fromkeys(loss for part in classified.parts for loss in _of_part(part, tables)))


def _of_part(part: Part, tables: Mapping[RelationName, TableFacts]) -> Iterator[Loss]:
    targets = [tables[one.relation] for one in part.relations[:1] if one.relation in tables]
    if part.kind in (_K.DROP_TABLE, _K.TRUNCATE_PLAIN, _K.TRUNCATE_CASCADE, _K.DROP_MATERIALIZED_VIEW):
        targets = [tables[one.relation] for one in part.relations if one.relation in tables]
    for table in targets:
        if table.rows == 0 and table.table_bytes == 0:
            continue
        if sentence := _OF_TABLES.get(part.kind):
            yield Loss(table.relation, sentence, table.rows)
        elif part.kind is _K.ALTER_TABLE_DROP_COLUMN:
            column = part.attributes.get("column", "?")
            yield Loss(f"{table.relation}.{column}", "the column goes, with its values", table.rows)
        elif part.kind in _NARROWS:
            column = part.attributes.get("column", "?")
            yield Loss(f"{table.relation}.{column}", "values may be cut, rounded or refused", table.rows)
    if part.kind in _OTHERS:
        yield Loss(str(part.kind).replace("_", " "), _OTHERS[part.kind])
    if part.kind in _CASCADES and "cascade" in part.attributes:
        yield Loss(str(part.kind).replace("_", " "), "columns of the type go with it")
