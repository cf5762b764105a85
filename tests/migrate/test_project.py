"""Projects found from any folder, in any of the forms Alembic has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from alembic.config import Config
from fixtures.alembic_projects import MakeProject

from toolkit.migrate import errors
from toolkit.migrate.project import AlembicProject


@pytest.mark.parametrize("template", ["generic", "pyproject"])
def test_found_upward_from_any_folder(
    template: str, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_project(template)
    deep = folder.root / "src" / "app"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    project = AlembicProject.open(deep)
    assert project.root == folder.root
    assert project.graph().heads == ("a3",)
    assert project.capture().target_metadata


def test_an_ini_in_a_folder_below_with_a_location_from_above(make_project: MakeProject) -> None:
    folder = make_project()
    (folder.root / "conf").mkdir()
    text = folder.ini.read_text().replace(
        "script_location = %(here)s/migrations", "script_location = migrations"
    )
    folder.ini.unlink()
    ini = folder.write("conf/alembic.ini", text)
    project = AlembicProject.open(folder.root, config=ini)
    assert project.root == folder.root
    assert project.graph().heads == ("a3",)


def test_flask_migrates_layout(make_project: MakeProject) -> None:
    folder = make_project()
    text = folder.ini.read_text().replace("script_location = %(here)s/migrations", "")
    folder.ini.unlink()
    folder.write("migrations/alembic.ini", text)
    project = AlembicProject.open(folder.root)
    assert project.graph().heads == ("a3",)
    assert project.capture().target_metadata


def test_a_config_built_in_code(make_project: MakeProject) -> None:
    folder = make_project()
    config = Config()
    config.set_main_option("script_location", str(folder.scripts))
    config.set_main_option("version_locations", str(folder.scripts / "versions"))
    config.set_main_option("path_separator", "os")
    assert AlembicProject.from_config(config, folder.root).graph().heads == ("a3",)


def test_another_section_has_other_scripts(make_project: MakeProject) -> None:
    folder = make_project()
    folder.write("other/env.py", "")
    folder.write("other/versions/.keep", "")
    folder.ini.write_text(folder.ini.read_text() + "\n[second]\nscript_location = %(here)s/other\n")
    assert AlembicProject.open(folder.root, section="second").graph().heads == ()


def test_several_version_locations(make_project: MakeProject) -> None:
    folder = make_project()
    folder.ini.write_text(
        folder.ini.read_text()
        .replace(
            "[alembic]", "[alembic]\nversion_locations = %(here)s/migrations/versions:%(here)s/plugin", 1
        )
        .replace("path_separator = os", "path_separator = :")
    )
    folder.revision("p1", None, folder="plugin", labels=("plugin",), depends="a2")
    graph = folder.open().graph()
    assert graph.heads == ("a3", "p1")
    assert graph.bases == ("a1", "p1")
    assert [revision.id for revision in graph.revisions].index("a2") < [r.id for r in graph.revisions].index(
        "p1"
    )


def test_an_old_ini_without_path_separator_warns_nobody(make_project: MakeProject) -> None:
    folder = make_project()
    folder.replace(folder.ini, "path_separator = os", "")
    assert folder.open().graph().heads == ("a3",)


def test_no_project(tmp_path: Path) -> None:
    with pytest.raises(errors.NoProjectError):
        AlembicProject.open(tmp_path)
    with pytest.raises(errors.NoProjectError):
        AlembicProject.open(tmp_path, config=tmp_path / "missing.ini")


def test_scripts_that_are_not_there(make_project: MakeProject) -> None:
    folder = make_project()
    folder.replace(folder.ini, "%(here)s/migrations", "%(here)s/nowhere")
    with pytest.raises(errors.MissingScriptsError) as caught:
        folder.open().graph()
    assert str(caught.value.location).endswith("/nowhere")


@pytest.mark.parametrize(
    ("name", "text"), [("alembic.ini", "[alembic]\nwhat is this\n"), ("pyproject.toml", "[tool.alembic\n")]
)
def test_a_configuration_that_cannot_be_read(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(errors.BadConfigurationError) as caught:
        AlembicProject.open(tmp_path)
    assert caught.value.path == str(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_version_folder_that_may_not_be_read(make_project: MakeProject) -> None:
    folder = make_project()
    versions = folder.scripts / "versions"
    versions.chmod(0)
    try:
        with pytest.raises(errors.BadConfigurationError) as caught:
            folder.open().graph()
    finally:
        versions.chmod(0o755)
    assert caught.value.path == str(versions)


def test_a_file_that_is_added_edited_or_taken_away_is_seen(make_project: MakeProject) -> None:
    folder = make_project()
    project = folder.open()
    assert project.graph().heads == ("a3",)
    path = folder.revision("a4", "a3")
    assert project.graph().heads == ("a4",)
    path.write_text(path.read_text().replace("'a4'", "'other'"))
    assert project.graph().heads == ("other",)
    path.unlink()
    assert project.graph().heads == ("a3",)
