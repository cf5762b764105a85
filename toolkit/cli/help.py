"""`neonkit help`: a command's help, or what an error code means. Works offline and without a project."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from toolkit.cli.call import Call
from toolkit.cli.errors import UnknownCommandError, UnknownErrorCodeError

EXIT_CODES = "exit-codes"
"""The topic that no command has the name of."""
_CODE = re.compile(r"E\d{3}", re.IGNORECASE)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("help")(help_)


def help_(
    ctx: typer.Context,
    topic: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TOPIC]...", help="A command, an error code like E202, or exit-codes."),
    ] = None,
) -> None:
    """Explain a command, an error code or the exit codes. `neonkit rule ID` explains a rule."""
    call, words = Call.of(ctx), topic or []
    if len(words) == 1 and _CODE.fullmatch(words[0]):
        _explain(call, words[0].upper())
    elif words == [EXIT_CODES]:
        _list_exit_codes(call)
    else:
        text = _command_help(ctx, words)
        call.show({"topic": " ".join(words), "help": text}, lambda: text)


def _list_exit_codes(call: Call) -> None:
    from toolkit.cli.reference.pages import exit_codes_text
    from toolkit.cli.reference.specification import exit_codes

    codes = exit_codes()
    call.show({"topic": EXIT_CODES, "exit_codes": codes}, lambda: exit_codes_text(codes))


def _explain(call: Call, code: str) -> None:
    from toolkit.cli.reference.error_index import error_pages
    from toolkit.cli.reference.pages import error_text

    known = {page.code: page for page in error_pages()}
    if code not in known:
        family = tuple(other for other in known if other[:2] == code[:2])
        raise UnknownErrorCodeError(wanted=code, known=family)
    call.show(known[code], lambda: error_text(known[code]))


def _command_help(ctx: typer.Context, words: list[str]) -> str:
    """The help of the command that the words lead to.

    Raises `UnknownCommandError` at the first word that is none.
    """
    root = ctx.find_root()
    context: Any = root
    for number, word in enumerate(words):
        inner = getattr(context.command, "commands", {}).get(word)
        if inner is None:
            raise _unknown(word, [root.info_name or "neonkit", *words[:number]], context)
        context = type(root)(inner, info_name=word, parent=context)
    text: str = context.get_help()
    return text


def _unknown(word: str, before: list[str], context: Any) -> UnknownCommandError:
    import difflib

    nearest = difflib.get_close_matches(word, list(getattr(context.command, "commands", {})), n=1)
    return UnknownCommandError(name=word, group=" ".join(before), nearest=nearest[0] if nearest else None)
