"""What can go wrong when something is to be linted."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import UsageError


@dataclass(eq=False)
class UnknownLintRuleError(UsageError):
    """No rule of lint has this id."""

    code = "E114"

    rule: str
    suggestions: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"Lint has no rule named {self.rule!r}."

    @property
    def hint(self) -> str | None:
        if self.suggestions:
            return f"Did you mean {' or '.join(self.suggestions)}?"
        return "See docs/lint.md for all of them."


@dataclass(eq=False)
class NotInGitError(UsageError):
    """`--since` cannot be answered: there is no repository, or no such commit in it."""

    code = "E115"

    directory: str
    reference: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"What is new since {self.reference!r} cannot be told in {self.directory}: {self.reason}."

    @property
    def hint(self) -> str | None:
        return "Name a commit, branch or tag that this checkout has; a shallow clone may lack it."


@dataclass(eq=False)
class UnreadableSqlError(UsageError):
    """A SQL file cannot be read."""

    code = "E116"

    path: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.path} cannot be read: {self.reason}."

    @property
    def hint(self) -> str | None:
        return "Name a text file in UTF-8 that ends in .sql, or a range of revisions."
