"""Random command lines on random projects with random faults: every end is one that a user can read.

Command lines are drawn from what `neonkit spec` says, so a new command is drawn, too. All 200:
`pytest -m slow tests/acceptance/test_chaos.py`; a run is repeated by its number. Other lines are drawn with
another `NEONKIT_CHAOS`, any number.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from fixtures.command_line import MAIN, Ran, plain_environment
from fixtures.many_commands import Commands
from fixtures.strange_projects import KINDS
from typer.main import get_command

from toolkit.cli.main import build
from toolkit.cli.reference.specification import CommandSpec, ParameterSpec, Specification, specification
from toolkit.database import DatabaseUrl

PLANTED: Final = "planted-w0rd"
SEED: Final = int(os.environ.get("NEONKIT_CHAOS", "0"))
LINES: Final = 5
"""Command lines for each project."""
LEFT_OUT: Final = frozenset({"demo", "tui", "server start", "rehearse", "check"})
"""They outlive their command, want a terminal, or take long; tests of their own hold them wrong."""
WORDS: Final = (
    "authors",
    "a2",
    "head",
    "heads",
    "base",
    "-1",
    "a1:a3",
    "nothing",
    "public.books",
    "",
    "0",
    "-5",
    "999999999999",
    "it's",
    'a"b',
    "%s",
    "tab\there",
    "\N{SNOWMAN}",
    "/nowhere/at/all",
    "models.py",
    "alembic.ini",
    "E101",
    "fk-without-index",
    "json",
)


@cache
def described() -> Specification:
    """The whole command line."""
    return specification(get_command(build()))


def commands() -> list[CommandSpec]:
    return [one for one in described().commands if one.path and not one.group and one.path not in LEFT_OUT]


def drawn_line(chance: random.Random) -> list[str]:
    """A command with some of its options, their values fitting or not."""
    command = chance.choice(commands())
    words = command.path.split()
    own = [one for one in command.parameters if chance.random() < (0.7 if one.required else 0.25)]
    common = [one for one in described().common_options if chance.random() < 0.08]
    for parameter in [*own, *common]:
        if "--url" in parameter.spellings or "--on" in parameter.spellings:
            continue
        words += drawn_parameter(parameter, chance)
    return [*words, "--no-input", *chance.choice(([], ["--json"], ["--events"], ["--yes"]))]


def drawn_parameter(parameter: ParameterSpec, chance: random.Random) -> list[str]:
    fits = parameter.choices and chance.random() < 0.8
    value = chance.choice(parameter.choices if fits else WORDS)
    if parameter.kind == "argument":
        return [value]
    return [chance.choice(parameter.spellings), *([] if parameter.kind == "flag" else [value])]


def break_env(folder: ProjectFolder, chance: random.Random) -> None:
    contents = (b"raise RuntimeError('no')\n", b"# \xff\xfe\n", b"def (", None)
    content = chance.choice(contents)
    if content is None:
        folder.env_py.unlink()
    else:
        folder.env_py.write_bytes(content)


def break_revision(folder: ProjectFolder, chance: random.Random) -> None:
    path = chance.choice(sorted(folder.root.rglob("versions/*.py")))
    text = path.read_text("utf-8")
    path.write_text(
        chance.choice(
            [
                text.replace("def upgrade", "def upgraded"),
                text + "\n)",
                text.replace("down_revision = ", "down_revision = 'gone' or "),
                text.replace("    op.", "    op.execute('SELECT nowhere')\n    op.", 1),
            ]
        ),
        "utf-8",
    )


def break_settings(folder: ProjectFolder, chance: random.Random) -> None:
    text = chance.choice(
        ["[tool.neonkit]\nunknown = 1\n", "[tool.neonkit\n", "[tool.neonkit]\ndb_pool_size = 'many'\n"]
    )
    (folder.root / "pyproject.toml").write_text(text, "utf-8")


def bury_the_cache(folder: ProjectFolder, chance: random.Random) -> None:
    """A file stands where the folder for what is kept should be."""
    del chance
    (folder.root / ".neonkit").write_text("in the way", "utf-8")


def lose_the_scripts(folder: ProjectFolder, chance: random.Random) -> None:
    del chance
    shutil.rmtree(folder.scripts)


def nothing(folder: ProjectFolder, chance: random.Random) -> None:
    del folder, chance


FAULTS: Final[tuple[Callable[[ProjectFolder, random.Random], None], ...]] = (
    nothing,
    nothing,
    break_env,
    break_revision,
    break_settings,
    bury_the_cache,
    lose_the_scripts,
)


def unreachable(url: DatabaseUrl, chance: random.Random) -> str:
    """A URL that leads nowhere, or to a refusal, with a password that must not be seen."""
    return chance.choice(
        [
            f"postgresql://{url.username}:{PLANTED}@{url.host}:{url.port}/{url.database}",
            f"postgresql://me:{PLANTED}@127.0.0.1:1/x",
            f"postgresql://me:{PLANTED}@nowhere.invalid/x",
            f"mysql://me:{PLANTED}@localhost/x",
            f"postgresql://me:{PLANTED}@[::1/x",
        ]
    )


def judge(line: list[str], ran: Ran) -> None:
    """No traceback, no secret, and the exit code of the error that is named."""
    said = f"neonkit {line!r}: {ran.code}\n{ran.out[-3000:]}\n{ran.err[-3000:]}"
    assert "Traceback" not in ran.out + ran.err, said
    assert PLANTED not in ran.out + ran.err, said
    assert "s3cret" not in ran.out + ran.err, said
    assert "E999" not in ran.err, said
    assert ran.code in {one.code for one in described().exit_codes}, said
    codes = re.findall(r'error\[(E\d{3})\]|"error":\{"code":"(E\d{3})"', ran.err)
    if codes:
        pages = {page.code: page for page in described().errors}
        assert ran.code == pages["".join(codes[-1])].exit_code, said
    else:
        assert ran.code in (0, 5, 7), said


def cut_off(folder: ProjectFolder, variables: Mapping[str, str], chance: random.Random) -> None:
    """An upgrade that is stopped somewhere, by somebody who is kind or not."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "upgrade", "heads", "--yes", "--no-input"],
        cwd=folder.root,
        env=plain_environment(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal_ = chance.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
    try:
        out, err = process.communicate(timeout=chance.uniform(0.3, 2.5))
    except subprocess.TimeoutExpired:
        process.send_signal(signal_)
        out, err = process.communicate(timeout=60)
        assert process.returncode in {-signal_, 128 + signal_, 0, -int(signal.SIGKILL)}, err
    assert "Traceback" not in out + err
    assert PLANTED not in out + err


@pytest.mark.parametrize(
    "number", [pytest.param(n, marks=() if n < 3 else (pytest.mark.slow,)) for n in range(40)]
)
def test_whatever_is_asked(number: int, make_project: MakeProject, database_url: DatabaseUrl) -> None:
    chance = random.Random(number + 1000 * SEED)
    kind = KINDS[chance.choice([name for name in KINDS if name != "hundreds of revisions"])]
    folder, variables = kind.make(make_project)
    chance.choice(FAULTS)(folder, chance)
    reachable = chance.random() < 0.7
    url = database_url.reveal_plain() if reachable else unreachable(database_url, chance)
    with Commands(folder.root, url, variables) as neonkit:
        if reachable:
            if chance.random() < 0.4:
                cut_off(folder, {**variables, "DATABASE_URL": url}, chance)
                judge(["repair"], neonkit("repair", "--no-input"))
            judge(["upgrade"], neonkit("upgrade", "heads", "--yes", "--no-input"))
        for _ in range(LINES):
            line = drawn_line(chance)
            judge(line, neonkit(*line))
