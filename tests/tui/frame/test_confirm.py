"""The question before a write: what enables it, and what does not."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.events import Paste
from textual.widgets import Button, Input, Static

from toolkit.friction import Deed, demand
from toolkit.tui.screens.modals.confirm import ConfirmScreen, Question, facts_text

QUESTION = Question("Apply", (("will lock", "app.orders\nfor 2 s"),), reversible=False, verb="Apply")
NAMES = ("yard", "public.[red]old")


class Asked(App[None]):
    """Nothing but the question."""

    CSS = "Screen { align: center middle; }"

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.question = ConfirmScreen(QUESTION, "yard on here as ann", names)
        self.answers: list[bool | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.question, self.answers.append)

    @property
    def enabled(self) -> bool:
        return not self.question.query_one("#yes", Button).disabled


@pytest.mark.parametrize(
    ("keys", "answers"),
    [
        (["y"], [True]),
        (["enter"], [False]),
        (["escape"], [False]),
        (["x", "space"], []),
        (["tab", "enter"], [True]),
    ],
)
async def test_a_plain_question_starts_on_cancel(keys: list[str], answers: list[bool]) -> None:
    app = Asked()
    async with app.run_test() as pilot:
        assert app.question.focused is app.question.query_one("#cancel")
        await pilot.press(*keys)
        assert app.answers == answers


async def test_only_the_exact_names_confirm() -> None:
    app = Asked(*NAMES)
    async with app.run_test() as pilot:
        assert app.question.focused is app.question.query_one("#cancel")
        first, second = app.question.query(Input)
        await pilot.press("enter", "space", *"Yard", "enter")
        assert (first.value, app.enabled, app.answers) == (" Yard", False, [])
        for wrong in ("Yard", "yard ", " yard", "yar", "yards", "YARD", "app"):
            first.value = wrong
            await pilot.press("enter")
            assert (app.enabled, app.answers) == (False, [])
        first.value = ""
        app.question.query_one("#cancel", Button).focus()
        app.question.post_message(Paste("other\nyard"))
        await pilot.pause()
        assert (first.value, app.enabled) == ("other", False)
        first.value = ""
        await pilot.press(*"yard", "enter")
        assert (second.has_focus, app.enabled, app.answers) == (True, False, [])
        second.value = NAMES[1]
        await pilot.pause()
        assert app.enabled
        await pilot.press("enter")
        assert app.answers == [True]


async def test_a_y_is_a_letter_where_a_name_is_wanted() -> None:
    app = Asked("yard")
    async with app.run_test() as pilot:
        await pilot.press("y")
        assert (app.question.query_one(Input).value, app.answers) == ("y", [])
        await pilot.press("escape")
        assert app.answers == [False]


async def test_a_small_terminal_can_be_scrolled_to_the_buttons() -> None:
    app = Asked(*NAMES)
    async with app.run_test(size=(50, 14)) as pilot:
        await pilot.press("tab", "tab")
        await pilot.pause()
        assert all(line.region.right <= 50 for line in app.question.query(Static))


def test_facts_are_aligned_and_shown_literally() -> None:
    losing = Question(
        "Drop", (("undo", "none"),), reversible=False, verb="Drop", losses=("a.[red]b", "a\x1bc")
    )
    assert facts_text(losing, "db").plain.splitlines() == [
        "on         db",
        "undo       none",
        "will lose  a.[red]b, a\\x1bc",
    ]
    assert facts_text(QUESTION, "db").plain.splitlines()[1:] == [
        "will lock  app.orders",
        "           for 2 s",
    ]


def test_losses_come_after_the_database_in_production() -> None:
    assert demand(Deed.WRITE, "production", "yard", losses=("a.b",)).to_type == ("yard", "a.b")
    assert demand(Deed.WRITE, "staging", "yard", losses=("a.b",)).to_type == ("a.b",)
