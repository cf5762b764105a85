"""Errors of the isolation checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from toolkit.errors import UsageError


@dataclass(eq=False)
class NoSuchRoleError(UsageError):
    """The role named as the application's does not exist on the server."""

    code: ClassVar[str] = "E190"

    role: str

    @property
    def sentence(self) -> str:
        return f"There is no role {self.role} on this server."

    @property
    def hint(self) -> str:
        return "Name the role the application connects as, in [tool.neonkit.isolation] app_role."


@dataclass(eq=False)
class NotJudgedError(UsageError):
    """A user or a table that was named has no part in the judgement."""

    code: ClassVar[str] = "E193"

    named: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"Nothing is judged for {self.named}: {self.reason}."

    @property
    def hint(self) -> str:
        return "Write names and keys as the verdict table and `isolation owners` show them."


@dataclass(eq=False)
class BadIdentitySettingError(UsageError):
    """The identity setting is not a name that a policy could read."""

    code: ClassVar[str] = "E191"

    setting: str

    @property
    def sentence(self) -> str:
        return f"{self.setting!r} is no name of a custom setting."

    @property
    def hint(self) -> str:
        return "A custom setting has two parts joined by a dot, such as app.user_id."
