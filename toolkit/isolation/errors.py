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
