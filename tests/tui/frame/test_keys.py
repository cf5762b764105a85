"""Keys: one table by id; moved by settings, shown as moved, refused when two meet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixtures.cockpit import CockpitProject, until, words

from toolkit.settings import load_settings
from toolkit.settings.errors import BadSettingError
from toolkit.tui.errors import MovedKeyError
from toolkit.tui.keys.keymap import checked
from toolkit.tui.keys.page import PAGE, page
from toolkit.tui.keys.table import Action, actions, key_names, shown
from toolkit.tui.screens.modals.help import HelpScreen
from toolkit.tui.widgets.key_line import KeyLine
from toolkit.tui.widgets.tabs import MODES

TABLE = (
    Action("app.quit", ("q",), "quit"),
    Action("app.refresh", ("r",), "refresh"),
    Action("list.down", ("j",), "down"),
    Action("migrations.upgrade", ("a",), "upgrade"),
    Action("migrations.downgrade", ("d",), "downgrade"),
    Action("activity.cancel", ("k",), "cancel"),
    Action("confirm.yes", ("y",), "yes"),
)
UNSENT = re.compile(r"ctrl\+(enter|m|i|j|h|a|b|shift.*)|f\d+|super.*|alt.*")
"""Keys that tmux, screen or a plain terminal keep or cannot send."""


@pytest.mark.parametrize(
    ("moved", "keymap"),
    [
        ({}, {}),
        ({"migrations.upgrade": "A"}, {"migrations.upgrade": "A"}),
        ({"app.quit": "Q, ?"}, {"app.quit": "Q,question_mark"}),
        ({"migrations.upgrade": "d", "migrations.downgrade": "a"}, None),
        ({"activity.cancel": "a"}, {"activity.cancel": "a"}),
        ({"confirm.yes": "q"}, {"confirm.yes": "q"}),
    ],
)
def test_keys_move(moved: dict[str, str], keymap: dict[str, str] | None) -> None:
    assert checked(moved, TABLE) == (moved if keymap is None else keymap)


@pytest.mark.parametrize(
    ("moved", "both"),
    [
        ({"migrations.upgrade": "d"}, {"migrations.upgrade", "migrations.downgrade"}),
        ({"migrations.upgrade": "q"}, {"migrations.upgrade", "app.quit"}),
        ({"app.refresh": "k"}, {"app.refresh", "activity.cancel"}),
        ({"app.refresh": "j,x"}, {"app.refresh", "list.down"}),
        ({"app.refresh": "x", "app.quit": "x"}, {"app.refresh", "app.quit"}),
    ],
)
def test_two_actions_on_one_key_clash(moved: dict[str, str], both: set[str]) -> None:
    with pytest.raises(MovedKeyError) as raised:
        checked(moved, TABLE)
    assert {raised.value.action, raised.value.taken_by} == both
    assert raised.value.exit_code == 2
    assert all(name in raised.value.sentence for name in both)


def test_an_action_that_does_not_exist_is_refused() -> None:
    with pytest.raises(MovedKeyError) as raised:
        checked({"migrations.upgrad": "A"}, TABLE)
    assert (raised.value.exit_code, raised.value.hint) == (2, "Did you mean migrations.upgrade?")


def test_every_action_has_an_id_words_and_a_key_that_a_terminal_can_send() -> None:
    assert {f"mode.{name}" for name, _ in MODES} <= {action.id for action in actions()}
    for action in actions():
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", action.id), action
        assert action.words, action
        assert any(not UNSENT.fullmatch(key) for key in action.keys), action


def test_the_page_of_the_docs_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m toolkit.tui.keys.page --write"


@pytest.mark.parametrize(
    ("given", "names", "label"),
    [("?", ("question_mark",), "?"), ("a, A", ("a", "A"), "a"), ("<", ("less_than_sign",), "<")],
)
def test_names_of_keys(given: str, names: tuple[str, ...], label: str) -> None:
    assert (key_names(given), shown(names[0])) == (names, label)


def test_keys_are_read_from_the_project(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text('[tool.neonkit.keys]\n"migrations.upgrade" = "A"\n', "utf-8")
    settings = load_settings(tmp_path, environ={})
    assert dict(settings.keys) == {"migrations.upgrade": "A"}
    assert settings.origin("keys").path == pyproject
    for wrong in ("keys = 1", 'keys = {"app.quit" = 1}', 'keys = {"app.quit" = ""}'):
        pyproject.write_text(f"[tool.neonkit]\n{wrong}\n", "utf-8")
        with pytest.raises(BadSettingError, match="keys"):
            load_settings(tmp_path, environ={})


async def test_a_moved_key_works_and_is_shown_everywhere(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open()
    app.set_keymap(checked({"app.log": "O", "app.help": "H"}))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "H help" in str(app.screen.query_one(KeyLine).content), "the key line")
        await pilot.press("L", "question_mark")
        assert not app.screen.query("#log-panel")
        await pilot.press("H")
        assert isinstance(app.screen, HelpScreen)
        lines = [line.split() for line in words(pilot).splitlines()]
        assert ["O", "log", "over", "the", "lower", "third", "app.log"] in lines
        await pilot.press("escape", "O")
        await until(pilot, lambda: bool(app.screen.query("#log-panel")), "the log")


def test_no_mode_hides_help_leaving_or_the_modes_themselves() -> None:
    kept = {key for action in actions() if action.where == "mode" for key in action.keys}
    kept |= {"q", "question_mark", "ctrl+c", "ctrl+p", "colon"}
    modes = {name for name, _ in MODES}
    taken = {action.id: kept & set(action.keys) for action in actions() if action.where in modes}
    assert {name: keys for name, keys in taken.items() if keys} == {}
