"""The SQL of the catalog: loading it, and fitting it to a server version.

A line of a query file that only newer servers understand ends in a mark, which is a comment to the server:

    con.conenforced, -- since 18; else: true,
    c.colllocale,    -- since 17; else since 15: c.colliculocale,; else: null,

Each file is thus runnable as it stands on the newest server. A line that ends in `-- estimate` changes by
itself, without any change of structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

OLDEST_MAJOR: Final = 14
"""The oldest PostgreSQL whose catalog the queries can read."""

_ESTIMATE: Final = re.compile(r"^.*?(?P<comma>,?) -- estimate$", re.MULTILINE)
_MARK: Final = re.compile(r"^(?P<line>.*?)\s*-- since (?P<major>\d+)(?P<others>.*)$")
_OTHER: Final = re.compile(r"; else(?: since (?P<major>\d+))?:\s?(?P<line>.*?)(?=; else|$)")
_CATALOG: Final = re.compile(r"\b(?:from|join)\s+(pg_[a-z_]+)")


def query(name: str, major: int) -> str:
    """The text of `queries/<name>.sql` for a server of this major version."""
    return fitted("toolkit.schema.catalog", name, major)


@cache
def fitted(package: str, name: str, major: int) -> str:
    """The text of `queries/<name>.sql` in a package, for a server of this major version."""
    return fit(files(package).joinpath("queries", f"{name}.sql").read_text("utf-8"), major)


def fit(text: str, major: int) -> str:
    """SQL with marks, as a server of this major version takes it."""
    return "\n".join(_fit(line, major) for line in text.splitlines())


def _fit(line: str, major: int) -> str:
    mark = _MARK.match(line)
    if mark is None:
        return line
    if major >= int(mark["major"]):
        return mark["line"]
    for other in _OTHER.finditer(mark["others"]):
        if other["major"] is None or major >= int(other["major"]):
            return other["line"]
    return ""


def without_estimates(sql: str) -> str:
    """The same columns, null in place of what changes by itself."""
    return _ESTIMATE.sub(r"null\g<comma>", sql)


@cache
def catalogs_of(name: str, major: int) -> frozenset[str]:
    """The catalogs the query reads."""
    return frozenset(_CATALOG.findall(query(name, major)))


def together(names: Iterable[str], major: int) -> str:
    """One statement for several queries of few rows each: rows of the query's name and the row as JSON."""
    return "\nunion all\n".join(
        f"select '{name}', row_to_json(q)::text from (\n{query(name, major)}\n) q"  # noqa: S608 - our own files
        for name in names
    )
