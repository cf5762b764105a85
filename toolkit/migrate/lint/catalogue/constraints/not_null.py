"""Rules on refusing nulls from now on."""

from __future__ import annotations

from typing import Final

from toolkit.findings import Fix
from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import each_hurting, hurting, said_of
from toolkit.migrate.lint.rule import ERROR, Found, Said, statement_rule
from toolkit.sql.classify import Role, StatementKind
from toolkit.sql.quoting import quote_identifier

_K = StatementKind
_SAFE_SQL: Final = """
ALTER TABLE tasks ADD CONSTRAINT ck_tasks_status CHECK (status IS NOT NULL) NOT VALID;
-- next revision
ALTER TABLE tasks VALIDATE CONSTRAINT ck_tasks_status;
-- next revision
ALTER TABLE tasks ALTER COLUMN status SET NOT NULL;
ALTER TABLE tasks DROP CONSTRAINT ck_tasks_status;
"""
_SAFE_OPERATIONS: Final = """
op.create_check_constraint("ck_tasks_status", "tasks", "status IS NOT NULL", postgresql_not_valid=True)
# in the next revision
op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT ck_tasks_status")
# in the next revision
op.alter_column("tasks", "status", nullable=False)
op.drop_constraint("ck_tasks_status", "tasks")
"""


@statement_rule(
    "not-null-unproven",
    ERROR,
    name="SET NOT NULL that has to look at every row",
    why="Nobody reads or writes while the rows are read. A valid check that says the same spares the "
    "reading.",
    example="ALTER TABLE tasks ALTER COLUMN status SET NOT NULL;",
    safe="Prove it first with a check that is added NOT VALID and validated in a later revision.",
    safe_sql=_SAFE_SQL,
    safe_operations=_SAFE_OPERATIONS,
)
def not_null_unproven(act: Act) -> Found:
    """SET NOT NULL of a column of which no valid constraint is known to say so."""
    for impact in hurting(act, _K.ALTER_TABLE_SET_NOT_NULL, _K.ALTER_TABLE_SET_NOT_NULL_UNPROVEN):
        (table,) = impact.part.named(Role.TABLE)
        column = impact.part.attributes["column"]
        said = said_of(impact, f"Proving that {table}.{column} holds no null")
        fix = _fix(str(table), table.name, column)
        yield Said(said.sentence, f"{table}.{column}", said.evidence, said.severity, fix, about=said.about)


def _fix(table: str, plain: str, column: str) -> Fix:
    name = quote_identifier(f"ck_{plain}_{column}_given")
    check = f"CHECK ({quote_identifier(column)} IS NOT NULL) NOT VALID"
    sql = (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {check}",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}",
        f"ALTER TABLE {table} ALTER COLUMN {quote_identifier(column)} SET NOT NULL",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
    words = "prove it with a check first, each step but the last in a transaction of its own"
    return Fix(words, sql, tuple(f"op.execute({each!r})" for each in sql))


@statement_rule(
    "not-null-constraint-validated",
    ERROR,
    name="NOT NULL constraint added and proven in one step",
    why="Every row is read while nobody can read or write the table.",
    example="ALTER TABLE tasks ADD CONSTRAINT nn_tasks_status NOT NULL status;",
    safe="Add it NOT VALID (PostgreSQL 18), and VALIDATE it in a later revision.",
    safe_sql="""
ALTER TABLE tasks ADD CONSTRAINT nn_tasks_status NOT NULL status NOT VALID;
-- next revision
ALTER TABLE tasks VALIDATE CONSTRAINT nn_tasks_status;
""",
    safe_operations="""
op.execute("ALTER TABLE tasks ADD CONSTRAINT nn_tasks_status NOT NULL status NOT VALID")
# in the next revision
op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT nn_tasks_status")
""",
)
def not_null_constraint_validated(act: Act) -> Found:
    """ADD CONSTRAINT ... NOT NULL without NOT VALID, as PostgreSQL 18 has it."""
    yield from each_hurting(act, "Adding NOT NULL to {0}", _K.ALTER_TABLE_ADD_NOT_NULL_CONSTRAINT_VALIDATED)
