"""The users of the old program."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from typing import Any

from toolkit.demo.generate import moments, words
from toolkit.demo.generate.chance import Chance
from toolkit.demo.generate.mess import key_text, padded


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with tasks. `joined` is in milliseconds since 1970."""

    id: uuid.UUID
    name: str
    email: str
    joined: int
    tags: tuple[str, ...]
    tasks: int


def people(chance: Chance, numbers: range, most_tasks: int) -> list[Person]:
    """A person for each number, which keeps two of one name apart; a few of them have most of the tasks."""
    return [_person(chance, number, most_tasks) for number in numbers]


def user_record(chance: Chance, person: Person) -> dict[str, Any]:
    """The person in the form of `users.json`."""
    name, domain = person.email.split("@")
    record: dict[str, Any] = {
        "id": key_text(chance, person.id),
        "eMail": padded(chance, f"{name.title()}@{domain}" if chance.happens(0.3) else person.email),
        "displayName": padded(chance, person.name),
        "createdAt": person.joined,
        "updatedAt": moments.between(chance, person.joined, moments.END),
        "settings": {"theme": chance.pick(("dark", "light", None)), "beta": chance.happens(0.1)},
    }
    if chance.happens(0.4):
        record["avatarUrl"] = chance.pick((None, "", f"https://img.example.org/{person.id.hex[:8]}.png"))
    return record


def _person(chance: Chance, number: int, most_tasks: int) -> Person:
    first, last = chance.pick(words.FIRST_NAMES), chance.pick(words.LAST_NAMES)
    return Person(
        id=chance.uuid(),
        name=f"{first} {last}",
        email=f"{_ascii(first)}.{_ascii(last)}{number}@{chance.pick(words.MAIL_DOMAINS)}",
        joined=moments.between(chance, moments.BEGIN, moments.END - 30 * moments.DAY),
        tags=tuple(chance.some(words.TAGS, 12)),
        tasks=chance.skewed(0, most_tasks),
    )


def _ascii(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in letters.lower() if letter.isalpha()) or "x"
