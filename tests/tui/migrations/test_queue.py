"""Who waits for whom while a run of ours waits, as mode 3 samples it."""

from __future__ import annotations

from fixtures.blocking import Blocking
from fixtures.library import Library

from toolkit.database.driver import APPLICATION_NAME
from toolkit.settings import load_settings
from toolkit.tui.backend.migrations.runs import sample_queue
from toolkit.workspace import Workspace


def test_our_session_stands_between_the_blocker_and_the_queue(library: Library, blocking: Blocking) -> None:
    flags = {"database_url": library.url.reveal_plain()}
    work = Workspace.open(load_settings(library.folder.root, flags, environ={}))
    reader = blocking.hold("reports", "LOCK TABLE authors IN ACCESS SHARE MODE")
    ours = blocking.want(APPLICATION_NAME, "LOCK TABLE authors IN ACCESS EXCLUSIVE MODE")
    web = blocking.want("web", "SELECT count(*) FROM authors")
    queue = sample_queue(work, (reader,))
    assert (queue.our_pid, queue.behind, queue.blockers) == (ours, 1, (reader,))
    first, second, third = queue.tree
    assert first.startswith(f"{reader}  reports  blocks 2, holds ACCESS SHARE on authors")
    assert second.startswith(f"`- {ours}  US  wants ACCESS EXCLUSIVE on authors")
    assert third.startswith(f"   `- {web}  web  wants ACCESS SHARE on authors")
    assert "SELECT count(*)" in third
    work.database.dispose()
