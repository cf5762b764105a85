"""From a statement to its kinds: one reader per type of tree. What has none is `unknown`, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from toolkit.sql.classify import create, drop, objects, work
from toolkit.sql.classify.alter_table import parts_of_alter_table
from toolkit.sql.classify.kinds import StatementKind
from toolkit.sql.classify.knowledge import NOTHING_KNOWN, Knowledge
from toolkit.sql.classify.parts import Classified, Part
from toolkit.sql.classify.reading import is_on, options
from toolkit.sql.parse import Statement, Tree, parse_statement

_READERS: Final[Mapping[str, Callable[[Tree], list[Part]]]] = {
    "CreateStmt": create.parts_of_create_table,
    "CreateTableAsStmt": create.parts_of_create_table_as,
    "IndexStmt": create.parts_of_create_index,
    "ViewStmt": create.parts_of_view,
    "CreateTrigStmt": create.parts_of_trigger,
    "RuleStmt": create.parts_of_rule,
    "CreatePolicyStmt": create.parts_of_policy,
    "AlterPolicyStmt": create.parts_of_policy_change,
    "CreatePublicationStmt": create.parts_of_publication,
    "AlterPublicationStmt": create.parts_of_publication_change,
    "DropStmt": drop.parts_of_drop,
    "TruncateStmt": drop.parts_of_truncate,
    "RenameStmt": drop.parts_of_rename,
    "AlterObjectSchemaStmt": drop.parts_of_set_schema,
    "CommentStmt": drop.parts_of_comment,
    "SelectStmt": work.parts_of_select,
    "InsertStmt": work.parts_of_insert,
    "UpdateStmt": work.parts_of_update,
    "DeleteStmt": work.parts_of_delete,
    "MergeStmt": work.parts_of_merge,
    "CopyStmt": work.parts_of_copy,
    "VacuumStmt": work.parts_of_vacuum,
    "ClusterStmt": work.parts_of_cluster,
    "ReindexStmt": work.parts_of_reindex,
    "RefreshMatViewStmt": work.parts_of_refresh,
    "LockStmt": work.parts_of_lock,
    "AlterEnumStmt": objects.parts_of_enum_change,
    "AlterDomainStmt": objects.parts_of_domain_change,
    "CreateFunctionStmt": objects.parts_of_function,
    "CreateSeqStmt": objects.parts_of_sequence,
    "AlterSeqStmt": objects.parts_of_sequence_change,
    "CreateStatsStmt": objects.parts_of_statistics,
    "GrantStmt": objects.parts_of_grant,
    "GrantRoleStmt": objects.parts_of_membership,
    "VariableSetStmt": objects.parts_of_set,
    "TransactionStmt": objects.parts_of_transaction,
}


def classify(statement: Statement | str, known: Knowledge = NOTHING_KNOWN) -> Classified:
    """What the statement does, as parts of known kinds.

    With a catalog's `known` answers, kinds that the text leaves open are told apart.

    Raises:
        SqlSyntaxError: a text was given that is not one statement.
    """
    if isinstance(statement, str):
        statement = parse_statement(statement)
    return Classified(statement, tuple(_parts(statement.node_type, statement.node, known)))


def _parts(node_type: str, node: Tree, known: Knowledge) -> list[Part]:
    if node_type in objects.ONE_KIND:
        return [Part(objects.ONE_KIND[node_type])]
    if node_type == "ExplainStmt":
        return _of_explain(node, known)
    if node_type == "AlterTableStmt":
        return parts_of_alter_table(node, known)
    reader = _READERS.get(node_type)
    return reader(node) if reader else [Part(StatementKind.UNKNOWN)]


def _of_explain(node: Tree, known: Knowledge) -> list[Part]:
    """EXPLAIN plans, which locks as the query does; ANALYZE runs the query, so it is the query."""
    query_type, query = next(iter(node["query"].items()))
    parts = _parts(query_type, query, known)
    if is_on(options(node.get("options", ())), "analyze"):
        return parts
    return [Part(StatementKind.EXPLAIN, tuple(named for part in parts for named in part.relations))]
