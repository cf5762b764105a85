"""The list of objects: the cursor is painted where it stands, at once."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from toolkit.tui.screens.schema.lines import TreeLine
from toolkit.tui.screens.schema.objects import ObjectList

LINES = tuple(TreeLine(2, f"t{number:03}", f"table public.t{number:03}") for number in range(100))


class OneList(App[None]):
    """Nothing but the list."""

    def compose(self) -> ComposeResult:
        yield ObjectList(id="objects")


async def test_both_lines_are_painted_when_the_cursor_moves_in_a_scrolled_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = OneList()
    async with app.run_test(size=(40, 10)) as pilot:
        objects = app.query_one(ObjectList)
        objects.tell(LINES)
        await pilot.pause()
        objects.move_to(60)
        await pilot.pause()
        top = objects.scroll_offset.y
        assert top > 0
        painted: list[Region] = []
        monkeypatch.setattr(objects, "refresh", lambda *regions, **_: painted.extend(regions))
        objects.move_to(59)
        assert {region.y for region in painted} == {60 - top, 59 - top}
