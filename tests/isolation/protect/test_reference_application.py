"""The reference application without its protection: compiled, written, linted, run, proved, taken back."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixtures.command_line import Neonkit, Ran
from fixtures.demo import ROOT

from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.scratch import ScratchDatabases
from toolkit.findings import Severity
from toolkit.isolation import Verdict, judge_database
from toolkit.isolation.protect import protect
from toolkit.migrate import AlembicProject, downgrade, upgrade
from toolkit.migrate.lint.project import lint_project
from toolkit.models.ownership import OwnershipRules
from toolkit.schema import Snapshot, read_snapshot

RULES = OwnershipRules(owner_root="users")
STANDS_AT = [
    pytest.param("0e6f3b82d9c7", id="links do not know their owner"),
    pytest.param("92f3e6a7b01d", id="keys are there, policies are not", marks=pytest.mark.slow),
]


@dataclass(frozen=True)
class Unprotected:
    """A copy of the project that ends at some revision, and its database there, with rows."""

    root: Path
    url: DatabaseUrl
    role: str

    @property
    def project(self) -> AlembicProject:
        return AlembicProject.open(self.root, config=self.root / "alembic.ini")

    @property
    def database(self) -> Database:
        return Database.at(self.url)

    def snapshot(self) -> Snapshot:
        with self.database.connect(Job.INSPECT) as connection:
            return read_snapshot(connection)


@pytest.fixture
def unprotected(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    scratch: ScratchDatabases,
    demo_template: str,
    demo_project: AlembicProject,
) -> Iterator[Unprotected]:
    """The project up to the revision that the test names; its role does not exist."""
    at = request.param
    shutil.copytree(
        ROOT / "migrations", tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "alembic.ini", tmp_path)
    graph = demo_project.graph()
    for later in graph.pending((at,), "heads"):
        (tmp_path / "migrations" / "versions" / later.path.name).unlink()
    role = f"app_{uuid.uuid4().hex[:8]}"
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.neonkit.isolation]\nowner_root = "users"\napp_role = "{role}"\n', encoding="utf-8"
    )
    with scratch.create(demo_template) as url:
        downgrade(demo_project, Database.at(url), at)
        yield Unprotected(tmp_path, url, role)


def run(neonkit: Neonkit, app: Unprotected, *line: str) -> Ran:
    return neonkit(*line, cwd=app.root, env={"DATABASE_URL": app.url.reveal_plain()})


@pytest.mark.parametrize("unprotected", STANDS_AT, indirect=True)
def test_written_run_proved_and_taken_back(unprotected: Unprotected, neonkit: Neonkit) -> None:
    app, before = unprotected, unprotected.snapshot()
    (head,) = app.project.graph().heads
    written = run(neonkit, app, "isolation", "protect", "--write-revision", "--json")
    assert written.code == 0, written.err
    totals = [cell["verdict"] for cell in written.json["protected"]["after"]["cells"]]
    assert set(totals) <= {"HELD", "PROVEN"}, totals
    ids = [one["id"] for one in written.json["revisions"]]
    report = lint_project(app.project, lambda graph: [one for one in graph.revisions if one.id in ids])
    told = [each for each in report.findings if each.severity > Severity.INFO]
    assert [(each.rule, each.sentence) for each in told] == []
    assert {each.reason for each in report.unknowns} <= {"what a DO block runs is seen only when it runs"}

    upgrade(app.project, app.database)
    judged = judge_database(app.database, RULES, app_role=app.role)
    assert {cell.verdict for cell in judged.cells} <= {Verdict.HELD, Verdict.PROVEN}
    assert protect(app.database, RULES, app_role=app.role, prove=False).protection.steps == ()

    downgrade(app.project, app.database, head)
    assert app.snapshot().hash == before.hash
