"""The wheel holds all that neonkit needs: installed beside no repository, it does the demo."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixtures.command_line import plain_environment
from fixtures.terminal import OpenTerminal

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installed:
    """neonkit as its wheel installs it, and an empty folder to work in."""

    packages: Path
    folder: Path

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run([sys.executable, "-m", "toolkit", *arguments], self.folder, PYTHONPATH=str(self.packages))


def run(command: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=plain_environment(more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def build(source: Path, kind: str, into: Path) -> Path:
    """A wheel or an sdist of `source`."""
    done = run([sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(into)], source)
    assert done.returncode == 0, done.stderr
    (built,) = into.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    wheel = build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))
    found = Installed(tmp_path_factory.mktemp("packages"), tmp_path_factory.mktemp("somewhere"))
    options = ["--no-deps", "--no-index", "--no-compile", "--quiet", "--target", str(found.packages)]
    done = run([sys.executable, "-m", "pip", "install", *options, str(wheel)], found.folder)
    assert done.returncode == 0, done.stderr
    yield found
    found("server", "destroy", "--yes")


def test_it_is_the_wheel_that_runs(installed: Installed) -> None:
    shown = run(
        [sys.executable, "-c", "import toolkit; print(toolkit.__file__, toolkit.__version__)"],
        installed.folder,
        PYTHONPATH=str(installed.packages),
    )
    place, version = shown.stdout.split()
    assert Path(place).is_relative_to(installed.packages)
    assert installed("--version").stdout == f"neonkit {version}\n"
    assert (installed.packages / "toolkit" / "py.typed").is_file()


@pytest.fixture(scope="module")
def demo(installed: Installed) -> subprocess.CompletedProcess[str]:
    """What `neonkit demo` said in the folder."""
    return installed("demo")


def test_the_demo_from_the_wheel(installed: Installed, demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stderr
    assert sorted(path.name for path in installed.folder.iterdir())
    status = installed("status", "--exit-code")
    assert status.returncode == 0, status.stderr
    ours = os.fspath(ROOT / "toolkit")
    assert not any(ours in text for text in (demo.stdout, demo.stderr, status.stdout))


def test_the_terminal_ui_from_the_wheel(
    installed: Installed, demo: subprocess.CompletedProcess[str], open_terminal: OpenTerminal
) -> None:
    assert demo.returncode == 0, demo.stderr
    environment = plain_environment({"PYTHONPATH": str(installed.packages)})
    terminal = open_terminal(installed.folder, columns=80, rows=24, environment=environment)
    terminal.run(sys.executable, "-m", "toolkit", "tui")
    for key, words in (("1", "public.tasks"), ("2", "tables"), ("3", "Nothing is pending")):
        terminal.press(key)
        terminal.wait_for("db=demo", words)
    terminal.press("q")
    terminal.wait_for("ended with 0")
    assert terminal.state() == "0 0 1"


@pytest.mark.slow
def test_the_check_from_the_wheel(installed: Installed, demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stderr
    ran = installed("check")
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.slow
def test_the_sdist_makes_the_same_wheel(tmp_path: Path) -> None:
    for name in ("sdist", "straight", "again", "unpacked"):
        (tmp_path / name).mkdir()
    with tarfile.open(build(ROOT, "sdist", tmp_path / "sdist")) as packed:
        packed.extractall(tmp_path / "unpacked")
    (source,) = (tmp_path / "unpacked").iterdir()
    names = [
        set(zipfile.ZipFile(build(one, "wheel", into)).namelist())
        for one, into in ((ROOT, tmp_path / "straight"), (source, tmp_path / "again"))
    ]
    assert names[0] == names[1]
