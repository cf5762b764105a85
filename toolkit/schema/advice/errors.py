"""What can go wrong when advice is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import UsageError


@dataclass(eq=False)
class UnknownRuleError(UsageError):
    """No rule has this id."""

    code = "E188"

    rule: str
    suggestions: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"There is no rule named {self.rule!r}."

    @property
    def hint(self) -> str | None:
        if self.suggestions:
            return f"Did you mean {' or '.join(self.suggestions)}?"
        return "`neonkit schema rules` lists them."
