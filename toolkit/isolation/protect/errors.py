"""Why nothing can be compiled, or why what was compiled is not written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from toolkit.errors import FindingsError, RefusedError, UsageError


@dataclass(eq=False)
class NoApplicationRoleError(UsageError):
    """Nobody said which role the policies are for."""

    code: ClassVar[str] = "E125"

    why: str

    @property
    def sentence(self) -> str:
        return f"The application's role is not known: {self.why}."

    @property
    def hint(self) -> str:
        return "Name it with --app-role ROLE, or as app_role in [tool.neonkit.isolation]; it need not exist."


@dataclass(eq=False)
class BadIdentityFunctionError(UsageError):
    """What should tell the acting user is no name of a function."""

    code: ClassVar[str] = "E127"

    function: str

    @property
    def sentence(self) -> str:
        return f"{self.function!r} is no name of a function without arguments."

    @property
    def hint(self) -> str:
        return "Write the schema and the name, such as auth.user_id."


@dataclass(eq=False)
class ExemptRoleError(RefusedError):
    """The role ignores every policy, so that policies for it would be for nothing."""

    code: ClassVar[str] = "E693"

    role: str

    @property
    def sentence(self) -> str:
        return f"Role {self.role} is a superuser or has BYPASSRLS: it ignores every policy."

    @property
    def hint(self) -> str:
        return "Name another role with --app-role; one that does not exist is made by the revision."


@dataclass(eq=False)
class StillLeakingError(RefusedError):
    """What was compiled leaves a leak, so it is not written down as a protection."""

    code: ClassVar[str] = "E694"

    cells: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"With all of it applied there would still be a leak: {', '.join(self.cells)}."

    @property
    def hint(self) -> str:
        return "`neonkit isolation protect` without --write-revision shows why; --no-proof writes it anyway."


@dataclass(eq=False)
class DoesNotApplyError(FindingsError):
    """The server refused a statement of the protection when it was tried."""

    code: ClassVar[str] = "E574"

    statement: str
    said: str
    timed_out: bool = False

    @property
    def sentence(self) -> str:
        return f"The server refuses `{self.statement}`: {self.said}."

    @property
    def hint(self) -> str:
        if self.timed_out:
            return "Nothing was changed. --no-proof leaves the trial out where tables are large or busy."
        return "Nothing was changed. Rows in the way have to be mended first; isolation audit names them."
