"""`CREATE` of relations: tables, indexes, views, triggers, rules, policies, publications."""

from __future__ import annotations

from toolkit.sql.classify.kinds import StatementKind
from toolkit.sql.classify.parts import Named, Part, Role
from toolkit.sql.classify.reading import fields_named, named, relation_name
from toolkit.sql.parse import Tree

_K = StatementKind


def parts_of_create_table(node: Tree) -> list[Part]:
    """The parts of a `CreateStmt`: one per bond to another table, or one plain part."""
    new = named(Role.NEW, node["relation"])
    attributes = {"if_not_exists": "true"} if node.get("if_not_exists") else {}
    parts = []
    for parent in node.get("inhRelations", ()):
        kind = _K.CREATE_TABLE_PARTITION_OF if "partbound" in node else _K.CREATE_TABLE_INHERITS
        parts.append(Part(kind, (new, named(Role.PARENT, parent["RangeVar"])), attributes))
    for element in node.get("tableElts", ()):
        if "TableLikeClause" in element:
            source = named(Role.SOURCE, element["TableLikeClause"]["relation"])
            parts.append(Part(_K.CREATE_TABLE_LIKE, (new, source), attributes))
    for referenced in fields_named(node, "pktable"):
        if relation_name(referenced) != new.relation:
            bond = (new, named(Role.REFERENCED, referenced))
            parts.append(Part(_K.CREATE_TABLE_FOREIGN_KEY, bond, attributes))
    return parts or [Part(_K.CREATE_TABLE_PLAIN, (new,), attributes)]


def parts_of_create_table_as(node: Tree) -> list[Part]:
    """The part of a `CreateTableAsStmt`: a table or a materialized view."""
    new = named(Role.NEW, node["into"]["rel"])
    relations = (new, *read_relations(node.get("query")))
    if node["objtype"] != "OBJECT_MATVIEW":
        return [Part(_K.CREATE_TABLE_AS, relations)]
    if node["into"].get("skipData"):
        return [Part(_K.CREATE_MATERIALIZED_VIEW_NO_DATA, relations)]
    return [Part(_K.CREATE_MATERIALIZED_VIEW_WITH_DATA, relations)]


def parts_of_create_index(node: Tree) -> list[Part]:
    """The part of an `IndexStmt`."""
    table = named(Role.TABLE, node["relation"])
    attributes = {"index": node["idxname"]} if "idxname" in node else {}
    attributes |= {key: "true" for key in ("unique", "if_not_exists") if node.get(key)}
    if node.get("concurrent"):
        return [Part(_K.CREATE_INDEX_CONCURRENTLY, (table,), attributes)]
    if not node["relation"].get("inh"):
        return [Part(_K.CREATE_INDEX_ON_ONLY, (table,), attributes)]
    return [Part(_K.CREATE_INDEX_BLOCKING, (table,), attributes)]


def parts_of_view(node: Tree) -> list[Part]:
    """The part of a `ViewStmt`."""
    sources = read_relations(node["query"])
    if node.get("replace"):
        return [Part(_K.REPLACE_VIEW, (named(Role.TABLE, node["view"]), *sources))]
    return [Part(_K.CREATE_VIEW, (named(Role.NEW, node["view"]), *sources))]


def parts_of_trigger(node: Tree) -> list[Part]:
    """The part of a `CreateTrigStmt`."""
    return [Part(_K.CREATE_TRIGGER, (named(Role.TABLE, node["relation"]),), {"trigger": node["trigname"]})]


def parts_of_rule(node: Tree) -> list[Part]:
    """The part of a `RuleStmt`."""
    return [Part(_K.CREATE_RULE, (named(Role.TABLE, node["relation"]),), {"rule": node["rulename"]})]


def parts_of_policy(node: Tree) -> list[Part]:
    """The part of a `CreatePolicyStmt`."""
    return [Part(_K.CREATE_POLICY, (named(Role.TABLE, node["table"]),), {"policy": node["policy_name"]})]


def parts_of_policy_change(node: Tree) -> list[Part]:
    """The part of an `AlterPolicyStmt`."""
    return [Part(_K.ALTER_POLICY, (named(Role.TABLE, node["table"]),), {"policy": node["policy_name"]})]


def parts_of_publication(node: Tree) -> list[Part]:
    """The part of a `CreatePublicationStmt`."""
    if node.get("for_all_tables"):
        return [Part(_K.CREATE_PUBLICATION_FOR_ALL_TABLES)]
    return [Part(_K.CREATE_PUBLICATION_FOR_TABLES, _published(node))]


def parts_of_publication_change(node: Tree) -> list[Part]:
    """The part of an `AlterPublicationStmt`."""
    return [Part(_K.ALTER_PUBLICATION, _published(node))]


def _published(node: Tree) -> tuple[Named, ...]:
    return tuple(named(Role.TABLE, table["relation"]) for table in fields_named(node, "pubtable"))


def read_relations(query: Tree | None) -> tuple[Named, ...]:
    """The relations that a query reads, common table expressions left out."""
    hidden = {expression["ctename"] for expression in fields_named(query, "CommonTableExpr")}
    found = [named(Role.SOURCE, variable) for variable in fields_named(query, "RangeVar")]
    return tuple(
        dict.fromkeys(one for one in found if one.relation.schema or one.relation.name not in hidden)
    )
