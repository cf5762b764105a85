"""Nothing is called proven that is not, and a leak is shown with its rows (checks 47, 49 and 50)."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.cockpit import CockpitProject
from fixtures.isolation import IDENTITY, World
from fixtures.sitting import SIZES, Sit

from toolkit.demo.project import open_project

pytestmark = [pytest.mark.tmux, pytest.mark.slow]

TOLD = (
    "CREATE FUNCTION told() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER"
    " AS 'SELECT title FROM public.notes'"
)
PLANTED = (
    "CREATE VIEW door AS SELECT id, title FROM notes",
    "GRANT SELECT ON door TO {app}",
    TOLD,
    f"ALTER POLICY notes_select ON notes USING (user_id = {IDENTITY} OR true)",
    "ALTER POLICY comments_update ON comments USING (true) WITH CHECK (true)",
    "ALTER TABLE labels OWNER TO {app}",
    "ALTER TABLE labels NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY links_update ON links",
)


def project(folder: Path, app_role: str) -> Path:
    """A project whose application acts as a role."""
    root = open_project(folder / "project").root
    (root / "pyproject.toml").write_text(
        '[tool.neonkit]\nmetadata = "toolkit.demo.models:metadata"\n\n[tool.neonkit.isolation]\n'
        f'owner_root = "users"\nowner_columns = ["user_id"]\napp_role = "{app_role}"\n',
        "utf-8",
    )
    return root


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_planted_leaks_are_found_with_rows(
    world: World, sit: Sit, tmp_path: Path, size: tuple[int, int]
) -> None:
    world.run(*PLANTED)
    sitting = sit(project(tmp_path, world.role), world.url, size=size)
    sitting.go("Isolation")
    sitting.press("p")
    sitting.told("LEAK")
    seen = set()
    for _ in range(20):
        screen = sitting.sees("LEAK")
        seen |= {
            name for name in ("door", "told()", "notes", "comments", "labels") for line in screen.splitlines()
            if name in line and "LEAK" in line
        }  # fmt: skip
        sitting.press("n")
    assert seen == {"door", "told()", "notes", "comments", "labels"}
    sitting.sees("a row of another")
    assert "waies" not in sitting.terminal.screen()
    sitting.leave()


def test_as_superuser_nothing_is_proven(world: World, sit: Sit, tmp_path: Path) -> None:
    sitting = sit(project(tmp_path, str(world.url.username)), world.url)
    sitting.go("Isolation")
    sitting.press("p")
    sitting.told("NOTHING IS PROVEN")
    sitting.sees("NOTHING IS PROVEN: role")
    for word in (" PROVEN  ", " HELD "):
        assert word not in "\n".join(line for line in sitting.lines if "public." in line)
    sitting.leave()


def test_a_file_that_is_cut_is_told_by_its_place(desk: CockpitProject, sit: Sit) -> None:
    (desk.directory / "cut.json").write_text('[{"id": 1}, {"id": 2}, {"id"', "utf-8")
    sitting = sit(desk.directory, desk.url)
    sitting.go("Import")
    sitting.press("o")
    sitting.sees("cut.json")
    sitting.press("C-u")
    sitting.terminal.type("cut.json")
    screen = sitting.sees("byte 28", "hint: The file was cut off", "Nothing was")
    assert "\\nhint" not in screen
    assert "Traceback" not in sitting.terminal.screen()
    sitting.leave()
