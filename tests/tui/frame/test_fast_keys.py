"""Keys that come faster than the screen is drawn do no harm."""

from __future__ import annotations

from fixtures.cockpit import CockpitProject, until
from textual.app import App, ComposeResult

from toolkit.tui.facts.connection import Identity
from toolkit.tui.screens.migrations.journal_screen import JournalScreen
from toolkit.tui.screens.modals.help import HelpScreen
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.option_list import OptionList


async def test_a_page_of_options_that_are_not_drawn_yet() -> None:
    class Listing(App[None]):
        def compose(self) -> ComposeResult:
            yield OptionList(*map(str, range(50)))

    async with Listing().run_test(size=(20, 10)) as pilot:
        options = pilot.app.query_one(OptionList)
        options.highlighted = 40
        options.clear_options()
        options.add_options(map(str, range(60)))
        options.action_page_up()
        options.action_page_down()
        await pilot.press("home", "pagedown")
        assert options.highlighted


async def test_going_back_twice(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open()
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
        await pilot.press("3", "J")
        journal = app.screen
        assert isinstance(journal, JournalScreen)
        journal.action_back()
        journal.action_back()
        await pilot.pause()
        assert isinstance(app.screen, ModeScreen)
        await pilot.press("question_mark")
        closed = app.screen
        assert isinstance(closed, HelpScreen)
        closed.dismiss()
        closed.dismiss()
        await pilot.pause()
        assert isinstance(app.screen, ModeScreen)
