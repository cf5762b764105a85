"""A fix written into the file of a revision."""

from __future__ import annotations

import pytest

from toolkit.migrate.lint.rewriting import rewritten

HEAD = '"""Add an index."""\n\nfrom alembic import op  # the only import\n\n\n'
FILE = f"""{HEAD}def upgrade() -> None:
    # first the column
    op.add_column("tasks", sa.Column("x", sa.Integer()))
    op.create_index(
        "ix_tasks_x", "tasks", ["x"]
    )
    # and that is all


def downgrade() -> None:
    op.drop_index("ix_tasks_x")
"""
BUILD = ("with op.get_context().autocommit_block():\n    op.execute('CREATE INDEX CONCURRENTLY ...')",)


def test_the_call_alone_is_replaced() -> None:
    assert rewritten(FILE, 10, BUILD) == FILE.replace(
        """    op.create_index(
        "ix_tasks_x", "tasks", ["x"]
    )
""",
        """    with op.get_context().autocommit_block():
        op.execute('CREATE INDEX CONCURRENTLY ...')
""",
    )


@pytest.mark.parametrize("line", [9, 10, 11])
def test_any_line_of_the_call_names_it(line: int) -> None:
    assert rewritten(FILE, line, ("op.execute('x')",)) == rewritten(FILE, 9, ("op.execute('x')",))


def test_several_operations_stand_at_the_depth_of_the_call() -> None:
    text = "def upgrade():\n    if True:\n        op.execute('a')\n"
    assert rewritten(text, 3, ("op.execute('b')", "op.execute('c')")) == (
        "def upgrade():\n    if True:\n        op.execute('b')\n        op.execute('c')\n"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (FILE, 1),
        (FILE, 7),
        (FILE, 16),
        ("def upgrade():\n    rows = op.execute('a')\n", 2),
        ("def upgrade():\n    op.execute('a'); op.execute('b')\n", 2),
        ("def upgrade():\n    op.execute('a')  # kept for a reason\n", 2),
        ("def upgrade():\n    for name in names:\n        pass\n", 2),
        ("def upgrade(:\n", 1),
    ],
    ids=["no function", "a comment", "downgrade", "value used", "two calls", "remark", "loop", "no Python"],
)
def test_what_is_not_safe_is_left_alone(text: str, line: int) -> None:
    assert rewritten(text, line, BUILD) is None
