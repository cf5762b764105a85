"""Rules on ids, messages and heads."""

from __future__ import annotations

from typing import Final

from toolkit.migrate.lint.history import HistoryScope
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import ERROR, INFO, WARNING, Found, Said, history_rule, revision_rule

_LONGEST_ID: Final = 32


@history_rule(
    "heads-multiple",
    WARNING,
    name="Several heads",
    why="`upgrade head` refuses to choose, and a deployment that says so fails.",
    example="""
# in two revisions that nothing follows
down_revision = "4f1c2a9b7d30"
""",
    language="python",
    safe="`neonkit merge heads`, or make the newer one follow the other.",
)
def heads_multiple(scope: HistoryScope) -> Found:
    """A history with more than one head, where no branch labels say that it is meant so."""
    heads = [scope.graph.get(one) for one in scope.graph.heads]
    if len(heads) > 1 and not all(one is not None and one.labels for one in heads):
        listed = ", ".join(scope.graph.heads)
        yield Said(f"There are {len(heads)} heads: {listed}.", subject=scope.graph.heads[-1])


@revision_rule(
    "id-too-long",
    ERROR,
    name="Revision id of more than 32 characters",
    why="Alembic's version table holds 32; writing the id fails after everything else was done (22001).",
    example="""
revision = "20250310_users_and_tasks_and_their_links"

def upgrade():
    op.add_column("tasks", sa.Column("colour", sa.Text()))

def downgrade():
    op.drop_column("tasks", "colour")
""",
    language="python",
    safe="A shorter id.",
)
def id_too_long(scope: RevisionScope) -> Found:
    """A revision id that the version table's column does not hold."""
    if not scope.is_file and len(scope.id) > _LONGEST_ID:
        line = scope.revision.line if scope.revision is not None else None
        yield Said(f"{scope.id} has {len(scope.id)} characters.", line=line)


@revision_rule(
    "message-missing",
    INFO,
    name="Revision without a message",
    why="The history lists ids that mean nothing.",
    example="""
def upgrade():
    op.add_column("tasks", sa.Column("colour", sa.Text()))

def downgrade():
    op.drop_column("tasks", "colour")
""",
    language="python",
    safe="A docstring that says what the revision is for.",
)
def message_missing(scope: RevisionScope) -> Found:
    """A revision whose file has no docstring, or an empty one."""
    if scope.revision is not None and scope.revision.message in ("", "empty message"):
        yield Said("Nothing says what the revision is for.", line=1)
