"""An opened project: which database, which Alembic project, what may be written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text

from toolkit.database import DatabaseUrl
from toolkit.database.embedded import EmbeddedServer, ServerNotStartedError
from toolkit.database.errors import InvalidUrlError, NoUrlError, ReadOnlyDatabaseError, UrlsDisagreeError
from toolkit.database.jobs import Job
from toolkit.migrate.errors import NoProjectError
from toolkit.models.loading_errors import NoMetadataError
from toolkit.settings import load_settings
from toolkit.workspace import Workspace


def opened(folder: Path, environ: Mapping[str, str] | None = None, **flags: object) -> Workspace:
    return Workspace.open(load_settings(folder, flags, environ or {}))


def test_nothing_is_asked_before_it_is_needed(folder: Path) -> None:
    workspace = opened(folder, {"DATABASE_URL": "postgresql://[broken"})
    assert workspace.settings.project_dir == folder
    with pytest.raises(InvalidUrlError):
        _ = workspace.urls


def test_no_database_is_configured(folder: Path) -> None:
    with pytest.raises(NoUrlError) as caught:
        _ = opened(folder).database
    assert "DATABASE_URL" in caught.value.hint
    assert "neonkit server start" in caught.value.hint


def test_urls_that_disagree(folder: Path) -> None:
    environ = {"DATABASE_URL": "postgresql://h/a", "DATABASE_URL_UNPOOLED": "postgresql://h/b"}
    with pytest.raises(UrlsDisagreeError):
        _ = opened(folder, environ).urls


def test_the_database_that_is_meant(folder: Path, database_url: DatabaseUrl) -> None:
    workspace = opened(folder, {"DATABASE_URL": database_url.reveal_plain()})
    assert workspace.database.describe().database == database_url.database
    assert workspace.database is workspace.database


def test_production_is_read_only_in_the_server_until_it_is_armed(
    folder: Path, database_url: DatabaseUrl
) -> None:
    environ = {"DATABASE_URL": database_url.reveal_plain(), "NEONKIT_ENVIRONMENT": "production"}
    workspace = opened(folder, environ)
    assert workspace.database.describe().read_only
    with pytest.raises(ReadOnlyDatabaseError), workspace.database.connect(Job.MIGRATE) as connection:
        connection.execute(text("CREATE TABLE t (i int)"))

    armed = workspace.armed()
    with armed.database.connect(Job.MIGRATE) as connection:
        connection.execute(text("CREATE TABLE t (i int)"))
    assert workspace.database.describe().read_only
    assert armed.armed() is armed


def test_the_embedded_server_is_used_when_nothing_is_configured(folder: Path) -> None:
    server = EmbeddedServer(folder / ".neonkit" / "server", durable=True)
    try:
        server.start()
        assert opened(folder).urls.main == server.url()
        elsewhere = opened(folder, {"NEONKIT_SERVER_DATABASE": "template1"})
        assert elsewhere.database.describe().database == "template1"
        server.stop()
        with pytest.raises(ServerNotStartedError) as caught:
            _ = opened(folder).urls
        assert "neonkit server start" in caught.value.hint
    finally:
        server.destroy()


@pytest.mark.parametrize("named", ["found", "flag", "setting"])
def test_the_alembic_project(folder: Path, named: str) -> None:
    home = folder / "db" if named != "found" else folder
    (home / "migrations").mkdir(parents=True)
    ini = home / "alembic.ini"
    ini.write_text("[alembic]\nscript_location = %(here)s/migrations\n", encoding="utf-8")
    (home / "migrations" / "env.py").write_text("", encoding="utf-8")
    inner = folder / "src" / "app"
    inner.mkdir(parents=True)
    if named == "setting":
        (folder / "pyproject.toml").write_text(
            "[tool.neonkit]\nalembic_config = 'db/alembic.ini'\n", encoding="utf-8"
        )
    flags: dict[str, object] = {"alembic_config": ini} if named == "flag" else {}
    assert opened(inner, None, **flags).project.root == home


def test_no_alembic_project(folder: Path) -> None:
    with pytest.raises(NoProjectError):
        _ = opened(folder).project


def test_reading_revisions_needs_no_database(folder: Path) -> None:
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/m\n", encoding="utf-8")
    (folder / "m" / "versions").mkdir(parents=True)
    (folder / "m" / "env.py").write_text("", encoding="utf-8")
    (folder / "m" / "versions" / "a.py").write_text(
        "revision = 'a'\ndown_revision = None\n", encoding="utf-8"
    )
    assert opened(folder).project.graph().heads == ("a",)


def test_ownership_is_declared_in_the_settings(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        "[tool.neonkit.isolation]\nowner_root = 'users'\nowner_columns = ['user_id']\nowner_key = 'id'\n"
        "shared = { countries = 'the same for all' }\noverrides = { notes = 'task_id.user_id' }\n",
        encoding="utf-8",
    )
    rules = opened(folder).ownership_rules
    assert (rules.owner_root, rules.owner_columns, rules.owner_key) == ("users", ("user_id",), "id")
    assert rules.shared == {"countries": "the same for all"}
    assert rules.overrides == {"notes": "task_id.user_id"}


MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase):
    pass
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


def make_models(folder: Path, name: str) -> None:
    """A package of models, and an Alembic project whose `env.py` hands their metadata over."""
    (folder / f"{name}.py").write_text(MODELS, encoding="utf-8")
    (folder / "m" / "versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text(
        "[alembic]\nscript_location = %(here)s/m\nprepend_sys_path = .\n", encoding="utf-8"
    )
    (folder / "m" / "env.py").write_text(
        f"from alembic import context\nfrom {name} import Base\n"
        "context.configure(url='postgresql://nowhere.invalid/x', target_metadata=Base.metadata)\n"
        "context.run_migrations()\n",
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    "setting", ["", "models = ['{name}']", "metadata = '{name}:Base'", "metadata = '{name}:Base.metadata'"]
)
def test_the_models_of_the_project(folder: Path, setting: str) -> None:
    name = f"models_{folder.name.replace('-', '_')}"
    make_models(folder, name)
    (folder / "pyproject.toml").write_text(f"[tool.neonkit]\n{setting.format(name=name)}\n", encoding="utf-8")
    registry = opened(folder).registry
    assert list(registry.tables) == ["public.users"]
    assert registry.classes["public.users"].__name__ == "User"


def test_no_models_are_known(folder: Path) -> None:
    make_models(folder, "unused")
    env = folder / "m" / "env.py"
    env.write_text(
        "from alembic import context\ncontext.configure(url='postgresql://h/x', target_metadata=None)\n"
        "context.run_migrations()\n",
        encoding="utf-8",
    )
    with pytest.raises(NoMetadataError) as caught:
        _ = opened(folder).registry
    assert str(env) in caught.value.sentence
