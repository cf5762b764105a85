"""`pytest --isolation-trace` in a project of its own: a leaking statement fails the run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.database import DatabaseUrl

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)

class Task(Base):
    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
"""
TESTS = """
import os
import pytest
from sqlalchemy import create_engine, select
from toolkit.database import user_session
from models import Base, Task

engine = create_engine(os.environ["TEST_URL"])

@pytest.fixture(autouse=True)
def tables():
    Base.metadata.create_all(engine)

def test_good():
    with user_session(engine, 1) as session:
        session.scalars(select(Task).where(Task.user_id == 1)).all()

def test_bad():
    with user_session(engine, 1) as session:
        session.scalars(select(Task).where(Task.id == 1)).all()
"""
SETTINGS = """
[tool.neonkit]
metadata = "models:Base.metadata"
[tool.neonkit.isolation]
owner_root = "users"
"""


@pytest.mark.parametrize(("chosen", "code"), [("test_good", 0), ("test_bad", 1)])
def test_run_fails_for_a_leaking_statement(
    tmp_path: Path, database_url: DatabaseUrl, chosen: str, code: int
) -> None:
    for name, text in (("models.py", MODELS), ("test_app.py", TESTS), ("pyproject.toml", SETTINGS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "PYTEST_"))}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "--isolation-trace", "-k", chosen],
        cwd=tmp_path,
        env={**environ, "TEST_URL": database_url.reveal()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert "isolation trace" in ran.stdout
    assert ("test_app.py:20" in ran.stdout) is bool(code)
