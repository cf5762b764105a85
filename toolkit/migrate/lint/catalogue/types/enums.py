"""Rules on enum types."""

from __future__ import annotations

from toolkit.migrate.lint.act import Act, in_transactions
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import ERROR, INFO, WARNING, Found, Said, revision_rule, statement_rule
from toolkit.sql.classify import StatementKind
from toolkit.sql.classify.reading import dotted, fields_named

_K = StatementKind


@revision_rule(
    "enum-value-used-same-transaction",
    ERROR,
    name="New enum value used before it is committed",
    why="PostgreSQL refuses it (55P04) unless the type was made in the same transaction.",
    example="ALTER TYPE mood ADD VALUE 'calm'; UPDATE diaries SET mood = 'calm' WHERE id = 1;",
    safe="Add the value in a revision of its own, or in an autocommit block before its use.",
    safe_sql="COMMIT; ALTER TYPE mood ADD VALUE 'calm'; BEGIN; UPDATE diaries SET mood = 'calm' WHERE id "
    "= 1;",
    safe_operations="""
with op.get_context().autocommit_block():
    op.execute("ALTER TYPE mood ADD VALUE 'calm'")
op.execute("UPDATE diaries SET mood = 'calm' WHERE id = 1")
""",
)
def enum_value_used_same_transaction(scope: RevisionScope) -> Found:
    """A literal with the new value, in a statement after ADD VALUE in the same transaction."""
    for acts in in_transactions(scope.acts):
        added: dict[str, str] = {}
        for act in acts:
            literals = {
                one.get("sval") for one in fields_named(act.statement.tree, "sval") if isinstance(one, dict)
            }
            for value, type_ in added.items():
                if value in literals:
                    yield Said(f"{value!r} of {type_} cannot be used before the commit.", type_, act=act)
            for part in act.of(_K.ALTER_ENUM_ADD_VALUE):
                plain = part.attributes["type"].rpartition(".")[2]
                if act.before.enums_made_in.get(plain) != act.revision:
                    added[part.attributes["value"]] = part.attributes["type"]


@statement_rule(
    "enum-value-order",
    INFO,
    name="New enum value without a place",
    why="It goes to the end, and the order of an enum is how its values compare and sort.",
    example="ALTER TYPE mood ADD VALUE 'calm';",
    safe="Say BEFORE or AFTER which value it belongs.",
    safe_sql="ALTER TYPE mood ADD VALUE 'calm' BEFORE 'glad';",
    safe_operations="op.execute(\"ALTER TYPE mood ADD VALUE 'calm' BEFORE 'glad'\")",
)
def enum_value_order(act: Act) -> Found:
    """ALTER TYPE ADD VALUE without BEFORE or AFTER."""
    for part in act.of(_K.ALTER_ENUM_ADD_VALUE):
        if "newValNeighbor" not in act.statement.node:
            sentence = f"{part.attributes['value']!r} sorts after every other value."
            yield Said(sentence, part.attributes["type"])


@revision_rule(
    "enum-rebuilt-for-append",
    WARNING,
    name="Enum made anew where a value could be added",
    why="A new type and a cast write every table with a column of the type anew; ADD VALUE touches no row.",
    example="""
ALTER TYPE mood RENAME TO mood_old;
CREATE TYPE mood AS ENUM ('sad', 'glad', 'calm');
ALTER TABLE diaries ALTER COLUMN mood TYPE mood USING mood::text::mood;
DROP TYPE mood_old;
""",
    safe="ALTER TYPE ... ADD VALUE.",
    safe_sql="ALTER TYPE mood ADD VALUE 'calm' AFTER 'glad';",
    safe_operations="op.execute(\"ALTER TYPE mood ADD VALUE 'calm' AFTER 'glad'\")",
)
def enum_rebuilt_for_append(scope: RevisionScope) -> Found:
    """A new enum with every value of one that goes in the same revision, and more."""
    gone = scope.start.enums
    for name, labels in scope.end.enums.items():
        if scope.end.enums_made_in.get(name) != scope.id:
            continue
        for old, before in gone.items():
            replaced = old == name or old not in scope.end.enums
            if replaced and set(before) < set(labels):
                more = ", ".join(one for one in labels if one not in before)
                yield Said(f"It only adds {more}: ADD VALUE would do.", name)


@revision_rule(
    "enum-left-behind",
    WARNING,
    name="Way back leaves an enum type",
    why="Dropping the tables does not drop the type, and the next upgrade fails: the type exists (42710).",
    example="""
def upgrade():
    op.create_table("pets", sa.Column("kind", sa.Enum("cat", "dog", name="pet_kind")))

def downgrade():
    op.drop_table("pets")
""",
    language="python",
    safe="DROP TYPE in the downgrade.",
)
def enum_left_behind(scope: RevisionScope) -> Found:
    """An enum that the upgrade makes and the downgrade, which drops something, does not drop."""
    if scope.down is None or not scope.down:
        return
    dropped = {
        dotted(one["names"]).name
        for act in scope.down
        if any(True for _ in act.of(_K.DROP_TYPE))
        for one in fields_named(act.statement.tree, "TypeName")
    }
    for name, made in scope.end.enums_made_in.items():
        if made == scope.id and name not in dropped and name not in scope.start.enums:
            yield Said(f"The downgrade does not drop the type {name}.", name)


@statement_rule(
    "enum-value-rename",
    WARNING,
    name="Enum value renamed",
    why="Code and queries that write the old value fail at once.",
    example="ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';",
    safe="Add the new value, move the rows and the code over, and leave the old one alone.",
)
def enum_value_rename(act: Act) -> Found:
    """ALTER TYPE RENAME VALUE."""
    for part in act.of(_K.ALTER_ENUM_RENAME_VALUE):
        yield Said("Code that still writes the old value fails at once.", part.attributes["type"])


@statement_rule(
    "enum-create",
    INFO,
    name="New enum type",
    why="Values can be added and renamed, but never removed.",
    example="CREATE TYPE colour AS ENUM ('red', 'green');",
    safe="A lookup table, or a text with a check, where the values may change.",
)
def enum_create(act: Act) -> Found:
    """CREATE TYPE ... AS ENUM."""
    for _ in act.of(_K.CREATE_ENUM):
        yield Said("Its values can never be removed.", dotted(act.statement.node["typeName"]).name)
