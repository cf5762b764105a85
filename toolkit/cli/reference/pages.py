"""The specification as text: an overview, one error's page, and the two reference pages of the docs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from toolkit.cli.frame import first_sentence
from toolkit.cli.reference.error_index import ErrorPage
from toolkit.cli.reference.specification import CommandSpec, ExitSpec, ParameterSpec, Specification

_ERRORS_HEAD = """\
# Exit codes and errors

Every failure has a code, a sentence and, where something can be done, a hint; `neonkit help CODE` shows it
offline. With `--json` standard error carries the same as an object with the facts. In the sentences below a
name in `<>` stands for a fact.
""".splitlines()
_COMMANDS_HEAD = """\
# Commands

Made from `neonkit spec`, which says the same as JSON. Results go to standard output, all talk to standard
error; [exit codes and errors](errors.md) are the same for every command. `--json` works on all of them, and
`neonkit spec --schema COMMAND` prints the JSON Schema of what a command writes.

## Common options

Taken by every command, before or after its verb.
""".splitlines()


def overview(described: Specification) -> str:
    """The commands with their first sentences; the rest is in the JSON."""
    commands = [command for command in described.commands if command.path and not command.group]
    width = max(len(command.path) for command in commands)
    lines = [f"neonkit {described.neonkit}, specification {described.version}", ""]
    lines += [f"{command.path:<{width}}  {first_sentence(command.help)}" for command in commands]
    counts = (
        f"{len(commands)} commands, {len(described.common_options)} common options, "
        f"{len(described.events)} events, {len(described.exit_codes)} exit codes, "
        f"{len(described.errors)} errors; --json has them all."
    )
    return "\n".join([*lines, "", counts])


def error_text(page: ErrorPage) -> str:
    """One error for a terminal."""
    lines = [f"{page.code}  {page.name}", "", page.meaning]
    if page.sentence is not None:
        lines += ["", f"  says  {page.sentence}"]
    if page.hint is not None:
        lines += [f"  hint  {page.hint}"]
    return "\n".join([*lines, "", f"Exit code {page.exit_code}: {page.exit_meaning}"])


def exit_codes_text(codes: Iterable[ExitSpec]) -> str:
    """The exit codes for a terminal."""
    lines = [f"{one.code:>4}  {'yes' if one.retry else 'no ':<5}  {one.meaning}" for one in codes]
    return "\n".join(["code  again  means", *lines, "", "again: whether the same command may succeed then."])


def errors_page(described: Specification) -> str:
    """docs/errors.md."""
    return "\n".join(_errors_page(described)) + "\n"


def commands_page(described: Specification) -> str:
    """docs/commands.md."""
    return "\n".join(_commands_page(described)).rstrip() + "\n"


def _errors_page(described: Specification) -> Iterator[str]:
    yield from _ERRORS_HEAD
    yield ""
    yield "| exit code | means | the same command again may succeed |"
    yield "|---|---|---|"
    for code in described.exit_codes:
        yield f"| {code.code} | {code.meaning} | {'yes' if code.retry else 'no'} |"
    for exit_code, pages in itertools.groupby(described.errors, key=lambda page: page.code[:2]):
        errors = list(pages)
        yield ""
        yield f"## {exit_code}xx: {errors[0].exit_meaning.rstrip('.')}"
        for page in errors:
            yield ""
            yield f"### {page.code}"
            yield ""
            yield page.meaning
            yield ""
            if page.sentence is not None:
                yield f"- says: {_literal(page.sentence)}"
            if page.hint is not None:
                yield f"- hint: {_literal(page.hint)}"
            facts = ", ".join(f"`{fact}`" for fact in page.facts)
            yield f"- exit code {page.exit_code}; facts: {facts or 'none'}"


def _commands_page(described: Specification) -> Iterator[str]:
    yield from _COMMANDS_HEAD
    yield ""
    yield from _table(described.common_options)
    for command in described.commands:
        if not command.path or command.group:
            continue
        yield f"## {command.path}"
        yield ""
        yield f"`neonkit {' '.join([command.path, *_usage(command)])}`"
        yield ""
        yield from _paragraphs(command.help)
        yield from _table(command.parameters)
        others = [name for name in command.formats if name != "text"]
        asks = " It may ask before it writes; `--yes` answers." if command.asks else ""
        yield f"Formats: text, {', '.join(others)}.{asks}"
        yield ""


def _usage(command: CommandSpec) -> Iterator[str]:
    for parameter in command.parameters:
        if parameter.kind == "argument":
            word = (
                (parameter.metavar or parameter.name.upper())
                .strip("[]")
                .removesuffix("]...")
                .removesuffix("...")
            )
            several = "..." if parameter.several else ""
            yield f"{word}{several}" if parameter.required else f"[{word}]{several}"


def _table(parameters: tuple[ParameterSpec, ...]) -> Iterator[str]:
    options = [parameter for parameter in parameters if parameter.help]
    if not options:
        return
    yield "| | |"
    yield "|---|---|"
    for parameter in options:
        words = (
            " ".join(f"`{spelling}`" for spelling in parameter.spellings)
            or f"`{parameter.metavar or parameter.name}`"
        )
        value = f" {_value(parameter)}" if parameter.kind == "option" else ""
        default = (
            f" Default: {parameter.default}." if parameter.default and "efault" not in parameter.help else ""
        )
        several = " May be repeated." if parameter.several and "repeated" not in parameter.help else ""
        yield f"| {words}{value} | {_cell(parameter.help + default + several)} |"
    yield ""


def _value(parameter: ParameterSpec) -> str:
    return (
        _cell("\\|".join(parameter.choices))
        if parameter.choices
        else parameter.metavar or parameter.name.upper()
    )


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield " ".join(paragraph.split())
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\\\\|", "\\|")


def _literal(text: str) -> str:
    """A sentence as code: it may hold anything."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"
