"""The line of a key that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.settings import load_settings
from toolkit.settings.errors import BadSettingError, UnknownSettingError
from toolkit.settings.lines import line_of

TEXT = """[project]
name = "db_pool_size"

# db_pool_size = 1
[tool.neonkit]
db_pool_size = 3
isolation.owner_root = "users"
check = { parts = ["lint"], off = 1 }

[tool.neonkit.profiles."my.own"]
environment = "dev"
[tool.neonkit.profiles.prod]
environment = 'production'
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("tool.neonkit.db_pool_size", 6),
        ("tool.neonkit.isolation.owner_root", 7),
        ("tool.neonkit.check.off", 8),
        ("tool.neonkit.profiles.prod.environment", 13),
        ("tool.neonkit.profiles.prod.missing", 12),
        ("tool.other", None),
    ],
)
def test_in_toml(key: str, line: int | None, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(TEXT, "utf-8")
    assert line_of(path, key) == line


def test_in_a_file_of_variables(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# DB_POOL_SIZE=1\nOTHER=2\nexport db_pool_size = x\n", "utf-8")
    assert line_of(path, "DB_POOL_SIZE") == 3
    assert line_of(tmp_path / "gone", "DB_POOL_SIZE") is None


@pytest.mark.parametrize(
    ("written", "name", "line"),
    [
        ("[tool.neonkit]\n\ndb_pool_size = 'many'\n", "pyproject.toml", 3),
        ("[tool.neonkit]\ndb_pol_size = 1\n", "pyproject.toml", 2),
        ("\nDB_POOL_SIZE=many\n", ".env", 2),
    ],
)
def test_the_complaint_names_it(written: str, name: str, line: int, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_text(written, "utf-8")
    with pytest.raises((BadSettingError, UnknownSettingError), match=f"{name}:{line}"):
        load_settings(tmp_path, environ={})
