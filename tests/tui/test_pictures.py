"""The pictures of the docs show what the terminal UI shows now; `make pictures` draws them anew.

Pictures are compared by their words. Figures differ from run to run (milliseconds, bytes, process ids, ids of
plans), so any two numbers count as equal, and so do any two bars.
"""

from __future__ import annotations

import html
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
import pytest
from fixtures.cockpit import CockpitProject, until

from toolkit.database import Database
from toolkit.database.embedded import RunningServer
from toolkit.database.scratch import template_name
from toolkit.demo.project import open_project
from toolkit.migrate import AlembicProject, downgrade

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
DRAW = os.environ.get("NEONKIT_DRAW_PICTURES") == "1"


@dataclass(frozen=True)
class Picture:
    """One file: which keys lead there, each with a text to wait for after it."""

    name: str
    size: tuple[int, int]
    steps: tuple[tuple[str, str], ...]
    environment: str = "dev"
    behind: bool = False
    """Whether two revisions are taken back before."""


BOXES = "[\N{BOX DRAWINGS LIGHT HORIZONTAL}-\N{QUADRANT UPPER RIGHT AND LOWER LEFT AND LOWER RIGHT}]"
"""Borders and scroll bars, which move with the length of figures."""
SAME = 4
"""Words that may differ: a slow machine has a word more to say."""
READY = ("", "ok connected")
STEPS = "down " * 11
GALLERY = [
    Picture("overview", (140, 36), (READY, ("", "2 pending"), ("", "public.tasks")), behind=True),
    Picture("production", (80, 24), (READY, ("w", "To go on, type")), "production"),
    Picture("schema", (120, 36), (READY, ("2", "task_tag_links"), ("slash t a s k s enter", "due_at"))),
    Picture("plan", (120, 36), (READY, ("3", "pending"), ("p", "holds 1"), (STEPS, "step 12")), behind=True),
    Picture("import", (120, 36), (READY, ("4", "users.json"), ("v", "nothing was written"))),
    Picture("isolation", (120, 36), (READY, ("5", "Verdicts"), ("p", "HELD"))),
]


@pytest.fixture
def gallery(server: RunningServer, demo_template: str, tmp_path: Path) -> Iterator[CockpitProject]:
    """The demo's project before its database under its own name, as it is after the first upgrade."""
    url = server.url.with_database("demo")
    with closing(psycopg2.connect(**server.url.libpq_parameters())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE demo TEMPLATE {template_name(demo_template)}")
            with closing(psycopg2.connect(**url.libpq_parameters())) as inside:
                inside.cursor().execute("ANALYZE")
                inside.commit()
            yield CockpitProject(open_project(tmp_path / "demo").root, url)
            cursor.execute("DROP DATABASE demo WITH (FORCE)")


@pytest.mark.parametrize("picture", GALLERY, ids=lambda picture: picture.name)
async def test_a_picture_is_fresh(
    gallery: CockpitProject, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(gallery.directory)  # as people do: files are named from there on
    if picture.behind:
        downgrade(AlembicProject.open(gallery.directory), Database.at(gallery.url), "-2")
    app = gallery.open(environment=picture.environment)
    async with app.run_test(size=picture.size) as pilot:
        for keys, wanted in picture.steps:
            await pilot.press(*keys.split())
            await until(pilot, partial(shows, app, wanted), wanted)
        await until(pilot, lambda: app.job is None and not app.board.reads, "the end of what is read")
        path = PICTURES / f"{picture.name}.svg"
        if DRAW:
            await pilot.pause(1)
            path.parent.mkdir(exist_ok=True)
            path.write_text(drawn(app), "utf-8")
        kept = said(path.read_text("utf-8"))
        for _ in range(100):  # what is read last may still have to be drawn
            if not other(kept, said(drawn(app))):
                break
            await pilot.pause(0.1)
        differs = other(kept, said(drawn(app)))
        assert sum(differs.values()) <= SAME, f"make pictures draws them anew: {differs}"


def other(one: list[str], two: list[str]) -> Counter[str]:
    """The words that only one of both has."""
    first, second = Counter(one), Counter(two)
    return (first - second) + (second - first)


def drawn(app: Cockpit) -> str:
    """The screen as a picture; spaces at the start of a text are part of it."""
    return app.export_screenshot(title="neonkit tui").replace("<text ", '<text xml:space="preserve" ')


def shows(app: Cockpit, wanted: str) -> bool:
    """Whether a text stands on the screen."""
    return wanted in plain(app.export_screenshot())


def said(picture: str) -> list[str]:
    """The words of a picture, with numbers, their units and bars evened out."""
    evened = re.sub(r"[#|=]+", "|", re.sub(BOXES, " ", plain(picture)))
    evened = re.sub(r"\b[0-9a-f]{6,}\b|[0-9][0-9:.,]*", "0", evened)
    return re.sub(r"\b0 (ms|s|min|B|kB|MB)\b", "0", evened).split()


def plain(picture: str) -> str:
    """The words of a picture."""
    texts = re.findall(r"<text[^>]*>(.*?)</text>", picture, re.DOTALL)
    return html.unescape("".join(texts)).replace("\N{NO-BREAK SPACE}", " ")
