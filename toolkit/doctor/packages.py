"""The interpreter, the packages and the driver's own library."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from toolkit import __version__
from toolkit.doctor.values import Chart, Symptom

_SHOWN: Final = ("sqlalchemy", "alembic", "sqlmodel", "psycopg2-binary", "textual", "pydantic")
_OLDEST_PYTHON: Final = (3, 11)
_OLDEST_LIBPQ: Final = 140000  # the first that sends the host name by SNI, which Neon's proxy routes by


def packages() -> list[Symptom]:
    """Versions, and what they mean."""
    chart = Chart("packages")
    python = platform.python_version()
    if sys.version_info < _OLDEST_PYTHON:
        chart.problem("python", python, "Use Python 3.11 or newer.")
    else:
        chart.ok("python", f"{python}, {platform.system()} {platform.machine()}")
    chart.ok("neonkit", __version__)
    for name in _SHOWN:
        try:
            chart.ok(name, version(name))
        except PackageNotFoundError:
            chart.problem(name, "not installed", f"Install {name} into this environment.")
    _libpq(chart)
    return chart.symptoms


def _libpq(chart: Chart) -> None:
    import psycopg2.extensions

    number = psycopg2.extensions.libpq_version()
    text = f"{number // 10000}.{number % 10000}"
    if number < _OLDEST_LIBPQ:
        remedy = "Install psycopg2-binary, which brings a newer one; Neon needs at least 14."
        chart.problem("libpq", text, remedy)
    else:
        chart.ok("libpq", text)
