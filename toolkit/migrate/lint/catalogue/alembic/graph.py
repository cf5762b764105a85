"""Rules on ids, messages and heads."""

from __future__ import annotations

from toolkit.migrate.lint.history import HistoryScope
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import ERROR, INFO, WARNING, Found, Said, history_rule, revision_rule
from toolkit.migrate.versions import USUAL_WIDTH


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
    why="Alembic's version table holds 32, unless somebody widened it. neonkit stops before such a revision; "
    "Alembic alone runs it and fails at its end (22001).",
    example="""
revision = "20250310_users_and_tasks_and_their_links"

def upgrade():
    op.add_column("tasks", sa.Column("colour", sa.Text()))

def downgrade():
    op.drop_column("tasks", "colour")
""",
    language="python",
    safe="A shorter id, or a wider version_num in a revision before it; then ignore this rule.",
)
def id_too_long(scope: RevisionScope) -> Found:
    """A revision id that the version table's column does not hold."""
    if not scope.is_file and len(scope.id) > USUAL_WIDTH:
        line = scope.revision.line if scope.revision is not None else None
        said = f"{scope.id} has {len(scope.id)} characters, the version table holds {USUAL_WIDTH}."
        yield Said(said, line=line)


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
