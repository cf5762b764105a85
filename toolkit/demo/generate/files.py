"""The files of `seeds/`, from one seed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from toolkit.demo.generate.archive import archive
from toolkit.demo.generate.chance import Chance
from toolkit.demo.generate.people import people, user_record
from toolkit.demo.generate.tasks import task_record

SEED: Final = 20_251_031
USERS: Final = 240
ARCHIVED: Final = 60
MOST_TASKS: Final = 54
"""Of one user. With the skew of `Chance.skewed`, about thirteen on average."""


def write_seeds(folder: Path) -> list[Path]:
    """Write all files into the folder; gives their paths."""
    chance = Chance(SEED)
    users = people(chance, range(1, USERS + 1), MOST_TASKS)
    archived = people(chance, range(USERS + 1, USERS + ARCHIVED + 1), MOST_TASKS)
    tasks = [task_record(chance, user) for user in users for _ in range(user.tasks)]
    return [
        _write(folder / "users.json", _array(user_record(chance, user) for user in users)),
        _write(folder / "tasks.ndjson", "".join(f"{_compact(task)}\n" for task in tasks)),
        _write(folder / "archive.json", json.dumps(archive(chance, archived), indent=1) + "\n"),
    ]


def _array(records: Iterable[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(_compact(record) for record in records) + "\n]\n"


def _compact(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _write(path: Path, content: str) -> Path:
    path.write_bytes(content.encode())
    return path
