"""Alembic's command line against ours: each of its options is taken, and means the same."""

from __future__ import annotations

import io
import re
from argparse import Action, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import CommandLine, Config
from fixtures.alembic_projects import MakeProject, ProjectFolder
from fixtures.command_line import Neonkit
from typer.main import get_command

from toolkit.cli.main import build
from toolkit.migrate import branches, heads, history, show

VERBS = (
    "upgrade", "downgrade", "stamp", "current", "history", "heads", "branches", "show", "revision", "merge",
)  # fmt: skip

PAGE = Path(__file__).parents[2] / "docs" / "decisions" / "alembic-verbs.md"

NOT_OURS = {"check", "edit", "ensure_version", "init", "list_templates"}
"""Alembic's verbs that the decision page gives the reasons against."""


def alembics() -> tuple[Any, dict[str, Any]]:
    """Alembic's parser and those of its verbs."""
    parser: Any = CommandLine().parser
    verbs = next(one for one in parser._actions if isinstance(one, _SubParsersAction))
    return parser, dict(verbs.choices)


def options_of(parser: Any) -> Iterator[tuple[str, Action]]:
    for action in parser._actions:
        for spelling in action.option_strings:
            yield spelling, action


def ours() -> Any:
    return get_command(build())


TABLE = [
    (verb, spelling, action)
    for verb, parser in alembics()[1].items()
    if verb in VERBS
    for spelling, action in options_of(parser)
]


@pytest.mark.parametrize(("verb", "spelling", "action"), TABLE, ids=lambda value: str(value)[:20])
def test_each_option_of_a_verb_is_taken_and_says_the_same(verb: str, spelling: str, action: Action) -> None:
    root = ours()
    own = root.commands[verb]
    above = root.make_context("neonkit", [], resilient_parsing=True)
    context = own.make_context(verb, [], parent=above, resilient_parsing=True)
    found = next((param for param in own.get_params(context) if spelling in param.opts), None)
    assert found is not None, f"neonkit {verb} has no {spelling}"
    takes_value = action.nargs != 0
    assert getattr(found, "is_flag", False) is not takes_value
    longest = max(action.option_strings, key=len)
    assert longest in found.opts, f"{spelling} is Alembic's {longest} and our {found.opts}"


def test_each_option_before_the_verb_is_taken() -> None:
    root = ours()
    context = root.make_context("neonkit", [], resilient_parsing=True)
    ours_ = {spelling for param in root.get_params(context) for spelling in param.opts}
    assert {spelling for spelling, _ in options_of(alembics()[0])} - ours_ == set()


def test_verbs_that_are_not_ours_are_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert set(alembics()[1]) - set(VERBS) <= NOT_OURS
    assert [verb for verb in NOT_OURS if f"`{verb}`" not in page] == []


@pytest.mark.parametrize(
    "line",
    [
        ("-c", "{ini}", "-n", "second", "heads"),
        ("--config", "{ini}", "--name", "second", "heads"),
        ("heads", "-c", "{ini}", "--section", "second"),
        ("-q", "--raiseerr", "-c", "{ini}", "heads", "-n", "second"),
        ("-x", "one=1", "-x", "two=2", "-c", "{ini}", "-n", "second", "heads"),
    ],
)
def test_the_configuration_in_alembics_short_forms(
    line: tuple[str, ...], neonkit: Neonkit, make_project: MakeProject
) -> None:
    folder = make_project()
    folder.write("other/env.py", "")
    folder.revision("s1", None, folder="other/versions", message="second")
    folder.ini.write_text(folder.ini.read_text() + "\n[second]\nscript_location = %(here)s/other\n")
    ran = neonkit(*(word.format(ini=folder.ini) for word in line))
    assert (ran.code, ran.out) == (0, "s1 (head), second\n"), ran.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("downgrade", "-1", "--sql"), "E165"),
        (("show", "-1"), "Rev: a2"),
        (("history", "-r-2:"), "a3 (head)"),
        (("history", "-r", "-2:"), "a3 (head)"),
        (("history", "--rev-range=a1:a2"), "a1 -> a2"),
        (("show", "head"), "Rev: a3 (head)"),
        (("show", "--nonsense"), "neither an option nor a revision"),
        (("stamp", "--sql", "-1"), "VALUES ('a2')"),
        (("stamp", "--sql", "--nonsense"), "neither an option nor a revision"),
    ],
)
def test_revisions_that_look_like_options(
    line: tuple[str, ...], said: str, neonkit: Neonkit, make_project: MakeProject
) -> None:
    ran = neonkit(*line, cwd=make_project().root)
    assert said in ran.out + ran.err


@pytest.fixture
def forked(make_project: MakeProject) -> ProjectFolder:
    folder = make_project()
    folder.revision("b3", "a2", labels=("side",))
    folder.revision("b4", "b3")
    folder.revision("c1", None, labels=("reports",), depends="a1")
    folder.revision("d4", "a3", depends="b4")
    return folder


def listed(folder: ProjectFolder, verb: str, *arguments: object, **options: object) -> list[str]:
    """The ids that Alembic lists."""
    said = io.StringIO()
    getattr(command, verb)(Config(folder.ini, stdout=said), *arguments, **options)
    if verb == "show":
        return re.findall(r"^Rev: (\S+)", said.getvalue(), re.MULTILINE)
    lines = (line.partition(" -> ")[2] or line for line in said.getvalue().splitlines())
    return [re.split(r"[\s,]", line)[0] for line in lines]


@pytest.mark.parametrize(
    "rev_range",
    [None, "a1:a3", ":a2", "a2:", ":", "base:heads", "a1:heads", "side@base:side@head", "a1:b4", "heads:"],
)
def test_history_lists_what_alembic_lists(rev_range: str | None, forked: ProjectFolder) -> None:
    ours = history(forked.open(), None, rev_range).revisions
    assert [revision.id for revision in ours] == listed(forked, "history", rev_range)


@pytest.mark.parametrize("symbol", ["a3", "side@head", "side@-1", "base", "heads", "side", "reports@base"])
def test_show_shows_what_alembic_shows(symbol: str, forked: ProjectFolder) -> None:
    assert [revision.id for revision in show(forked.open(), symbol)] == listed(forked, "show", symbol)


@pytest.mark.parametrize("resolve", [False, True])
def test_heads_are_alembics(resolve: bool, forked: ProjectFolder) -> None:
    ours = {revision.id for revision in heads(forked.open(), resolve_dependencies=resolve)}
    assert ours == set(listed(forked, "heads", resolve_dependencies=resolve))
    assert len(ours) == (2 if resolve else 3)


def test_branches_are_alembics(forked: ProjectFolder) -> None:
    lines = [one for point in branches(forked.open()) for one in (point.revision, *point.children)]
    assert {revision.id for revision in lines} == set(filter(None, listed(forked, "branches")))


def test_counting_back_from_several_heads(forked: ProjectFolder) -> None:
    assert {revision.id for revision in show(forked.open(), "-1")} == {"a3"}
