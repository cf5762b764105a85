"""What the journal shows and a run will not decide by itself. Codes: E467 to E469, E663, E664."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RefusedError, RunFailedError


@dataclass(eq=False)
class InDoubtError(RefusedError):
    """An earlier run was cut off in a statement that commits by itself; nobody knows whether it did."""

    code = "E663"

    revision: str
    direction: str
    statement: str
    began: str
    committed: int

    @property
    def sentence(self) -> str:
        return (
            f"In doubt: the run of {self.began} was cut off in revision {self.revision} while this "
            f"statement ran, which commits by itself: {self.statement}. "
            f"{self.committed} changes before it are committed."
        )

    @property
    def hint(self) -> str:
        return (
            f"Look whether its effect is there, then `neonkit {self.direction} --in-doubt ran` or "
            "`--in-doubt rerun`."
        )


@dataclass(eq=False)
class NotResumableError(RunFailedError):
    """A revision that is partly committed cannot go on where it stopped."""

    code = "E467"

    revision: str
    direction: str
    reason: str
    committed: int

    @property
    def sentence(self) -> str:
        return (
            f"Revision {self.revision} is partly committed ({self.committed} changes) and cannot go on "
            f"there: {self.reason}."
        )

    @property
    def hint(self) -> str:
        return (
            "Undo by hand what is committed (`neonkit history --runs --statements` lists it), then run "
            f"`neonkit {self.direction} --from-start`."
        )
