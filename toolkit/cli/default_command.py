"""A group whose name alone is a command, too: `neonkit import FILE` beside `neonkit import suggest FILE`.

The command registered under `DEFAULT` answers whenever no verb of the group is named. A file that is called
like a verb is written with its folder: `./suggest`.
"""

from __future__ import annotations

from typing import Any, Final

from toolkit.cli.frame import AskingCommand, NeonkitGroup

DEFAULT: Final = "*"
"""The name under which the command without a verb is registered."""


class DefaultGroup(NeonkitGroup):
    """The group. Its own help is that of the default command, with the verbs listed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        commands: dict[str, Any] = dict(self.commands)
        self.default = commands.pop(DEFAULT)
        self.default.verbs = self.commands = commands
        self.help = self.default.help
        self.own_params = self.default.own_params

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the group where a verb is named, else that of the default command."""
        if self._names_verb(args):
            return super().make_context(info_name, args, parent, **extra)
        return self.default.make_context(info_name, args, parent, **extra)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of the default command."""
        self.default.format_help(ctx, formatter)

    def _names_verb(self, args: list[str]) -> bool:
        """Whether the first word behind common options is a verb."""
        options: dict[str, Any] = {spelling: param for param in self.params for spelling in param.opts}
        words = iter(args)
        for word in words:
            if word in self.commands:
                return True
            option = options.get(word.partition("=")[0])
            if option is None:
                return False
            if "=" not in word and not option.is_flag:
                next(words, None)
        return False


class AskingDefault(AskingCommand):
    """A default command that may ask before it writes; its help lists the verbs beside it."""

    verbs: dict[str, Any]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the verbs, then the options."""
        if self.verbs:
            with formatter.section("Commands"):
                formatter.write_dl([(name, verb.get_short_help_str()) for name, verb in self.verbs.items()])
        super().format_options(ctx, formatter)
