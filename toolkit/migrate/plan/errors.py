"""What can be wrong with a plan that was kept."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RefusedError, UsageError


@dataclass(eq=False)
class UnknownPlanError(UsageError):
    """No plan of that id is kept."""

    code = "E117"

    plan: str
    folder: str

    @property
    def sentence(self) -> str:
        return f"No plan {self.plan} is kept in {self.folder}."

    @property
    def hint(self) -> str:
        return "Make one: `neonkit plan`. It prints its id."


@dataclass(eq=False)
class PlanFileError(UsageError):
    """The file of a plan cannot be read."""

    code = "E118"

    path: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.path} is no plan of this version: {self.reason}."

    @property
    def hint(self) -> str:
        return "Make the plan anew: `neonkit plan`."


@dataclass(eq=False)
class PlanChangedError(RefusedError):
    """What a plan stands on is not as it was."""

    code = "E661"

    plan: str
    changes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"Plan {self.plan} does not hold any more: {'; '.join(self.changes)}."

    @property
    def hint(self) -> str:
        return "Make a new plan and read it: `neonkit plan`."
