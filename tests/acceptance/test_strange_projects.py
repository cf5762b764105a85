"""Projects of many kinds through every command that a stranger would try, without a change to their files.

All kinds: `pytest -m slow tests/acceptance/test_strange_projects.py`.
"""

from __future__ import annotations

import pytest
from fixtures.alembic_projects import MakeProject
from fixtures.many_commands import Commands
from fixtures.strange_projects import KINDS, Kind

from toolkit.database import DatabaseUrl

WALK = (
    ("status", (0,)),
    ("plan heads", (0, 5)),
    ("lint", (0, 5)),
    ("rehearse --all", (0, 5)),
    ("check -q --skip rehearsal", (0, 5)),
    ("upgrade heads --yes", (0,)),
    ("status --exit-code", (0,)),
    ("drift", (0, 5)),
    ("schema advise", (0, 5)),
    ("isolation audit", (0, 5)),
    ("downgrade base --yes --allow-data-loss authors --allow-data-loss books", (0, 6)),
)
"""Commands in the order of a first day, and how they may end: done, or with something found."""
USUAL = ("settings-driven url",)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            kind, id=name, marks=() if name in USUAL else (pytest.mark.slow, pytest.mark.timeout(900))
        )
        for name, kind in KINDS.items()
    ],
)
def test_every_command(kind: Kind, make_project: MakeProject, database_url: DatabaseUrl) -> None:
    folder, variables = kind.make(make_project)
    before = folder.digest()
    with Commands(folder.root, database_url.reveal_plain(), variables) as neonkit:
        for line, endings in WALK:
            ran = neonkit(*line.split())
            said = f"neonkit {line}: {ran.code}\n{ran.out}\n{ran.err}"
            assert ran.code in endings, said
            assert "E999" not in ran.err, said
            assert "Traceback" not in ran.err, said
            assert "s3cret" not in ran.out + ran.err, said
    after = {name: digest for name, digest in folder.digest().items() if not name.startswith(".neonkit")}
    assert after == before
