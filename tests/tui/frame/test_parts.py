"""The parts of the backend, asked for by many threads at once in a process that has imported none of them."""

from __future__ import annotations

import subprocess
import sys

ALL_AT_ONCE = """
from threading import Barrier, Thread
from toolkit.tui.backend import Backend

names = [name for name, value in vars(Backend).items() if isinstance(value, property)]
backend, ready = Backend(None), Barrier(len(names))

def ask(name):
    ready.wait()
    try:
        getattr(backend, name)
    except Exception as error:
        print(name, repr(error))

threads = [Thread(target=ask, args=(name,)) for name in names]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(names), "parts")
"""


def test_many_threads_import_the_parts_at_once() -> None:
    told = subprocess.run(
        [sys.executable, "-c", ALL_AT_ONCE], check=True, capture_output=True, text=True, timeout=120
    ).stdout
    assert told == "7 parts\n"
