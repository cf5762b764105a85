"""Rules on checks, and on constraints that are added before they are believed."""

from __future__ import annotations

from typing import Final

from toolkit.migrate.lint.act import Act, in_transactions
from toolkit.migrate.lint.catalogue.speaking import each_hurting
from toolkit.migrate.lint.history import HistoryScope
from toolkit.migrate.lint.impact import is_in_use
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import (
    ERROR,
    INFO,
    WARNING,
    Found,
    Said,
    history_rule,
    revision_rule,
    statement_rule,
)
from toolkit.sql.classify import Role, StatementKind
from toolkit.sql.classify.reading import fields_named

_K = StatementKind
_SAFE_SQL: Final = """
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_price CHECK (price >= 0) NOT VALID;
-- next revision
ALTER TABLE tasks VALIDATE CONSTRAINT ck_tasks_price;
"""
_SAFE_OPERATIONS: Final = """
op.create_check_constraint("ck_tasks_price", "tasks", "price >= 0", postgresql_not_valid=True)
# in the next revision
op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT ck_tasks_price")
"""


@statement_rule(
    "check-add-validated",
    ERROR,
    name="Check added and proven in one step",
    why="Every row is read while nobody can read or write the table.",
    example="ALTER TABLE tasks ADD CONSTRAINT ck_tasks_price CHECK (price >= 0);",
    safe="Add it NOT VALID, which is instant and binds new rows, and VALIDATE it in a later revision, which "
    "reads under a lock that lets everybody work.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def check_add_validated(act: Act) -> Found:
    """ADD CHECK without NOT VALID on a table that an earlier revision made."""
    yield from each_hurting(act, "Adding the check to {0}", _K.ALTER_TABLE_ADD_CHECK_VALIDATED)


@statement_rule(
    "domain-constraint-add",
    ERROR,
    name="Constraint added to a domain in one step",
    why="Every table with a column of the domain is read, with writers kept out of all of them.",
    example="ALTER DOMAIN positive ADD CONSTRAINT positive_small CHECK (value < 1000);",
    safe="Add it NOT VALID, and VALIDATE it in a later revision.",
    safe_sql="ALTER DOMAIN positive ADD CONSTRAINT positive_small CHECK (value < 1000) NOT VALID;",
    safe_operations='op.execute("ALTER DOMAIN positive ADD CONSTRAINT positive_small '
    'CHECK (value < 1000) NOT VALID")',
)
def domain_constraint_add(act: Act) -> Found:
    """ALTER DOMAIN ADD CONSTRAINT without NOT VALID, or SET NOT NULL."""
    what = "Constraining the domain {type}"
    kinds = (_K.ALTER_DOMAIN_ADD_CONSTRAINT_VALIDATED, _K.ALTER_DOMAIN_SET_NOT_NULL)
    yield from each_hurting(act, what, *kinds)


@statement_rule(
    "constraint-added-not-enforced",
    WARNING,
    name="Constraint that guards nothing",
    why="NOT ENFORCED looks like a constraint to readers and tools, and no row is ever held to it; "
    "turning it "
    "on later reads the table under the strongest lock.",
    example="ALTER TABLE tasks ADD CONSTRAINT ck_tasks_price CHECK (price >= 0) NOT ENFORCED;",
    safe="Prefer NOT VALID, which binds every new row.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def constraint_not_enforced(act: Act) -> Found:
    """A check or foreign key that is NOT ENFORCED."""
    for part in act.of(_K.ALTER_TABLE_ADD_CHECK_NOT_ENFORCED, _K.ALTER_TABLE_ADD_FOREIGN_KEY_NOT_ENFORCED):
        yield Said("No row is ever held to this constraint.", about=part.named(Role.TABLE))


@statement_rule(
    "constraint-enforced-later",
    ERROR,
    name="Constraint switched on",
    why="The rows are read to prove it, with users kept out.",
    example="ALTER TABLE tasks ALTER CONSTRAINT tasks_user_id_fkey ENFORCED;",
    safe="Add a second constraint NOT VALID, VALIDATE it, and drop the one that was not enforced.",
)
def constraint_enforced_later(act: Act) -> Found:
    """ALTER CONSTRAINT ... ENFORCED."""
    what = "Enforcing {constraint} of {0}"
    yield from each_hurting(act, what, _K.ALTER_TABLE_ALTER_CONSTRAINT_ENFORCEABILITY)


@statement_rule(
    "constraint-unnamed",
    INFO,
    name="Constraint without a name",
    why="PostgreSQL makes a name up, another one on another day; the way back and later revisions cannot "
    "name "
    "what they drop.",
    example="ALTER TABLE tasks ADD CHECK (price >= 0) NOT VALID;",
    safe="Name it, or let a naming convention of the metadata do so.",
    safe_sql="ALTER TABLE tasks ADD CONSTRAINT ck_tasks_price CHECK (price >= 0) NOT VALID;",
    safe_operations='op.create_check_constraint("ck_tasks_price", "tasks", "price >= 0", '
    "postgresql_not_valid=True)",
)
def constraint_unnamed(act: Act) -> Found:
    """ALTER TABLE ADD of a check, key or foreign key that has no name."""
    for command in fields_named(act.statement.tree, "AlterTableCmd"):
        if command.get("subtype") != "AT_AddConstraint":
            continue
        constraint = command["def"]["Constraint"]
        if "conname" not in constraint and "indexname" not in constraint:
            tables = tuple(
                dict.fromkeys(one for part in act.classified.parts for one in part.named(Role.TABLE))
            )
            yield Said("The constraint has no name.", about=tables)


@revision_rule(
    "validate-in-adding-transaction",
    ERROR,
    name="Constraint added and validated in one transaction",
    why="The strong lock of the ADD is held until the transaction ends, so the reading that VALIDATE does "
    "keeps everybody out after all.",
    example="""
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_price CHECK (price >= 0) NOT VALID;
ALTER TABLE tasks VALIDATE CONSTRAINT ck_tasks_price;
""",
    safe="Two revisions, each with a transaction of its own (`transaction_per_migration=True` in env.py), or "
    "an autocommit block.",
    safe_sql="""
COMMIT;
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_price CHECK (price >= 0) NOT VALID;
ALTER TABLE tasks VALIDATE CONSTRAINT ck_tasks_price;
""",
    safe_operations="""
with op.get_context().autocommit_block():
    op.execute("ALTER TABLE tasks ADD CONSTRAINT ck_tasks_price CHECK (price >= 0) NOT VALID")
    op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT ck_tasks_price")
""",
)
def validate_in_adding_transaction(scope: RevisionScope) -> Found:
    """VALIDATE CONSTRAINT in the transaction that added the constraint NOT VALID."""
    added_by = (
        _K.ALTER_TABLE_ADD_CHECK_NOT_VALID,
        _K.ALTER_TABLE_ADD_FOREIGN_KEY_NOT_VALID,
        _K.ALTER_TABLE_ADD_NOT_NULL_CONSTRAINT_NOT_VALID,
    )
    for acts in in_transactions(scope.acts):
        added: set[tuple[str, str]] = set()
        for act in acts:
            for part in act.classified.parts:
                table = next(iter(part.named(Role.TABLE)), None)
                if table is None or not is_in_use(act, table):
                    continue
                key = (str(table), part.attributes.get("constraint", ""))
                if part.kind in added_by:
                    added.add(key)
                elif part.kind.value.startswith("alter_table.validate_constraint") and key in added:
                    sentence = f"The lock of adding {key[1]} is still held while the rows are read."
                    yield Said(sentence, about=(table,), act=act)


@history_rule(
    "not-valid-never-validated",
    WARNING,
    name="Constraint that stays NOT VALID",
    why="Old rows may break it for ever, and the planner and SET NOT NULL cannot lean on it.",
    example="ALTER TABLE tasks ADD CONSTRAINT ck_tasks_price CHECK (price >= 0) NOT VALID;",
    safe="A later revision that runs VALIDATE CONSTRAINT.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def not_valid_never_validated(scope: HistoryScope) -> Found:
    """A constraint that a linted revision added NOT VALID and that is not valid at the end of the history."""
    for one in scope.linted:
        for act in one.acts:
            for name, table in act.after.tables.items():
                old, end = act.before.tables.get(name), scope.end.tables.get(name)
                if old is table or end is None:
                    continue
                for key, constraint in table.constraints.items():
                    is_new = old is None or key not in old.constraints
                    last = end.constraints.get(key)
                    if is_new and not constraint.valid and last is not None and not last.valid:
                        yield Said(f"No revision validates {key}.", subject=one.id, line=act.line)
