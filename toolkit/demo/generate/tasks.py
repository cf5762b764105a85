"""The tasks of the old program, in the form of its last version: a line of `tasks.ndjson` each."""

from __future__ import annotations

from typing import Any

from toolkit.demo.generate import moments, words
from toolkit.demo.generate.chance import Chance
from toolkit.demo.generate.mess import PRIORITIES, STATUSES, cased, key_text, padded
from toolkit.demo.generate.people import Person


def title(chance: Chance) -> str:
    """Something to do."""
    if chance.happens(0.5):
        return chance.pick(words.ERRANDS)
    return f"{chance.pick(words.DEEDS)} {chance.pick(words.FIRST_NAMES)} {chance.pick(words.LAST_NAMES)}"


def note(chance: Chance) -> str:
    """What is to be known about it."""
    return " ".join(chance.pick(words.NOTES) for _ in range(chance.number(1, 3)))


def task_record(chance: Chance, person: Person) -> dict[str, Any]:
    """One task of the person."""
    status = chance.pick(("todo", "todo", "in_progress", "completed", "completed"))
    created = moments.between(chance, person.joined, moments.END)
    updated = moments.between(chance, created, moments.END)
    record: dict[str, Any] = {
        "id": key_text(chance, chance.uuid()),
        "ownerId": key_text(chance, person.id),
        "title": padded(chance, title(chance)),
        "status": padded(chance, chance.pick(STATUSES[status])),
        "createdAt": created,
        "updatedAt": updated,
        "completedAt": moments.between(chance, created, updated) if status == "completed" else None,
        "dueDate": _due(chance, created),
        "v": 3,
    }
    _perhaps(chance, record, person)
    return record


def _due(chance: Chance, created: int) -> int | None:
    if chance.happens(0.5):
        return chance.pick((None, 0))  # 0 was how the second version said "never"
    return created + chance.number(1, 90) * moments.DAY


def _perhaps(chance: Chance, record: dict[str, Any], person: Person) -> None:
    """Fields that came with later versions, and were not always written."""
    if chance.happens(0.8):
        record["description"] = chance.pick((None, "", "n/a", note(chance), note(chance)))
    if chance.happens(0.85):
        level = chance.pick(("low", "medium", "medium", "high", "urgent"))
        record["priority"] = None if chance.happens(0.1) else chance.pick(PRIORITIES[level])
    if chance.happens(0.3):
        record["deletedAt"] = record["updatedAt"] if chance.happens(0.2) else None
    if person.tags and chance.happens(0.8):
        names = chance.some(person.tags, 4)
        if names and chance.happens(0.1):
            names.append(names[0])  # the same tag twice, perhaps in another case
        record["tags"] = [padded(chance, cased(chance, name)) for name in names]
