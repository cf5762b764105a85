"""A made-up Alembic project with a long history of the everyday kinds of revision."""

from __future__ import annotations

from pathlib import Path

INI = "[alembic]\nscript_location = %(here)s/migrations\npath_separator = os\n"

ENV = """
import os

from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
"""

REVISION = '''"""{message}

Revision ID: r{number:04}
Revises: {parent}
Create Date: 2026-01-02 03:04:05.000006

"""
import sqlalchemy as sa
from alembic import op

revision = "r{number:04}"
down_revision = {parent!r}
branch_labels = None
depends_on = None


def upgrade():
    {up}


def downgrade():
    {down}
'''

TABLE = (
    "op.create_table('t{t}', sa.Column('id', sa.Integer, primary_key=True), sa.Column('name', sa.Text),"
    " sa.Column('made', sa.DateTime(timezone=True), server_default=sa.func.now()))"
)

KINDS = (
    ("table t{t}", TABLE, "op.drop_table('t{t}')"),
    ("size", "op.add_column('t{t}', sa.Column('size', sa.Integer))", "op.drop_column('t{t}', 'size')"),
    ("index", "op.create_index('ix_t{t}', 't{t}', ['name'])", "op.drop_index('ix_t{t}', 't{t}')"),
    (
        "check",
        "op.create_check_constraint('ck_t{t}', 't{t}', 'size > 0')",
        "op.drop_constraint('ck_t{t}', 't{t}')",
    ),
    ("rows", "op.execute(\"INSERT INTO t{t} (name) VALUES ('a'), ('b')\")", "op.execute('DELETE FROM t{t}')"),
)
"""Message, upgrade and downgrade of the kinds of revision, which follow one another for each table."""


def write_project(folder: Path, revisions: int) -> Path:
    """Write the project; its env.py takes DATABASE_URL from the environment."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(INI)
    (folder / "migrations" / "env.py").write_text(ENV)
    parent = None
    for number in range(1, revisions + 1):
        table, kind = divmod(number - 1, len(KINDS))
        message, up, down = (text.format(t=table) for text in KINDS[kind])
        text = REVISION.format(number=number, parent=parent, message=message, up=up, down=down)
        (versions / f"r{number:04}.py").write_text(text)
        parent = f"r{number:04}"
    return folder
