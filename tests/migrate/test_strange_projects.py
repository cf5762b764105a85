"""Projects that do things their own way, run and read without a change to their files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.database.scratch import ScratchDatabases
from toolkit.migrate import errors
from toolkit.migrate.reading import current
from toolkit.migrate.running import downgrade, upgrade

CONFIGURE = """        context.configure(
            connection=connection, target_metadata=target_metadata
        )"""


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


@pytest.fixture
def second_url(scratch: ScratchDatabases) -> Iterator[DatabaseUrl]:
    with scratch.create() as url:
        yield url


def there_and_back(folder: ProjectFolder, database: Database, head: str = "a3") -> None:
    """Up, read, down, read; no file changed."""
    before = folder.digest()
    project = folder.open()
    assert upgrade(project, database).after == (head,)
    assert [one.heads for one in current(project, database)] == [(head,)]
    assert [one.heads for one in current(folder.open(), database)] == [(head,)]
    assert downgrade(project, database, "base").after == ()
    assert [one.heads for one in current(project, database)] == [()]
    assert folder.digest() == before


def test_a_version_table_of_its_own_in_a_schema_made_on_the_way(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        CONFIGURE,
        "        from sqlalchemy import text\n"
        "        connection.execute(text('CREATE SCHEMA IF NOT EXISTS ops'))\n"
        "        connection.commit()\n"
        "        context.configure(connection=connection, target_metadata=target_metadata,\n"
        "            version_table='versions', version_table_schema='ops')",
    )
    there_and_back(folder, database)
    assert inspect(engine).get_table_names(schema="ops") == ["versions"]


def test_a_search_path_set_by_the_file(make_project: MakeProject, database: Database, engine: Engine) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        CONFIGURE,
        "        from sqlalchemy import text\n"
        "        connection.execute(text('CREATE SCHEMA IF NOT EXISTS tenant'))\n"
        "        connection.execute(text('SET search_path TO tenant'))\n"
        "        connection.commit()\n"
        "        connection.dialect.default_schema_name = 'tenant'\n"
        "        context.configure(connection=connection, target_metadata=target_metadata)",
    )
    there_and_back(folder, database)
    assert inspect(engine).get_table_names(schema="tenant") == ["alembic_version"]


def test_a_search_path_in_the_options_of_the_url(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA tenant"))
    folder = make_project(url="postgresql://app:s3cret@prod.invalid/app?options=-csearch_path%3Dtenant")
    assert upgrade(folder.open(), database).after == ("a3",)
    assert "authors" in inspect(engine).get_table_names(schema="tenant")


def test_tenants_in_one_run(make_project: MakeProject, database: Database, engine: Engine) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        CONFIGURE + "\n\n        with context.begin_transaction():\n            context.run_migrations()",
        "        from sqlalchemy import text\n"
        "        for tenant in ('red', 'blue'):\n"
        "            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS {tenant}'))\n"
        "            connection.execute(text(f'SET search_path TO {tenant}'))\n"
        "            connection.commit()\n"
        "            context.configure(connection=connection, version_table_schema=tenant)\n"
        "            with context.begin_transaction():\n"
        "                context.run_migrations()",
    )
    result = upgrade(folder.open(), database)
    assert result.applied == ("a1", "a2", "a3", "a1", "a2", "a3")
    assert [(change.table, change.after) for change in result.changes] == [
        ("red.alembic_version", ("a3",)),
        ("blue.alembic_version", ("a3",)),
    ]
    assert "books" in inspect(engine).get_table_names(schema="blue")


@pytest.mark.parametrize(
    "taken",
    [
        "with connectable.connect() as connection:",
        "with config.attributes['connection'].connect() as connection:",
        "connection = config.attributes.get('connection')\n    if connection is not None:",
    ],
)
def test_the_handed_connection_in_each_custom(
    taken: str, make_project: MakeProject, database: Database
) -> None:
    folder = make_project()
    folder.replace(folder.env_py, "with connectable.connect() as connection:", taken)
    there_and_back(folder, database)


def test_an_engine_of_the_application_made_long_before(
    make_project: MakeProject, database: Database, database_url: DatabaseUrl, second_url: DatabaseUrl
) -> None:
    """A pooled connection to another database, open before the run, is neither used nor kept changed."""
    folder = make_project()
    folder.write(
        "app_db.py", f"import sqlalchemy\nengine = sqlalchemy.create_engine({second_url.reveal()!r})\n"
    )
    folder.replace("models.py", "import sqlalchemy as sa", "import app_db\nimport sqlalchemy as sa")
    folder.replace(
        folder.env_py, "with connectable.connect()", "import app_db\n    with app_db.engine.connect()"
    )
    project = folder.open()
    project.capture()
    import app_db  # type: ignore[import-not-found]  # a module of the generated project

    with app_db.engine.connect() as connection:
        assert connection.execute(text("SELECT current_database()")).scalar_one() == second_url.database
    assert upgrade(project, database).after == ("a3",)
    with app_db.engine.connect() as connection:
        assert connection.execute(text("SELECT current_database()")).scalar_one() == second_url.database
        assert inspect(connection).get_table_names() == []
    app_db.engine.dispose()
    project.forget()


@pytest.mark.parametrize("template", ["generic", "async", "pyproject"])
def test_the_url_that_nobody_replaced_yet(
    template: str, make_project: MakeProject, database: Database
) -> None:
    folder = make_project(template, bare=True)
    folder.chain()
    assert "driver://user:pass@localhost/dbname" in folder.ini.read_text("utf-8")
    there_and_back(folder, database)


def multidb(make_project: MakeProject) -> ProjectFolder:
    folder = make_project("multidb")
    placeholder = "driver://user:pass@localhost/dbname"
    folder.replace(folder.ini, placeholder + "2", "postgresql://app:s3cret@prod.invalid/two")
    folder.replace(folder.ini, placeholder, "postgresql://app:s3cret@prod.invalid/one")
    folder.revision(
        "a1",
        None,
        "op.create_table(engine_name, sa.Column('id', sa.Integer, primary_key=True))",
        "op.drop_table(engine_name)",
        arguments="engine_name",
    )
    return folder


@pytest.mark.parametrize(
    "keys", [("engine1", "engine2"), ("one", "two"), ("prod.invalid/one", "prod.invalid/two")]
)
def test_several_databases_each_led_to_its_own(
    keys: tuple[str, str], make_project: MakeProject, database_url: DatabaseUrl, second_url: DatabaseUrl
) -> None:
    folder = multidb(make_project)
    before = folder.digest()
    project = folder.open(databases=dict(zip(keys, (database_url, second_url), strict=True)))
    database = Database.at(database_url)
    result = upgrade(project, database)
    assert [change.after for change in result.changes] == [("a1",), ("a1",)]
    for url, table in ((database_url, "engine1"), (second_url, "engine2")):
        engine = create_engine(url.sqlalchemy, poolclass=NullPool)
        assert inspect(engine).get_table_names() == ["alembic_version", table]
    assert [one.heads for one in current(project, database)] == [("a1",), ("a1",)]
    assert [change.after for change in downgrade(project, database, "base").changes] == [(), ()]
    assert folder.digest() == before


def test_several_databases_and_one_choice_is_refused(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    with pytest.raises(errors.SeveralDatabasesError) as caught:
        upgrade(multidb(make_project).open(), database)
    assert caught.value.targets == ("prod.invalid:5432/one", "prod.invalid:5432/two")
    assert "[tool.neonkit.databases]" in caught.value.hint
    assert inspect(engine).get_table_names() == []


def test_a_file_that_reads_its_url_from_its_own_settings(
    make_project: MakeProject, database: Database
) -> None:
    folder = make_project()
    folder.write(
        "settings.py",
        """
        from pydantic_settings import BaseSettings, SettingsConfigDict

        class Settings(BaseSettings):
            model_config = SettingsConfigDict(env_file=".env")
            app_dsn: str

        settings = Settings()
        """,
    )
    folder.write(".env", "APP_DSN=postgresql+psycopg://app:s3cret@prod.invalid/app\n")
    folder.replace(
        folder.env_py,
        "config.get_section(config.config_ini_section, {}),",
        "{'sqlalchemy.url': __import__('settings').settings.app_dsn},",
    )
    there_and_back(folder, database)


def test_worker_threads(make_project: MakeProject, database: Database, engine: Engine) -> None:
    folder = make_project()
    text_ = folder.env_py.read_text()
    folder.env_py.write_text(
        text_.replace(
            "    run_migrations_online()\n",
            "    import threading\n    worker = threading.Thread(target=run_migrations_online)\n"
            "    worker.start()\n    worker.join()\n",
        )
    )
    there_and_back(folder, database)


def test_a_file_that_commits_by_hand(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        "        with context.begin_transaction():\n            context.run_migrations()\n\n\nif",
        "        connection.begin()\n        context.run_migrations()\n        connection.commit()\n\n\nif",
    )
    there_and_back(folder, database)
