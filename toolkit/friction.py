"""The ladder of friction: which answer an action needs, in which environment. Pure; both doors ask it.

| step | when | on a terminal | without one |
| --- | --- | --- | --- |
| NOTHING | reads | nothing | nothing |
| ENTER | a write that can be undone, dev | y | --yes |
| YES | any write, dev or staging | y, the target named | --yes |
| NAME_DATABASE | any write, production | the database's name | --confirm-db NAME |
| NAME_LOSS | data is lost | the name of what is lost | that step's flag and --allow-data-loss NAME |

Invariants: more danger never needs less; `ask_more` raises a step and can never lower one; the text to type
is never a default.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, IntEnum
from shlex import quote
from typing import Literal

Environment = Literal["dev", "staging", "production"]


class Step(IntEnum):
    """How much of an answer is needed; higher is more."""

    NOTHING = 0
    ENTER = 1
    YES = 2
    NAME_DATABASE = 3
    NAME_LOSS = 4


class Deed(Enum):
    """What an action does to the database."""

    READ = "read"
    REVERSIBLE_WRITE = "reversible write"
    """It can be undone from what is in the project: an upgrade whose revisions downgrade."""
    WRITE = "write"
    LOSS = "loss"
    """Data is gone afterwards: a dropped table or column, a truncation, a terminated session."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered in advance."""

    yes: bool = False
    database: str | None = None
    losses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Demand:
    """What has to be answered before an action goes on."""

    step: Step
    database: str
    environment: Environment
    losses: tuple[str, ...] = ()

    @property
    def to_type(self) -> tuple[str, ...]:
        """The names a person has to type, in order; empty where a plain yes will do."""
        names = (self.database,) if self._names_database else ()
        return (*names, *self.losses)

    def missing_flags(self, answers: Answers) -> tuple[str, ...]:
        """The flags still to add to the command line; empty when the action may go on."""
        missing: list[str] = []
        if self._names_database:
            if answers.database != self.database:
                missing.append(f"--confirm-db {quote(self.database)}")
        elif self.step > Step.NOTHING and not answers.yes:
            missing.append("--yes")
        missing += [f"--allow-data-loss {quote(name)}" for name in self.losses if name not in answers.losses]
        return tuple(missing)

    @property
    def _names_database(self) -> bool:
        return self.step >= Step.NAME_DATABASE and self.environment == "production"


def demand(
    deed: Deed,
    environment: Environment,
    database: str,
    *,
    losses: Collection[str] = (),
    busy: bool = False,
    ask_more: Step = Step.NOTHING,
) -> Demand:
    """What `deed` on `database` needs.

    `losses` names what would be lost; naming any makes the deed a LOSS. `busy` says that it locks a table in
    use. `ask_more` is the least step that a policy demands.
    """
    if losses:
        deed = Deed.LOSS
    step = max(_LADDER[deed][environment], ask_more if deed is not Deed.READ else Step.NOTHING)
    if busy and deed is not Deed.READ:
        step = max(step, Step.YES)
    return Demand(step=step, database=database, environment=environment, losses=tuple(losses))


_LADDER: dict[Deed, dict[Environment, Step]] = {
    Deed.READ: {"dev": Step.NOTHING, "staging": Step.NOTHING, "production": Step.NOTHING},
    Deed.REVERSIBLE_WRITE: {"dev": Step.ENTER, "staging": Step.YES, "production": Step.NAME_DATABASE},
    Deed.WRITE: {"dev": Step.YES, "staging": Step.YES, "production": Step.NAME_DATABASE},
    Deed.LOSS: {"dev": Step.NAME_LOSS, "staging": Step.NAME_LOSS, "production": Step.NAME_LOSS},
}
