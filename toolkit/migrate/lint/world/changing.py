"""What a statement leaves of a world: one function per type of syntax tree. What has none changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from toolkit.migrate.lint.world import altering, dropping
from toolkit.migrate.lint.world.definitions import (
    mentioned_columns,
    mentioned_names,
    with_column,
    with_constraint,
)
from toolkit.migrate.lint.world.things import Index, Table, View
from toolkit.migrate.lint.world.world import World, name_of
from toolkit.sql.classify import Volatility
from toolkit.sql.classify.create import read_relations
from toolkit.sql.classify.reading import dotted, options, relation_name
from toolkit.sql.parse import Statement, Tree

Change = Callable[[World, Tree, str], World]


def after(world: World, statement: Statement, revision: str) -> World:
    """The world once the statement has run as part of `revision`."""
    change = _CHANGES.get(statement.node_type)
    return world if change is None else change(world, statement.node, revision)


def _create_table(world: World, node: Tree, revision: str) -> World:
    name = name_of(relation_name(node["relation"]))
    if name in world.tables and node.get("if_not_exists"):
        return world
    parents = [name_of(relation_name(one["RangeVar"])) for one in node.get("inhRelations", ())]
    of = parents[0] if parents and "partbound" in node else None
    table = Table(
        name,
        revision,
        partitioned="partspec" in node,
        partition_key=mentioned_columns(node.get("partspec")),
        partition_of=of,
        tablespace=node.get("tablespacename") or "pg_default",
        access_method=node.get("accessMethod") or "heap",
    )
    if parents and (parent := world.tables.get(parents[0])):
        table = replace(table, columns=parent.columns)
    elif parents or "ofTypename" in node:
        table = replace(table, whole=False)
    constraints = []
    for element in node.get("tableElts", ()):
        if "ColumnDef" in element:
            table = with_column(table, element["ColumnDef"])
        elif "Constraint" in element:
            constraints.append(element["Constraint"])
        elif "TableLikeClause" in element:
            table = _like(world, table, element["TableLikeClause"])
    for constraint in constraints:
        table = with_constraint(table, {**constraint, "skip_validation": False})
    tables = {**world.tables, name: table}
    if of and node["partbound"].get("is_default") and (parent := tables.get(of)):
        tables[of] = replace(parent, default_partition=name)
    return replace(world, tables=tables)


def _like(world: World, table: Table, clause: Tree) -> Table:
    source = world.table(relation_name(clause["relation"]))
    if source is None:
        return replace(table, whole=False)
    return replace(table, columns={**table.columns, **source.columns})


def _create_table_as(world: World, node: Tree, revision: str) -> World:
    name = name_of(relation_name(node["into"]["rel"]))
    if node["objtype"] == "OBJECT_MATVIEW":
        return _with_view(
            world, View(name, _reads(node["query"]), mentioned_names(node["query"]), True, revision)
        )
    return replace(world, tables={**world.tables, name: Table(name, revision, whole=False)})


def _view(world: World, node: Tree, revision: str) -> World:
    name = name_of(relation_name(node["view"]))
    view = View(name, _reads(node["query"]), mentioned_names(node["query"]), made_in=revision)
    return _with_view(world, view)


def _with_view(world: World, view: View) -> World:
    return replace(world, views={**world.views, view.name: view})


def _reads(query: Tree) -> frozenset[tuple[str, str]]:
    return frozenset(name_of(source.relation) for source in read_relations(query))


def _create_index(world: World, node: Tree, revision: str) -> World:
    del revision
    table = name_of(relation_name(node["relation"]))
    columns = tuple(one["IndexElem"].get("name") for one in node.get("indexParams", ()))
    written = node.get("idxname") or "_".join((table[1], *(one or "expr" for one in columns), "idx"))
    name = (table[0], written)
    if name in world.indexes and node.get("if_not_exists"):
        return world
    index = Index(
        name,
        table,
        columns,
        unique=bool(node.get("unique")),
        partial="whereClause" in node,
        method=node.get("accessMethod") or "btree",
        valid=bool(node["relation"].get("inh")),
        tablespace=node.get("tableSpace") or "pg_default",
    )
    return replace(world, indexes={**world.indexes, name: index})


def _create_enum(world: World, node: Tree, revision: str) -> World:
    name = dotted(node["typeName"]).name
    labels = tuple(one["String"]["sval"] for one in node.get("vals", ()))
    return replace(
        world,
        enums={**world.enums, name: labels},
        enums_made_in={**world.enums_made_in, name: revision},
    )


def _alter_enum(world: World, node: Tree, revision: str) -> World:
    del revision
    name = dotted(node["typeName"]).name
    labels = world.enums.get(name)
    if labels is None or node["newVal"] in labels:
        return world
    if "oldVal" in node:
        changed = tuple(node["newVal"] if one == node["oldVal"] else one for one in labels)
    else:
        changed = (*labels, node["newVal"])
    return replace(world, enums={**world.enums, name: changed})


def _create_domain(world: World, node: Tree, revision: str) -> World:
    del revision
    constrained = any(
        one["Constraint"]["contype"] in ("CONSTR_CHECK", "CONSTR_NOTNULL")
        for one in node.get("constraints", ())
    )
    return replace(world, domains={**world.domains, dotted(node["domainname"]).name: constrained})


def _alter_domain(world: World, node: Tree, revision: str) -> World:
    del revision
    if node["subtype"] in ("C", "O"):
        return replace(world, domains={**world.domains, dotted(node["typeName"]).name: True})
    return world


def _create_function(world: World, node: Tree, revision: str) -> World:
    del revision
    said = options(node.get("options", ())).get("volatility") or "volatile"
    return replace(world, functions={**world.functions, dotted(node["funcname"]).name: Volatility(said)})


def _create_policy(world: World, node: Tree, revision: str) -> World:
    del revision
    table = name_of(relation_name(node["table"]))
    return replace(world, policies=world.policies | {(table, node["policy_name"])})


def _publication(world: World, node: Tree, revision: str) -> World:
    del revision
    if node.get("for_all_tables"):
        return replace(world, published=world.published | {("", "")})
    tables = {
        name_of(relation_name(one["PublicationObjSpec"]["pubtable"]["relation"]))
        for one in node.get("pubobjects", ())
        if "pubtable" in one.get("PublicationObjSpec", {})
    }
    return replace(world, published=world.published | tables)


def _set(world: World, node: Tree, revision: str) -> World:
    del revision
    if node.get("name") != "timezone" or node["kind"] != "VAR_SET_VALUE":
        return world
    value = node["args"][0].get("A_Const", {}).get("sval", {}).get("sval", "")
    return replace(world, utc=value.upper() in ("UTC", "ETC/UTC", "GMT"))


_CHANGES: Final[Mapping[str, Change]] = {
    "CreateStmt": _create_table,
    "CreateTableAsStmt": _create_table_as,
    "ViewStmt": _view,
    "IndexStmt": _create_index,
    "CreateEnumStmt": _create_enum,
    "AlterEnumStmt": _alter_enum,
    "CreateDomainStmt": _create_domain,
    "AlterDomainStmt": _alter_domain,
    "CreateFunctionStmt": _create_function,
    "CreatePolicyStmt": _create_policy,
    "CreatePublicationStmt": _publication,
    "AlterPublicationStmt": _publication,
    "VariableSetStmt": _set,
    "AlterTableStmt": altering.alter_table,
    "DropStmt": dropping.drop,
    "RenameStmt": dropping.rename,
    "AlterObjectSchemaStmt": dropping.set_schema,
}
