"""A fix where another role owns what the migrations make than the one that builds the scratch database."""

from __future__ import annotations

from fixtures.drift import EMAIL, DriftProject, found

from toolkit.migrate.drift import Options, Scratch
from toolkit.migrate.drift.fixing import Direction, Wish, fix


def test_an_owner_of_its_own(drift_project: DriftProject) -> None:
    """The revision speaks of the owner, never of who built the scratch database."""
    drift_project.run("drop role if exists fix_owner; create role fix_owner")
    try:
        drift_project.run("alter table authors owner to fix_owner")
        drift_project.models(EMAIL)
        drift_project.run("create policy by_hand on authors using (true)")
        drift_project.run("grant select on authors to public")
        opened = drift_project.folder.open()
        wish = Wish(Direction.MODELS, adopt=("all",))
        result = fix(opened, drift_project.database, wish, None, Options(scratch=Scratch.SERVER))
        opened.forget()
        assert result.left == ()
        assert result.revision is not None
        text = result.revision.path.read_text("utf-8")
        assert "OWNER TO" not in text
        assert "fix_owner" not in text
        drift_project.upgrade()
        assert found(drift_project.drift()) == []
    finally:
        drift_project.run("reassign owned by fix_owner to current_user; drop owned by fix_owner")
        drift_project.run("drop role fix_owner")
