"""The page of settings names every setting, its variable and its default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.settings import Settings
from toolkit.settings.given import Values, variable_of

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
FIRST = PAGE.read_text("utf-8").partition("\n## ")[0]
ROW = re.compile(r"^\| `(\w+)` \| (?:`(\w+)`)? *\| (.*?) *\|", re.MULTILINE)
ROWS = {key: (variable, default) for key, variable, default in ROW.findall(FIRST)}
SHOWN = {True: "yes", False: "no", None: "", (): ""}
NO_VARIABLE = {"databases", "isolation", "advice", "check", "ignore", "keys"}
SAID_IN_WORDS = {"read_only", "alembic_config", "metadata", "ssl_root_cert"}


def test_every_setting_has_a_row() -> None:
    assert list(ROWS) == list(Settings(Path(), Path()).values())


@pytest.mark.parametrize("key", sorted(ROWS.keys() - {"profile"}))
def test_variable_and_default(key: str) -> None:
    variable, default = ROWS[key]
    assert variable == ("" if key in NO_VARIABLE else variable_of(key))
    if key not in SAID_IN_WORDS | NO_VARIABLE:
        known = Values.model_fields[key].default
        assert default == SHOWN.get(known, str(known))
