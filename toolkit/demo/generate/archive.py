"""The accounts that were put away with the first version of the program: `archive.json`.

One document, accounts by their key, each with its tasks inside; other names for everything, times as text.
"""

from __future__ import annotations

from typing import Any

from toolkit.demo.generate import moments
from toolkit.demo.generate.chance import Chance
from toolkit.demo.generate.mess import cased, key_text, padded
from toolkit.demo.generate.people import Person
from toolkit.demo.generate.tasks import note, title


def archive(chance: Chance, persons: list[Person]) -> dict[str, Any]:
    """The whole document."""
    return {
        "meta": {"exportedAt": moments.END, "generator": "todo-server 1.9.2", "accounts": len(persons)},
        "accounts": {str(person.id): _account(chance, person) for person in persons},
    }


def _account(chance: Chance, person: Person) -> dict[str, Any]:
    return {
        "login": padded(chance, cased(chance, person.email)),
        "fullName": person.name,
        "since": moments.iso(chance, person.joined),
        "newsletter": chance.pick(("yes", "no", "", None)),
        "todos": [_todo(chance, person) for _ in range(person.tasks)],
    }


def _todo(chance: Chance, person: Person) -> dict[str, Any]:
    created = moments.between(chance, person.joined, moments.END)
    closed = chance.happens(0.6)
    todo: dict[str, Any] = {
        "uuid": key_text(chance, chance.uuid()),
        "text": padded(chance, title(chance)),
        "memo": note(chance) if chance.happens(0.3) else "",
        "state": "CLOSED" if closed else chance.pick(("OPEN", "ACTIVE")),
        "prio": chance.pick(("1", "2", "3", "4", "")),
        "entered": moments.iso(chance, created),
        "due": moments.iso(chance, created + 7 * moments.DAY) if chance.happens(0.4) else _never(chance),
        "labels": [
            {"name": cased(chance, name), "colour": f"#{chance.number(0, 0xFFFFFF):06x}"}
            for name in chance.some(person.tags, 3)
        ],
    }
    if closed:
        todo["closedOn"] = moments.written_out(moments.between(chance, created, moments.END))
    return todo


def _never(chance: Chance) -> str | None:
    return chance.pick((None, "", "0001-01-01T00:00:00Z"))
