"""From rows to a snapshot: fills the directory, then lets each kind make its objects.

The order is that of who names whom: roles and comments before everything, relations and columns before what
stands on them, everything before the roles, which are marked by whether anything speaks of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.schema.catalog import (
    columns,
    constraints,
    indexes,
    remote,
    roles,
    routines,
    rules,
    sequences,
    statistics,
    tables,
    types,
)
from toolkit.schema.catalog.acl import AccessLists
from toolkit.schema.catalog.directory import Directory
from toolkit.schema.catalog.rows import CatalogRows
from toolkit.schema.census import Census
from toolkit.schema.objects import Qualified, SchemaObject
from toolkit.schema.sizes import RelationSize
from toolkit.schema.snapshot import ServerFacts, Snapshot

_BOOTSTRAP_ROLE = 10
"""The role that `initdb` made, always with this oid; `access_defaults.sql` asks on its behalf."""


def assemble(facts: ServerFacts, rows: CatalogRows, measured: Mapping[Qualified, RelationSize]) -> Snapshot:
    """The snapshot that the rows describe. `measured` sizes take the place of estimated ones."""
    directory = _directory(rows)
    objects = [*_relations(rows, directory), *_others(rows, directory)]
    found_roles = roles.roles(rows["roles"], rows["memberships"], rows["settings"], directory)
    objects += roles.mark_unused(found_roles, objects)
    sizes = tables.estimated_sizes(rows["relations"], rows["indexes"], directory)
    return Snapshot(
        server=facts,
        objects={thing.key: thing for thing in objects},
        sizes=sizes | dict(measured),
        census=_census(rows),
    )


def _directory(rows: CatalogRows) -> Directory:
    role_names = {row[0]: row[1] for row in rows["roles"]}
    defaults = dict(rows["access_defaults"])
    directory = Directory(AccessLists(defaults, role_names.get(_BOOTSTRAP_ROLE, "")), roles=role_names)
    for catalog, oid, part, text in rows["comments"]:
        directory.comments.setdefault(catalog, {})[oid, part] = text
    directory.members.update((row[0], row[1]) for row in rows["members"])
    tables.note_relations(rows["relations"], directory)
    columns.note_columns(rows["columns"], directory)
    for child, parent, detaching, _place in rows["inheritance"]:
        directory.parents.setdefault(child, []).append(parent)
        if detaching:
            directory.detaching.add(child)
    return directory


def _relations(rows: CatalogRows, directory: Directory) -> Iterator[SchemaObject]:
    index_rows = rows["indexes"]
    constraint_rows = rows["constraints"]
    identities = {row[1]: row[2] for row in index_rows if row[18]}
    foreign = {row[0]: (row[1], row[2]) for row in rows["foreign_tables"]}
    yield from tables.relations(rows["relations"], directory, identities=identities, foreign=foreign)
    not_nulls = columns.not_null_constraints(constraint_rows, directory)
    yield from columns.columns(rows["columns"], directory, not_nulls)
    yield from constraints.constraints(constraint_rows, directory, {row[0]: row for row in index_rows})
    reader = indexes.IndexReader(
        directory,
        indexes.OperatorClasses(rows["operator_classes"], dict(rows["base_types"])),
        dict(rows["index_collations"]),
        columns.index_column_options(rows["columns"]),
        {row[16]: row[2] for row in constraint_rows if row[3] in "pux"},
    )
    parents = {row[19] for row in index_rows if row[19]}
    names = {
        row[0]: Qualified(directory.relations[row[1]].name.schema, row[2])
        for row in index_rows
        if row[0] in parents and row[1] in directory.relations
    }
    yield from reader.read(index_rows, names)


def _others(rows: CatalogRows, directory: Directory) -> Iterator[SchemaObject]:
    aggregates = {int(row["function"]): row for row in rows.named["aggregates"]}
    yield from roles.database(rows["database"], rows["settings"], directory)
    yield from roles.schemas(rows["schemas"], directory)
    yield from roles.extensions(rows["extensions"], directory)
    yield from roles.default_privileges(rows["default_privileges"], directory)
    yield from sequences.sequences(rows["sequences"], directory)
    yield from rules.policies(rows["policies"], directory)
    yield from rules.triggers(rows["triggers"], directory)
    yield from rules.rules(rows["rules"], directory)
    yield from rules.event_triggers(rows["event_triggers"], directory)
    yield from routines.routines(rows["functions"], directory, aggregates)
    yield from routines.operators(rows["operators"], directory)
    yield from routines.casts(rows["casts"], directory)
    for name, read in (
        ("enums", types.enums),
        ("domains", types.domains),
        ("composites", types.composites),
        ("ranges", types.ranges),
        ("collations", types.collations),
        ("statistics_objects", statistics.statistics_objects),
        ("wrappers", remote.wrappers),
        ("servers", remote.servers),
        ("user_mappings", remote.user_mappings),
        ("publications", remote.publications),
        ("subscriptions", remote.subscriptions),
    ):
        yield from read(rows[name], directory)


def _census(rows: CatalogRows) -> Census:
    unseen = [f"the role may not read the catalog behind {name.replace('_', ' ')}" for name in rows.skipped]
    if count := len(rows["user_mappings"]):
        unseen.append(f"the options of {count} user mapping(s): they can hold passwords and are not read")
    if count := len(rows["subscriptions"]):
        unseen.append(f"the connection strings of {count} subscription(s): they can hold passwords")
    return Census(dict(rows["census"]), tuple(unseen))
