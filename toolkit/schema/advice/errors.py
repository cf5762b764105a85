"""What can go wrong when advice is asked for, or its fixes."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import FindingsError, UsageError


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


@dataclass(eq=False)
class FixWithoutSqlError(FindingsError):
    """Findings were chosen for a revision that only a person can close."""

    code = "E551"

    findings: tuple[str, ...]
    """Rule and subject of each."""

    @property
    def sentence(self) -> str:
        shown = ", ".join(self.findings[:5])
        more = f" and {len(self.findings) - 5} more" if len(self.findings) > 5 else ""
        return f"There is no SQL that closes {shown}{more}; no revision was written."

    @property
    def hint(self) -> str | None:
        return "Choose by --rule, --subject or OBJECT, or leave those out with --skip-without-sql."
