"""Every way a command can end, and what is said about it. Runs a small application inside the real frame."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
import typer
from typer.main import get_command

from toolkit.cancel import CancelledError, TerminatedError
from toolkit.cli.call import Call
from toolkit.cli.diagnostics import run_reported
from toolkit.cli.frame import adopt
from toolkit.errors import (
    ExitCode,
    FindingsError,
    IsolationBrokenError,
    NeonkitError,
    RefusedError,
    RunFailedError,
    TimedOutError,
    UnreachableError,
    UsageError,
)

SECRET = "S3CR3T"


@dataclass(eq=False)
class SampleError(NeonkitError):
    """A failure with a fact."""

    where: str = "here"

    @property
    def sentence(self) -> str:
        return f"It went wrong {self.where}."

    @property
    def hint(self) -> str | None:
        return "do it right"


def sample(family: type[NeonkitError]) -> NeonkitError:
    """An error of `family`."""
    kind = type("Made", (SampleError, family), {"code": "E000", "exit_code": family.exit_code})
    error = kind(where="there")
    assert isinstance(error, NeonkitError)
    return error


def run(raised: BaseException | None, *options: str) -> int:
    """Run one command that raises, as the entry point does."""
    app = typer.Typer(rich_markup_mode=None)

    @app.command()
    def work() -> None:
        password = SECRET
        if raised is not None:
            raise raised
        assert password

    @app.command()
    def other() -> None:
        pass

    adopt(app)
    call = Call()
    arguments = ["work", *options]
    return run_reported(
        call,
        arguments,
        lambda: get_command(app).main(args=arguments, prog_name="x", standalone_mode=False, obj=call),
    )


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (None, 0),
        (typer.Exit(int(ExitCode.FINDINGS)), 5),
        (sample(RunFailedError), 1),
        (sample(UsageError), 2),
        (sample(UnreachableError), 3),
        (sample(TimedOutError), 4),
        (sample(FindingsError), 5),
        (sample(RefusedError), 6),
        (sample(IsolationBrokenError), 7),
        (CancelledError("Ctrl+C was pressed"), 130),
        (TerminatedError("the system asked"), 143),
        (KeyboardInterrupt(), 130),
        (typer.Abort(), 130),
        (ValueError("oh"), 1),
    ],
    ids=repr,
)
def test_every_ending_has_its_exit_code(raised: BaseException | None, code: int) -> None:
    assert run(raised) == code


def test_a_failure_is_a_sentence_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    run(sample(RunFailedError))
    assert capsys.readouterr() == ("", "error[E000]: It went wrong there.\nhint: do it right\n")


def test_a_failure_in_json_has_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    run(sample(RunFailedError), "--json")
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err) == {
        "error": {
            "code": "E000",
            "sentence": "It went wrong there.",
            "hint": "do it right",
            "exit_code": 1,
            "facts": {"where": "there"},
        }
    }


def test_colour_is_only_paint(capsys: pytest.CaptureFixture[str]) -> None:
    run(sample(RunFailedError), "--color", "always")
    painted = capsys.readouterr().err
    run(sample(RunFailedError), "--color", "never")
    plain = capsys.readouterr().err
    assert "\x1b[" in painted
    assert "\x1b[" not in plain
    assert painted.replace("\x1b[1;31m", "").replace("\x1b[36m", "").replace("\x1b[0m", "") == plain


@pytest.mark.parametrize("options", [(), ("--verbose",), ("--json",), ("--json", "--verbose")])
def test_our_own_fault_shows_no_text_and_no_local(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    fault = ValueError(f"could not reach postgresql://u:{SECRET}@h/d")
    fault.__cause__ = KeyError(SECRET)
    assert run(fault, *options) == 1
    out, err = capsys.readouterr()
    assert SECRET not in out + err
    assert "E999" in err
    assert "ValueError" in err
    assert ("test_endings.py" in err) == (options == ("--verbose",))
