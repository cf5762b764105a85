"""A project whose tables have hostile names goes through every command that reads or writes its revisions."""

from __future__ import annotations

import shutil
import subprocess

from fixtures.alembic_projects import PRODUCTION, MakeProject
from fixtures.command_line import Ran
from fixtures.many_commands import Commands, execute

from toolkit.database import DatabaseUrl

MODELS = r"""
import enum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA = 'we.ird "schema" %s'
LONG = "a_name_that_is_exactly_sixty_three_bytes_long_0123456789_abcdef"
assert len(LONG) == 63


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    percent: Mapped[str] = mapped_column("100% sure", server_default="50% \\ 'q' :no")
    order: Mapped[str | None] = mapped_column("order", comment="1; 2 -- 'x' %s $$ :y \\")


class Weird(Base):
    __tablename__ = 'Ta.ble "x" \\n 🙂 100%'
    __table_args__ = (
        sa.CheckConstraint("\"A b\" not like '%x; -- %s %%' and \"A b\" <> ' \\:y'", name='ck "1" 🙂 %'),
        sa.CheckConstraint("\"A b\" <> '$$ \"q\" /*'"),
        sa.UniqueConstraint("A b", "select", name='uq.🙂 %(x)s'),
        sa.Index('ix %s "🙂"', sa.text("lower(\"A b\" || ':a %s')"),
                 postgresql_where=sa.text("\"A b\" like '100\\%%' or \"A b\" = ' \\:z'")),
        {"schema": SCHEMA, "comment": "line one\nline 'two' \\ % 🙂 :w"},
    )

    select: Mapped[int] = mapped_column("select", primary_key=True)
    ab: Mapped[str] = mapped_column("A b", server_default=sa.text("'it''s 100%; -- \"q\" \\:v 🙂'"))
    odd: Mapped[int | None] = mapped_column("%(name)s", sa.ForeignKey("user.id"))
    dotted: Mapped[str | None] = mapped_column(
        "a.b\"c", sa.Enum("a'b", "c\\d", "e%f", "g:h", '"', name='Enum "x" %', schema=SCHEMA)
    )
    long: Mapped[str | None] = mapped_column(LONG)
    back: Mapped[str | None] = mapped_column("ba\\ck", pg.ARRAY(sa.Text))
"""


SCHEMA = 'we.ird ""schema"" %s'
UP = f"""op.execute('CREATE SCHEMA "{SCHEMA}"')"""
DOWN = f"""op.execute('DROP SCHEMA "{SCHEMA}"')"""
SERVER = ("--scratch", "server")


def test_the_way_of_a_project(make_project: MakeProject, database_url: DatabaseUrl) -> None:
    project = make_project(bare=True)
    (project.root / ".git").mkdir()
    project.write("models.py", MODELS)
    project.use_models()
    project.use_url(PRODUCTION)
    project.replace(
        "migrations/env.py",
        "target_metadata=target_metadata\n",
        "target_metadata=target_metadata, include_schemas=True\n",
    )
    project.revision("a1", None, UP, DOWN)
    with Commands(project.root, database_url.reveal_plain()) as run:

        def done(*line: str, code: int = 0) -> Ran:
            ran = run(*line)
            assert ran.code == code, f"{line}\n{ran.out}\n{ran.err}"
            return ran

        done("upgrade", "head", "--yes")
        before = done("schema", "snapshot").out
        done("revision", "--autogenerate", "-m", "hostile 🙂 'x' %s \\")
        assert "hostile 🙂" in done("history").out
        done("upgrade", "head", "--yes")
        assert done("drift", *SERVER).out.splitlines()[-1] == "No drift."
        assert "No difference." in done("schema", "diff", "live", "models", *SERVER).out
        assert "No difference." in done("schema", "diff", "live", "rev:head", *SERVER).out
        done("revision", "--autogenerate", "-m", "nothing", "--rev-id", "empty")
        (empty,) = project.root.rglob("empty_nothing.py")
        assert empty.read_text("utf-8").count("    pass\n") == 2
        empty.unlink()
        done("schema", "ddl")
        done("downgrade", "a1", "--yes")
        assert done("schema", "snapshot").out == before
        forward = done("schema", "diff", "live", "rev:head", *SERVER, "--sql", "--json", code=5).json
        assert forward["left_out"] == []
        execute(database_url, *(one["sql"] for one in forward["statements"]))
        done("stamp", "head", "--yes")
        assert done("drift", *SERVER).out.splitlines()[-1] == "No drift."
        done("downgrade", "base", "--yes")
        script = done("upgrade", "head", "--sql").out
    if shutil.which("psql"):
        execute(database_url, "DROP TABLE alembic_version")
        psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", database_url.reveal_plain()]
        subprocess.run(psql, input=script, text=True, check=True, timeout=60, stdout=subprocess.DEVNULL)
