"""Rules on the way back."""

from __future__ import annotations

import ast

from toolkit.migrate.lint.reading.source import Source, body_of
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import INFO, WARNING, Found, Said, revision_rule
from toolkit.migrate.lint.world import World
from toolkit.sql.quoting import qualified

_SAFE = "Write the operations that undo what the upgrade does, in the opposite order."


def _does_something(scope: RevisionScope) -> bool:
    source = scope.source
    return bool(source and source.upgrade and not _is_empty(source.upgrade))


def _is_empty(function: ast.FunctionDef) -> bool:
    return all(isinstance(one, ast.Pass) or _is_constant(one) for one in body_of(function))


def _is_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _raises(source: Source) -> ast.Raise | None:
    body = body_of(source.downgrade) if source.downgrade else []
    return body[0] if body and isinstance(body[0], ast.Raise) else None


@revision_rule(
    "downgrade-missing",
    WARNING,
    name="No downgrade",
    why="Alembic ends with an error when it is asked for.",
    example="""
def upgrade():
    op.add_column("tasks", sa.Column("colour", sa.Text()))
""",
    language="python",
    safe=_SAFE,
)
def downgrade_missing(scope: RevisionScope) -> Found:
    """A revision without a function `downgrade`."""
    if _does_something(scope) and scope.source is not None and scope.source.downgrade is None:
        yield Said(
            "There is no downgrade.", line=scope.source.upgrade.lineno if scope.source.upgrade else None
        )


@revision_rule(
    "downgrade-empty",
    WARNING,
    name="Downgrade that does nothing",
    why="The version goes back while the schema stays: the next upgrade fails on what is there already.",
    example="""
def upgrade():
    op.add_column("tasks", sa.Column("colour", sa.Text()))

def downgrade():
    pass
""",
    language="python",
    safe=_SAFE + " If there is no way back, raise an error that says so.",
)
def downgrade_empty(scope: RevisionScope) -> Found:
    """A downgrade whose body is `pass`, in a revision whose upgrade does something."""
    source = scope.source
    if source and source.downgrade and _is_empty(source.downgrade) and _does_something(scope):
        yield Said("The version goes back and the schema stays.", line=source.downgrade.lineno)


@revision_rule(
    "downgrade-raises",
    INFO,
    name="No way back, and it says so",
    why="It is honest, and a downgrade past this revision stops here.",
    example="""
def upgrade():
    op.execute("UPDATE tasks SET status = lower(status) WHERE status <> lower(status)")

def downgrade():
    raise NotImplementedError("the old spelling is lost")
""",
    language="python",
    safe="Nothing, if the change cannot be undone.",
)
def downgrade_raises(scope: RevisionScope) -> Found:
    """A downgrade that raises."""
    if scope.source is not None and (found := _raises(scope.source)) is not None:
        yield Said("A downgrade stops here.", line=found.lineno)


@revision_rule(
    "downgrade-not-inverse",
    WARNING,
    name="Downgrade that does not undo the upgrade",
    why="What the upgrade makes stays, or what it drops does not come back: the next upgrade fails, or the "
    "schema is another one than before.",
    example="""
def upgrade():
    op.add_column("tasks", sa.Column("colour", sa.Text()))
    op.add_column("tasks", sa.Column("shape", sa.Text()))

def downgrade():
    op.drop_column("tasks", "colour")
""",
    language="python",
    safe=_SAFE + " `neonkit rehearse` compares the schemas exactly.",
)
def downgrade_not_inverse(scope: RevisionScope) -> Found:
    """Tables, columns, indexes or constraints that differ after up and down, as far as statements show."""
    if not scope.down or scope.source is None or scope.rendered.recorded:
        return
    back = scope.down[-1].after
    stay = sorted(_things(back) - _things(scope.start))
    gone = sorted(_things(scope.start) - _things(back))
    line = scope.source.downgrade.lineno if scope.source.downgrade else None
    if stay:
        yield Said(
            f"After the downgrade there still is: {', '.join(stay)}.", line=line, evidence={"stays": stay}
        )
    if gone:
        yield Said(f"After the downgrade there is no {', '.join(gone)}.", line=line, evidence={"lost": gone})


def _things(world: World) -> set[str]:
    found = set()
    for name, table in world.tables.items():
        written = qualified(name[0] or None, name[1])
        found.add(f"table {written}")
        found |= {f"column {written}.{column}" for column in table.columns}
        found |= {f"constraint {one} of {written}" for one in table.constraints}
    found |= {f"index {qualified(name[0] or None, name[1])}" for name in world.indexes}
    found |= {f"view {qualified(name[0] or None, name[1])}" for name in world.views}
    return found
