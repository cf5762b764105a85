"""What can go wrong in the reference application and in its tour."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RefusedError, UsageError


@dataclass(eq=False)
class InvalidTokenError(RefusedError):
    """A token that proves nobody. It is not repeated in the error."""

    code = "E698"

    reason: str

    @property
    def sentence(self) -> str:
        return f"The token proves nobody: {self.reason}."

    @property
    def hint(self) -> str:
        return "Sign in again."


@dataclass(eq=False)
class ExemptRoleError(RefusedError):
    """The application would run as a role that row-level security does not hold."""

    code = "E699"

    role: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"The application will not serve users as the role {self.role}: it {self.reason}."

    @property
    def hint(self) -> str:
        return "Connect with a login that is a plain member of neonkit_demo_app."


@dataclass(eq=False)
class DemoFolderTakenError(UsageError):
    """The folder for the demo holds a project that is not the demo's."""

    code = "E198"

    folder: str
    found: str

    @property
    def sentence(self) -> str:
        return f"{self.folder} holds another project: {self.found} is not the demo's."

    @property
    def hint(self) -> str:
        return "Name an empty folder with --project."
