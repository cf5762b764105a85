"""env.py read without a connection."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path

import pytest
from fixtures.alembic_projects import MakeProject

from toolkit.migrate import errors
from toolkit.migrate.project import AlembicProject

TEMPLATES = ["generic", "async", "pyproject", "pyproject_async"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_models_are_found_without_a_connection(template: str, make_project: MakeProject) -> None:
    folder = make_project(template)
    before = folder.digest()
    captured = folder.open().capture()
    assert [sorted(metadata.tables) for metadata in captured.target_metadata] == [["authors"]]
    assert (captured.version_table, captured.version_table_schema, captured.online) == (
        "alembic_version",
        None,
        False,
    )
    assert folder.digest() == before


def test_several_databases_are_several_configurations_and_no_file_is_written(
    make_project: MakeProject,
) -> None:
    folder = make_project("multidb")
    folder.replace(
        folder.env_py,
        "target_metadata = {}",
        "from models import Base\ntarget_metadata = {'engine1': Base.metadata, 'engine2': [Base.metadata]}",
    )
    before = folder.digest()
    captured = folder.open().capture()
    assert [one.arguments for one in captured.configurations] == [
        {"engine_name": "engine1"},
        {"engine_name": "engine2"},
    ]
    assert [len(one.metadata) for one in captured.configurations] == [1, 1]
    assert folder.digest() == before


def test_options_and_hooks_are_captured(make_project: MakeProject) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        "        url=url,",
        "        url=url, version_table='versions', version_table_schema='ops', include_schemas=True,\n"
        "        include_object=lambda *a: True, transaction_per_migration=True, compare_type=False,",
    )
    first = folder.open().capture().first
    assert first.version_table_name == "ops.versions"
    assert (first.include_schemas, first.transaction_per_migration, first.compare_type) == (True, True, False)
    assert first.include_object is not None


def test_the_process_is_what_it_was(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        "from models",
        "import os, sys\nos.environ['FROM_ENV_PY'] = '1'\n"
        "sys.path.insert(0, 'nowhere')\nprint('hello')\nfrom models",
    )
    logger = logging.getLogger("somebody.elses")
    handlers = list(logging.getLogger().handlers)
    before = Path.cwd(), list(sys.path), dict(os.environ), sys.stdout, sys.stderr
    captured = folder.open().capture()
    assert (Path.cwd(), list(sys.path), dict(os.environ), sys.stdout, sys.stderr) == before
    assert not logger.disabled
    assert logging.getLogger().handlers == handlers
    assert captured.said == ("hello",)


def test_two_projects_with_a_module_of_the_same_name_keep_their_own(make_project: MakeProject) -> None:
    one, two = make_project(), make_project()
    two.replace("models.py", '"authors"', '"painters"')
    first, second = one.open(), two.open()
    assert list(first.capture().target_metadata[0].tables) == ["authors"]
    assert list(second.capture().target_metadata[0].tables) == ["painters"]
    assert first.forget() == ("models",)
    assert list(first.capture().target_metadata[0].tables) == ["authors"]


def test_an_edited_model_is_seen_after_forget(make_project: MakeProject) -> None:
    folder = make_project()
    project = folder.open()
    assert list(project.capture().target_metadata[0].tables) == ["authors"]
    folder.replace("models.py", '"authors"', '"the_writers"')
    assert list(project.capture().target_metadata[0].tables) == ["authors"]
    project.forget()
    assert list(project.capture().target_metadata[0].tables) == ["the_writers"]


def test_settings_of_the_file_come_from_the_environment_given(make_project: MakeProject) -> None:
    folder = make_project()
    folder.replace(folder.env_py, "from models", "import os; os.environ['APP_DATABASE_URL']\nfrom models")
    with pytest.raises(errors.BrokenEnvironmentError) as caught:
        folder.open().capture()
    assert (caught.value.path, caught.value.exception) == (str(folder.env_py), "KeyError")
    assert "APP_DATABASE_URL" in caught.value.sentence
    assert "give it any value" in caught.value.hint
    folder.open(environ={"APP_DATABASE_URL": "postgresql://x"}).capture()
    assert "APP_DATABASE_URL" not in os.environ


@pytest.mark.parametrize(
    ("file", "text", "line", "exception"),
    [
        ("models.py", "import sqlalchemy\n\nBase = 1 / 0\n", 3, "ZeroDivisionError"),
        ("models.py", "class Base:\n    x = (\n", 2, "SyntaxError"),
        ("models.py", "raise SystemExit('no settings')\n", 1, "SystemExit"),
    ],
)
def test_a_broken_model_is_named_by_file_and_line(
    file: str, text: str, line: int, exception: str, make_project: MakeProject
) -> None:
    folder = make_project()
    path = folder.write(file, text)
    with pytest.raises(errors.BrokenEnvironmentError) as caught:
        folder.open().capture()
    assert (caught.value.path, caught.value.line, caught.value.exception) == (str(path), line, exception)


def test_a_file_that_only_knows_online_says_so(make_project: MakeProject) -> None:
    folder = make_project()
    folder.replace(folder.env_py, "if context.is_offline_mode():", "if False:")
    with pytest.raises(errors.CaptureNeedsConnectionError) as caught:
        folder.open().capture()
    assert caught.value.path == str(folder.env_py)


def test_a_password_in_an_exception_is_masked(make_project: MakeProject) -> None:
    folder = make_project()
    folder.write("models.py", "raise ValueError('cannot use postgresql://app:s3cret@prod/app')")
    with pytest.raises(errors.BrokenEnvironmentError) as caught:
        folder.open().capture()
    assert "postgresql://app:***@prod/app" in caught.value.sentence
    assert "s3cret" not in str(caught.value.facts())


def test_no_env_and_no_configure(make_project: MakeProject) -> None:
    folder = make_project()
    text = folder.env_py.read_text()
    folder.env_py.write_text("")
    with pytest.raises(errors.NeverConfiguredError):
        folder.open().capture()
    folder.env_py.unlink()
    with pytest.raises(errors.NoEnvironmentError):
        folder.open().capture()
    assert text


def test_x_arguments_reach_the_file(make_project: MakeProject) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        "        url=url,",
        "        url=url, version_table=context.get_x_argument(as_dictionary=True)['table'],",
    )
    assert folder.open(x=["table=tenant_versions"]).capture().version_table == "tenant_versions"


async def test_inside_a_running_event_loop(make_project: MakeProject) -> None:
    folder = make_project("async")
    folder.replace(
        folder.env_py, "    run_migrations_offline()", "    import asyncio\n    asyncio.run(nothing())"
    )
    folder.replace(
        folder.env_py,
        "if context.is_offline_mode():",
        "async def nothing():\n    run_migrations_offline()\n\n\nif context.is_offline_mode():",
    )
    assert folder.open().capture().target_metadata
    assert (await asyncio.to_thread(folder.open().capture)).target_metadata


def test_a_project_without_an_ini_file(make_project: MakeProject) -> None:
    folder = make_project()
    folder.ini.unlink()
    project = AlembicProject.open(folder.root)
    assert [revision.id for revision in project.graph().revisions] == ["a1", "a2", "a3"]
