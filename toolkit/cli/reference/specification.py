"""The command line as a value: what `neonkit spec` prints, and what the reference pages are made from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, get_args, get_type_hints

from toolkit import __version__
from toolkit.cli.options import Format, common_parameters
from toolkit.cli.reference.error_index import ErrorPage, error_pages
from toolkit.errors import ExitCode
from toolkit.events import Event

SPEC_VERSION: Final = 1
"""Raised when a key changes its meaning or goes away; a new key is no new version."""

_EXITS: Final = {
    ExitCode.DONE: "Done, or nothing to do.",
    ExitCode.FAILED: "The run failed, or the database refused.",
    ExitCode.USAGE: "Wrong arguments, settings or project layout.",
    ExitCode.UNREACHABLE: "The server cannot be reached, or was lost.",
    ExitCode.TIMED_OUT: "Gave way to a lock or a statement timeout; nothing changed.",
    ExitCode.FINDINGS: "A check found something.",
    ExitCode.REFUSED: "Refused by policy, or an answer is needed that nobody can give.",
    ExitCode.ISOLATION_BROKEN: "A user can reach another user's rows.",
    ExitCode.INTERRUPTED: "Stopped by the user, safely.",
    ExitCode.TERMINATED: "Stopped by the system, safely.",
}
_RETRY: Final = frozenset(
    {ExitCode.UNREACHABLE, ExitCode.TIMED_OUT, ExitCode.INTERRUPTED, ExitCode.TERMINATED}
)


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """An argument or an option."""

    name: str
    kind: str
    """`argument`, `option` or `flag`."""
    spellings: tuple[str, ...]
    metavar: str | None
    choices: tuple[str, ...]
    required: bool
    several: bool
    default: str | None
    help: str


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One command, or a group of them."""

    path: str
    """As typed after `neonkit`; empty for the program itself."""
    help: str
    group: bool
    asks: bool
    """Whether it may ask before it writes, and so takes the options that answer."""
    formats: tuple[str, ...]
    parameters: tuple[ParameterSpec, ...]
    """Its own; the common ones are told once."""


@dataclass(frozen=True, slots=True)
class EventSpec:
    """One kind of event that long work tells."""

    event: str
    meaning: str
    fields: dict[str, str]
    """The type of each field by its name."""


@dataclass(frozen=True, slots=True)
class ExitSpec:
    """One exit code."""

    code: int
    name: str
    meaning: str
    retry: bool
    """Whether the same command may succeed without anything being changed."""


@dataclass(frozen=True, slots=True)
class Specification:
    """All of it."""

    version: int
    neonkit: str
    commands: tuple[CommandSpec, ...]
    common_options: tuple[ParameterSpec, ...]
    events: tuple[EventSpec, ...]
    exit_codes: tuple[ExitSpec, ...]
    errors: tuple[ErrorPage, ...]


def specification(program: Any) -> Specification:
    """What `program`, the root of the command tree, can do."""
    return Specification(
        version=SPEC_VERSION,
        neonkit=__version__,
        commands=tuple(_commands(program, ())),
        common_options=tuple(_parameter(param) for param in common_parameters() if not param.hidden),
        events=tuple(_event(kind) for kind in get_args(Event)),
        exit_codes=exit_codes(),
        errors=error_pages(),
    )


def exit_codes() -> tuple[ExitSpec, ...]:
    """Every exit code there is."""
    return tuple(ExitSpec(int(code), code.name.lower(), _EXITS[code], code in _RETRY) for code in ExitCode)


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[CommandSpec]:
    # The name of a group may be a command itself: `import`, beside `import suggest`.
    itself = getattr(command, "default", command)
    group = hasattr(itself, "commands")
    own = getattr(itself, "own_params", itself.params)
    yield CommandSpec(
        path=" ".join(path),
        help=(itself.help or "").strip(),
        group=group,
        asks=bool(getattr(itself, "asks", False)),
        formats=() if group else tuple(one.value for one in getattr(itself, "formats", (Format.TEXT,))),
        parameters=tuple(_parameter(param) for param in own if not getattr(param, "hidden", False)),
    )
    for name, inner in getattr(command, "commands", {}).items():
        if not inner.hidden:
            yield from _commands(inner, (*path, name))


def _parameter(param: Any) -> ParameterSpec:
    argument = param.param_type_name == "argument"
    flag = not argument and bool(param.is_flag)
    default = param.default
    shown = default is not None and default is not False and not callable(default) and default not in ((), [])
    return ParameterSpec(
        name=param.name,
        kind="argument" if argument else "flag" if flag else "option",
        spellings=() if argument else (*param.opts, *param.secondary_opts),
        metavar=param.metavar,
        choices=_choices(param),
        required=bool(param.required),
        several=bool(getattr(param, "multiple", False)) or param.nargs == -1,
        default=str(getattr(default, "value", default)) if shown else None,
        help=" ".join((getattr(param, "help", None) or "").split()),
    )


def _choices(param: Any) -> tuple[str, ...]:
    """The words an enumeration allows; empty for anything else."""
    annotation = getattr(getattr(param, "type_descriptor", None), "annotation", None)
    kind = next(iter(get_args(annotation)), annotation)
    members = list(kind) if isinstance(kind, type) and issubclass(kind, Enum) else ()
    return tuple(str(member.value) for member in members)


def _event(kind: Any) -> EventSpec:
    hints = get_type_hints(kind)
    fields = {field.name: _type_name(hints[field.name]) for field in dataclasses.fields(kind)}
    return EventSpec(kind.__name__, " ".join((kind.__doc__ or "").split()), fields)


def _type_name(annotation: Any) -> str:
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation.__name__
    return str(annotation).replace("typing.", "").replace("toolkit.events.", "")
