"""Revisions, env.py and models that do not fit, through the real command line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fixtures.acceptance import Stage
from fixtures.alembic_projects import ProjectFolder

UNKNOWN: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "upgrade": (("upgrade", "zzz", "--yes"), "E159", "There is no revision 'zzz'", "`neonkit history`"),
    "downgrade": (("downgrade", "zzz", "--yes"), "E159", "There is no revision 'zzz'", "`neonkit history`"),
    "stamp": (("stamp", "zzz", "--yes"), "E159", "There is no revision 'zzz'", "`neonkit history`"),
    "show": (("show", "zzz"), "E159", "There is no revision 'zzz'", "`neonkit history`"),
    "merge": (("merge", "zzz", "a3"), "E159", "There is no revision 'zzz'", "`neonkit history`"),
    "follow": (("revision", "-m", "x", "--head", "zzz"), "E159", "There is no revision 'zzz'", "history"),
    "a beginning": (("upgrade", "a", "--yes"), "E159", "There is no revision 'a'", "Did you mean"),
    "the wrong way": (("downgrade", "a3", "--yes"), "E162", "There is no way from a2", "`neonkit history`"),
    "too far back": (("downgrade", "-9", "--yes"), "E162", "There is no way from here to -9", "history"),
    "too far on": (("upgrade", "+9", "--yes"), "E162", "There is no way from here to +9", "history"),
    "not a range": (("history", "-r", "a1"), "E165", "a1", "Write it as"),
    "no file": (("history", "--config", "gone.ini"), "E150", "gone.ini, and nothing of one", "--config"),
    "no section": (("history", "--section", "gone"), "E151", "does not say in [gone]", "[gone]"),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_a_revision_that_cannot_be_meant(stage: Stage, case: str) -> None:
    line, error, says, hint = UNKNOWN[case]
    stage.refuses(*line, exit_code=2, error=error, says=says, hint=hint)


Spoil = Callable[[ProjectFolder], object]

BROKEN: dict[str, tuple[Spoil, int, str, str, str]] = {
    "two heads": (
        lambda project: project.revision("b3", "a2"),
        2,
        "E161",
        "the history ends in a3, b3",
        "neonkit merge",
    ),
    "a syntax error": (
        lambda project: project.revision("b4", "a3", "x = ="),
        2,
        "E155",
        "b4_something.py:18 cannot be loaded, SyntaxError",
        "Mend that line",
    ),
    "a parent that is gone": (
        lambda project: project.revision("b4", "gone"),
        2,
        "E157",
        "names gone as its down_revision",
        "Bring the file of gone back",
    ),
    "an id twice": (
        lambda project: project.revision("a1", "a3", message="again"),
        2,
        "E156",
        "Revision a1 is in more than one file",
        "another id",
    ),
    "a circle": (
        lambda project: (project.revision("b3", ("b4",)), project.revision("b4", ("b3",))),
        2,
        "E158",
        "b3, b4",
        "down_revision",
    ),
    "SQL that fails": (
        lambda project: project.revision("b4", "a3", "op.execute('DELETE FROM authors')\nop.execute('oh')"),
        1,
        "E450",
        "nothing of it is left",
        "Mend the revision",
    ),
    "an env.py that raises": (
        lambda project: project.replace(project.env_py, "from models import", "1 / 0\nfrom models import"),
        2,
        "E153",
        "failed with ZeroDivisionError",
        "Mend the file",
    ),
    "an env.py that cannot be read": (
        lambda project: project.write("migrations/env.py", "x = ("),
        2,
        "E153",
        "env.py:1 failed with SyntaxError",
        "Mend the file",
    ),
    "a module that is missing": (
        lambda project: project.write("models.py", "import not_there"),
        2,
        "E153",
        "No module named 'not_there'",
        "install the project",
    ),
    "a field without a type for the database": (
        lambda project: project.write("models.py", MODELS + "    tags: Mapped[list]\n"),
        2,
        "E141",
        "The model Author.tags",
        "JSONB",
    ),
    "a model without a key": (
        lambda project: project.write("models.py", MODELS + KEYLESS),
        2,
        "E141",
        "has no primary key",
        "primary_key=True",
    ),
}
MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase):
    pass
class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
KEYLESS = """
class Note(Base):
    __tablename__ = "notes"
    text: Mapped[str]
"""


@pytest.mark.parametrize("case", BROKEN)
def test_files_that_are_broken(stage: Stage, case: str) -> None:
    spoil, exit_code, error, says, hint = BROKEN[case]
    spoil(stage.project)
    stage.refuses("upgrade", "--yes", exit_code=exit_code, error=error, says=says, hint=hint)


@pytest.mark.parametrize("line", [("status",), ("current",), ("revision", "--autogenerate", "-m", "x")])
def test_a_broken_model_is_named_to_whoever_needs_it(stage: Stage, line: tuple[str, ...]) -> None:
    stage.project.write("models.py", MODELS + "    tags: Mapped[list]\n")
    stage.refuses(*line, exit_code=2, error="E141", says="Author.tags", hint="JSONB")


def test_two_heads_take_no_revision_and_no_stamp(stage: Stage) -> None:
    stage.project.revision("b3", "a2")
    for line in (("revision", "-m", "x"), ("stamp", "head", "--yes")):
        stage.refuses(*line, exit_code=2, error="E161", says="a3, b3", hint="neonkit merge")


def test_no_project_anywhere(stage: Stage) -> None:
    (stage.root / "alembic.ini").unlink()
    stage.project.scripts.rename(stage.root / "moved_away")
    for line in (("upgrade", "--yes"), ("history",), ("revision", "-m", "x")):
        stage.refuses(*line, exit_code=2, error="E150", says="There is no Alembic project", hint="--config")


def test_scripts_that_moved(stage: Stage) -> None:
    stage.project.scripts.rename(stage.root / "moved_away")
    stage.refuses("upgrade", exit_code=2, error="E151", says="are not in", hint="script_location")
