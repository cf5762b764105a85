"""The strange projects of the runner's tests go through lint, and none of their files changes."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder

from toolkit.database.embedded import RunningServer
from toolkit.migrate.lint.project import Terms, lint_project


def _strange() -> ModuleType:
    path = Path(__file__).parents[1] / "test_strange_projects.py"
    spec = importlib.util.spec_from_file_location("strange_projects", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


STRANGE = _strange()
URLS = {"database": "database_url", "second_url": "database_url"}
"""Fixtures of that module, and what serves in their place: nothing is run."""


class _LintedError(Exception):
    """Ends a test of the runner where it would run its project."""


def _cases() -> list[Any]:
    found = []
    for name, function in vars(STRANGE).items():
        if not name.startswith("test_") or "make_project" not in inspect.signature(function).parameters:
            continue
        marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
        for value in marks[0].args[1] if marks else [None]:
            given = {} if value is None else {marks[0].args[0]: value}
            found.append(pytest.param(function, given, id=name if value is None else f"{name}-{value}"))
    return found


def test_there_are_enough() -> None:
    assert len(_cases()) >= 12


@pytest.mark.parametrize(("function", "given"), _cases())
def test_it_goes_through_lint(
    function: Any,
    given: dict[str, Any],
    make_project: MakeProject,
    server: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    made: list[ProjectFolder] = []

    def remembered(*arguments: Any, **options: Any) -> ProjectFolder:
        made.append(make_project(*arguments, **options))
        return made[-1]

    def stop(*arguments: Any, **options: Any) -> None:
        raise _LintedError

    for name in ("there_and_back", "upgrade"):
        monkeypatch.setattr(STRANGE, name, stop)
    wanted = inspect.signature(function).parameters
    values = {"make_project": remembered, **given}
    for name in wanted:
        if name not in values:
            values[name] = request.getfixturevalue(URLS.get(name, name))
    with pytest.raises(_LintedError):
        function(**values)
    (folder,) = made
    before = folder.digest()
    report = lint_project(folder.open(), lambda graph: graph.revisions, Terms(scratch_server=server.url))
    assert folder.digest() == before
    assert report.looked_at["revisions"] >= 1
    assert report.looked_at["statements"] >= 1
    assert report.unknowns == ()
