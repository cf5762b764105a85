"""The models' side: the tables made from the metadata by SQLAlchemy, and held against another side."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from toolkit.migrate.autogenerate.types import native_enum, storage_type
from toolkit.migrate.drift.filters import DEFAULT_SCHEMA, Filters, qualified
from toolkit.migrate.drift.meaning import same_meaning
from toolkit.migrate.drift.pairwise import Contrast, Place, contrast, only
from toolkit.migrate.drift.terms import Declared, in_models_terms, is_silent, types_of
from toolkit.migrate.drift.values import EXISTENCE
from toolkit.schema.objects import (
    Constraint,
    Index,
    Key,
    Qualified,
    SchemaObject,
    compared_fields,
)
from toolkit.schema.objects import Sequence as SequenceObject
from toolkit.schema.snapshot import Snapshot
from toolkit.sql.quoting import qualified as quoted
from toolkit.sql.quoting import quote_identifier

_PREPARER = sa.make_url("postgresql+psycopg2://").get_dialect()().identifier_preparer


def declared(metadata: Iterable[sa.MetaData], filters: Filters) -> Declared:
    """What the metadata declares and `env.py` does not leave out; of two tables of a name, the first."""
    tables: dict[Qualified, sa.Table] = {}
    for each in metadata:
        for table in each.sorted_tables:
            if filters.has_table(table):
                tables.setdefault(qualified(table), table)
    sequences = {
        Qualified(sequence.schema or DEFAULT_SCHEMA, str(sequence.name))
        for each in metadata
        for sequence in each._sequences.values()  # noqa: SLF001 - metadata has no public list of them
    }
    types = frozenset(Qualified(*key.path) for key in types_of(tables))
    return Declared(tables, types, frozenset(sequences), filters.refused(tables))


def create_models(connection: sa.Connection, models: Declared) -> None:
    """Make the models' tables anew in a scratch database, over what the migrations made there.

    What the models need beside themselves (schemas, extensions, functions) is thereby there. Raises
    SQLAlchemyError where the models cannot be made.
    """
    run = connection.exec_driver_sql
    for schema in sorted({name.schema for name in (*models.tables, *models.types, *models.sequences)}):
        run(_plain(f"CREATE SCHEMA IF NOT EXISTS {quote_identifier(schema)}"))
    for word, names in (("TABLE", models.tables), ("SEQUENCE", models.sequences)):
        if names:
            run(_plain(f"DROP {word} IF EXISTS {', '.join(quoted(*name) for name in sorted(names))} CASCADE"))
    for key in sorted(types_of(models.tables)):
        run(
            _plain(
                f"DROP {'DOMAIN' if key.kind == 'domain' else 'TYPE'} IF EXISTS {quoted(*key.path)} CASCADE"
            )
        )
    for type_ in _types(models.tables.values()):
        type_.create(connection, checkfirst=True)
    for each in {id(table.metadata): table.metadata for table in models.tables.values()}.values():
        own = [table for table in models.tables.values() if table.metadata is each]
        each.create_all(connection, tables=own, checkfirst=True)


def _types(tables: Iterable[sa.Table]) -> Iterable[sa.Enum | postgresql.ENUM | postgresql.DOMAIN]:
    for table in tables:
        for column in table.columns:
            enum = native_enum(column.type)
            stored = storage_type(column.type)
            if enum is not None:
                yield postgresql.ENUM(*enum.enums, name=str(enum.name), schema=enum.schema)
            elif isinstance(stored, postgresql.DOMAIN):
                yield stored


def _plain(statement: str) -> str:
    """For the driver, to which a percent sign begins a parameter."""
    return statement.replace("%", "%%")


def without_other_kinds(models: Declared, side: Snapshot) -> tuple[Declared, tuple[Qualified, ...]]:
    """The models without those tables that are views or foreign tables on the other side, and these."""
    others = tuple(
        name for name in models.tables if (found := side.relation(name)) is not None and found.kind != "table"
    )
    tables = {name: table for name, table in models.tables.items() if name not in others}
    return dataclasses.replace(models, tables=tables), others


def against_models(side: Snapshot, models: Snapshot, what: Declared, filters: Filters) -> Contrast:
    """What leads from a side to the models, in the models' terms; keys are those of the side."""
    theirs = in_models_terms(models, what)
    ours, names = _named_alike(in_models_terms(side, what), theirs, what.tables)
    found = contrast(only(side, ours.values()), only(models, theirs.values()))
    places = {
        (names.get(key, key), attribute): followers
        for (key, attribute), followers in found.places.items()
        if attribute != "column_order" and not _unsaid(theirs.get(key), attribute)
    }
    kept = {
        place: followers for place, followers in places.items() if not _refused(place, side, theirs, filters)
    }
    return Contrast(kept, found.renderings, names={old: new for new, old in names.items()})


def _refused(place: Place, side: Snapshot, theirs: Mapping[Key, SchemaObject], filters: Filters) -> bool:
    """Whether env.py leaves out what only the side has."""
    key, attribute = place
    return attribute == EXISTENCE and key not in theirs and filters.refuses(side.objects[key])


def _unsaid(thing: SchemaObject | None, attribute: str) -> bool:
    return attribute != EXISTENCE and thing is not None and is_silent(thing, attribute)


def _named_alike(
    ours: dict[Key, SchemaObject], theirs: Mapping[Key, SchemaObject], tables: Mapping[Qualified, sa.Table]
) -> tuple[dict[Key, SchemaObject], dict[Key, Key]]:
    """`ours` with the models' names where only the server chose the models' name; new keys to old ones."""
    given = {name: _given_names(table) for name, table in tables.items()}
    free = {key: thing for key, thing in ours.items() if key not in theirs}
    names: dict[Key, Key] = {}
    found = dict(ours)
    for key, thing in theirs.items():
        if key in ours or not _server_named(thing, given):
            continue
        twin = next((one for one in free.values() if _alike(one, thing)), None)
        if twin is None:
            continue
        del free[twin.key]
        for old, new in _renamed(twin, thing, ours):
            found.pop(old.key, None)
            found[new.key] = new
            names[new.key] = old.key
    return found, names


def _given_names(table: sa.Table) -> frozenset[str]:
    """The names that the models give constraints, cut as SQLAlchemy cuts them."""
    written = (
        _PREPARER.format_constraint(constraint, _alembic_quote=False)
        for constraint in table.constraints
        if constraint.name is not None
    )
    return frozenset(str(name) for name in written if name)


def _server_named(thing: SchemaObject, given: Mapping[Qualified, frozenset[str]]) -> bool:
    if isinstance(thing, Constraint):
        return thing.name not in given.get(thing.relation, ())
    return isinstance(thing, SequenceObject) and thing.owned_by is not None


def _alike(one: SchemaObject, other: SchemaObject) -> bool:
    if isinstance(one, SequenceObject) and isinstance(other, SequenceObject):
        return one.owned_by is not None and one.owned_by == other.owned_by
    if not isinstance(one, Constraint) or not isinstance(other, Constraint):
        return False
    names = (name for name in compared_fields(Constraint) if name not in ("name", "comment"))
    return all(same_meaning(getattr(one, name), getattr(other, name), one.columns) for name in names)


def _renamed(
    twin: SchemaObject, thing: SchemaObject, ours: Mapping[Key, SchemaObject]
) -> Sequence[tuple[SchemaObject, SchemaObject]]:
    """The twin, and the index it keeps, under the name that it has in the models."""
    if isinstance(twin, SequenceObject) and isinstance(thing, SequenceObject):
        return [(twin, dataclasses.replace(twin, schema=thing.schema, name=thing.name))]
    assert isinstance(twin, Constraint)
    assert isinstance(thing, Constraint)
    indexes = [
        (index, dataclasses.replace(index, name=thing.name, constraint=thing.name))
        for index in ours.values()
        if isinstance(index, Index) and index.relation == twin.relation and index.constraint == twin.name
    ]
    return [(twin, dataclasses.replace(twin, name=thing.name)), *indexes]
