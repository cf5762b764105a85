"""The frame around every command: common options, help in sections, did-you-mean.

`adopt` gives the frame to all commands and groups of a typer application, however deep, so that command
modules are written in plain typer. Typer's context and help formatter are private classes, hence `Any`.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from toolkit.cli.call import Call
from toolkit.cli.errors import BadCommandLineError, FormatNotOfferedError, UnknownCommandError
from toolkit.cli.options import ANSWERS, Format, common_parameters


class _Option(TyperOption):
    """An option that is left as it is when it was not given.

    Typer converts by pydantic, also a value that is not there; loading it would double the time of `--help`.
    """

    def process_value(self, ctx: Any, value: Any) -> Any:
        if value is not None or self.required:
            return super().process_value(ctx, value)
        return None if self.callback is None else self.callback(ctx, self, None)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """What the shell offers for it."""
        return _offered(self, ctx, incomplete, super().shell_complete)


class _Argument(TyperArgument):
    """An argument that is left as it is when it was not given; see `_Option`."""

    def get_usage_pieces(self, ctx: Any) -> list[str]:
        """Its name in a usage line: in brackets when it may be left out, plain when not."""
        pieces = (piece.replace("{", "").replace("}", "") for piece in super().get_usage_pieces(ctx))
        return [piece.replace("[[", "[").replace("]]", "]") for piece in pieces]

    def process_value(self, ctx: Any, value: Any) -> Any:
        if value is not None or self.required:
            return super().process_value(ctx, value)
        return None if self.callback is None else self.callback(ctx, self, None)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """What the shell offers for it."""
        return _offered(self, ctx, incomplete, super().shell_complete)


class NeonkitCommand(TyperCommand):
    """A command with the common options added."""

    asks = False
    """Whether the command may ask, so that its help shows the options that answer."""
    formats: tuple[Format, ...] = (Format.TEXT, Format.JSON)
    """What the result can be written as; another format is refused before anything is done."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_params = list(self.params)
        self.params = [*self.params, *_common_beside(self.own_params)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, then hand the common options to the call."""
        rest = super().parse_args(ctx, args)
        _hand_over(ctx, self.own_params)
        _require_offered(ctx, self.formats)
        return rest

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, the common ones and --help among them."""
        return _light(super().get_params(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, whole: a list of commands wraps it where typer would cut it off."""
        del limit
        return first_sentence(self.help)

    def invoke(self, ctx: Any) -> None:
        """Run the command. Its return value means nothing: results are shown, exit codes are raised."""
        super().invoke(ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the command's own options, then the common ones under a title of their own."""
        _write_options(self, ctx, formatter, asks=self.asks)


class FindingsCommand(NeonkitCommand):
    """A command whose result is findings: every format can show them."""

    formats = tuple(Format)


class AskingCommand(NeonkitCommand):
    """A command that may ask before it writes."""

    asks = True


class NeonkitGroup(TyperGroup):
    """A group of commands that takes the common options before the verb, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_params = list(self.params)
        self.params = [*self.params, *_common_beside(self.own_params)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, then hand the common options to the call."""
        if not args and self.no_args_is_help and not ctx.resilient_parsing:
            raise BadCommandLineError(
                complaint=f"A command is missing after `{ctx.command_path}`.", command=ctx.command_path
            )
        rest = super().parse_args(ctx, args)
        _hand_over(ctx, self.own_params)
        return rest

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, the common ones and --help among them."""
        return _light(super().get_params(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, whole."""
        del limit
        return first_sentence(self.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the verb, or raise `UnknownCommandError` with the nearest one."""
        name = args[0]
        if name not in self.commands and not name.startswith("-") and not ctx.resilient_parsing:
            nearest = difflib.get_close_matches(name, list(self.commands), n=1)
            raise UnknownCommandError(
                name=name, group=ctx.command_path, nearest=nearest[0] if nearest else None
            )
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the commands first: they are what a reader of a group's help looks for."""
        self.format_commands(ctx, formatter)
        _write_options(self, ctx, formatter, asks=False)


def _offered(param: Any, ctx: Any, incomplete: str, usual: Callable[[Any, str], list[Any]]) -> list[Any]:
    """Words of the project or the database where the parameter takes them, else what typer offers."""
    from toolkit.cli.completing import words

    call = ctx.find_object(Call)
    found = None if call is None else words(param.metavar, call, incomplete)
    if found is None:
        return usual(ctx, incomplete)
    param._custom_shell_complete = lambda *_: [word for word, _ in found]  # noqa: SLF001 - typer names no other way
    offered = usual(ctx, incomplete)
    for item, (_, said) in zip(offered, found, strict=True):
        item.help = said or None
    return offered


def first_sentence(text: str | None) -> str:
    """The first sentence of a help text, on one line."""
    first = " ".join((text or "").strip().partition("\n\n")[0].split())
    sentence, dot, _ = first.partition(". ")
    return sentence + dot.rstrip()


def adopt(app: typer.Typer) -> None:
    """Give the frame to every command and group of `app` that has not chosen a class itself."""
    if not isinstance(app.info.cls, type):
        app.info.cls = NeonkitGroup
    for command in app.registered_commands:
        if command.cls in (None, TyperCommand):
            command.cls = NeonkitCommand
    for group in app.registered_groups:
        if group.typer_instance is not None:
            adopt(group.typer_instance)


def _light(params: list[Any]) -> list[Any]:
    for param in params:
        # Typer makes the parameters and offers no way to name their class.
        param.__class__ = _Option if isinstance(param, TyperOption) else _Argument
    return params


def _common_beside(own: list[Any]) -> list[Any]:
    """The common options, each with those of its spellings that the command does not use itself."""
    taken = {spelling for param in own for spelling in (*param.opts, *param.secondary_opts)}
    names = {param.name for param in own}
    return [
        _spelled(param, left)
        for param in common_parameters()
        if param.name not in names and (left := [one for one in param.opts if one not in taken])
    ]


def _spelled(param: TyperOption, spellings: list[str]) -> TyperOption:
    if spellings == param.opts:
        return param
    other = copy.copy(param)
    other.opts = spellings
    return other


def _hand_over(ctx: Any, own: list[Any]) -> None:
    kept = {param.name for param in own}
    given = {name: ctx.params.pop(name) for name in list(ctx.params) if name not in kept}
    call = ctx.find_object(Call)
    if call is not None:
        call.give(given, ctx.command_path)


def _require_offered(ctx: Any, formats: tuple[Format, ...]) -> None:
    call = ctx.find_object(Call)
    asked = None if call is None else call.options.format
    if asked is not None and asked not in formats:
        raise FormatNotOfferedError(format=asked.value, offered=tuple(each.value for each in formats))


def _write_options(command: Any, ctx: Any, formatter: Any, *, asks: bool) -> None:
    common = {param.name for param in common_parameters()} - {param.name for param in command.own_params}
    hidden = frozenset() if asks else ANSWERS
    arguments, options, shared = [], [], []
    for param in command.get_params(ctx):
        row = param.get_help_record(ctx)
        if row is None or (param.name in common & hidden):
            continue
        if param.param_type_name == "argument":
            # Typer puts the type behind an argument's name; the text says what is wanted.
            arguments.append((row[0].partition(" <")[0].strip("[]"), row[1]))
        elif param.name in common - ANSWERS:
            shared.append(row)
        else:
            options.append(row)
    for title, rows in (("Arguments", arguments), ("Options", options), ("Common options", shared)):
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)
