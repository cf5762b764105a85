"""Standard output: data only, the same on a terminal and in a pipe; a reader that went away stops nothing."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.command_line import MAIN, Neonkit, plain_environment

import toolkit.cli
from toolkit.cli.diagnostics import may_color
from toolkit.cli.errors import FormatNotOfferedError
from toolkit.cli.options import Color, Format
from toolkit.cli.output import Output
from toolkit.findings import Report


class Screen(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("wish", "env", "terminal", "colored"),
    [
        (Color.AUTO, {}, True, True),
        (Color.AUTO, {}, False, False),
        (Color.AUTO, {"NO_COLOR": "1"}, True, False),
        (Color.AUTO, {"NO_COLOR": ""}, True, True),
        (Color.AUTO, {"TERM": "dumb"}, True, False),
        (Color.AUTO, {"CLICOLOR_FORCE": "1"}, False, True),
        (Color.AUTO, {"CLICOLOR_FORCE": "0"}, False, False),
        (Color.AUTO, {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, True, False),
        (Color.ALWAYS, {"NO_COLOR": "1"}, False, True),
        (Color.NEVER, {"CLICOLOR_FORCE": "1"}, True, False),
    ],
)
def test_when_to_colour(
    monkeypatch: pytest.MonkeyPatch, wish: Color, env: dict[str, str], terminal: bool, colored: bool
) -> None:
    for name in ("NO_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert may_color(Screen(terminal), wish) is colored


@pytest.mark.parametrize(
    ("result", "text", "form", "written"),
    [
        ({"a": 1}, "one", Format.TEXT, "one\n"),
        ({"a": 1}, lambda: "one\n", Format.TEXT, "one\n"),
        ({"a": 1}, "", Format.TEXT, ""),
        ({"a": 1}, "one", Format.JSON, '{\n  "a": 1\n}\n'),
        (Report(), None, Format.TEXT, "0 errors, 0 warnings, 0 info; looked at nothing\n"),
    ],
)
def test_a_result_in_each_format(result: object, text: str, form: Format, written: str) -> None:
    stream = Screen(terminal=False)
    Output(stream, form).show(result, text)
    assert stream.getvalue() == written


def test_a_result_without_text() -> None:
    with pytest.raises(FormatNotOfferedError, match="cannot be written as text") as caught:
        Output(Screen(terminal=False), Format.TEXT).show({"a": 1}, None)
    assert caught.value.hint == "Use --format json."


SPEAKERS = {
    "call.py": {"sys.stdout"},  # hands it to `output`
    "diagnostics.py": {"sys.stderr"},
    "doctor.py": {"sys.stdout"},  # asks whether it is a terminal
    "isolation_trace.py": {"sys.stderr"},  # where pytest's own talk goes
    "main.py": {"typer.echo"},  # help and version
    "output.py": {"sys.stdout"},  # streams of rows
    "prompt.py": {"sys.stderr"},
    "signals.py": {"sys.stdout"},  # flushed before a hard end
}


@pytest.mark.parametrize(
    "module", sorted(Path(toolkit.cli.__file__).parent.glob("*.py")), ids=lambda p: p.name
)
def test_nobody_else_writes(module: Path) -> None:
    found = set(re.findall(r"sys\.stdout|sys\.stderr|typer\.s?echo|\bprint\(", module.read_text("utf-8")))
    assert found == SPEAKERS.get(module.name, set())


def test_a_reader_that_went_away_changes_no_exit_code(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "config", "show"],
        cwd=folder,
        env=plain_environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=30) == 0
    process.stderr.close()


def test_text_is_the_same_with_forced_colour(neonkit: Neonkit) -> None:
    assert neonkit("config", "show").out == neonkit("config", "show", "--color", "always").out
