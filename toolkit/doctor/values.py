"""What an examination says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from toolkit.errors import NeonkitError, StoppedError

State = Literal["ok", "note", "problem", "unknown"]


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that was looked at."""

    area: str
    subject: str
    state: State
    """`note`: worth knowing, and fine; `problem`: something will not work as it should."""
    found: str
    remedy: str | None = None
    """What to do; every problem has one."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An examination as a program reads it."""

    problems: int
    symptoms: tuple[Symptom, ...]


@dataclass(frozen=True, slots=True)
class Examination:
    """All of it, by area."""

    symptoms: tuple[Symptom, ...]

    @property
    def diagnosis(self) -> Diagnosis:
        """What a program reads."""
        return Diagnosis(len(self.problems), self.symptoms)

    @property
    def problems(self) -> tuple[Symptom, ...]:
        """What needs a remedy."""
        return tuple(one for one in self.symptoms if one.state == "problem")


class Chart:
    """Symptoms of one area while they are collected."""

    def __init__(self, area: str) -> None:
        self._area = area
        self.symptoms: list[Symptom] = []

    def ok(self, subject: str, found: str) -> None:
        """Nothing wrong."""
        self._add(subject, "ok", found, None)

    def note(self, subject: str, found: str, remedy: str | None = None) -> None:
        """Worth knowing."""
        self._add(subject, "note", found, remedy)

    def problem(self, subject: str, found: str, remedy: str) -> None:
        """Something will not work."""
        self._add(subject, "problem", found, remedy)

    def unknown(self, subject: str, found: str) -> None:
        """It could not be looked at."""
        self._add(subject, "unknown", found, None)

    @contextmanager
    def looking_at(self, subject: str, *, needed: bool = True) -> Iterator[None]:
        """An error of ours in the block becomes a problem, or a note where the subject is not needed."""
        try:
            yield
        except StoppedError:
            raise
        except NeonkitError as error:
            found = f"{error.sentence} [{error.code}]"
            if needed:
                self.problem(subject, found, error.hint or f"`neonkit help {error.code}` says more.")
            else:
                self.note(subject, found, error.hint)

    def _add(self, subject: str, state: State, found: str, remedy: str | None) -> None:
        self.symptoms.append(Symptom(self._area, subject, state, found, remedy))
