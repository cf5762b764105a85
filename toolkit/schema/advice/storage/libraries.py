"""What comes from outside the database: extensions and the library that sorts text."""

from __future__ import annotations

from toolkit.schema.advice.fixes import statements, words
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Collation, Extension, Key, Kind
from toolkit.sql.quoting import quote_identifier


@rule(
    "collation-version-mismatch",
    WARNING,
    name="Text sorts otherwise than when its indexes were built",
    why="An index built by another version of the library finds rows no longer, and a unique one lets "
    "them repeat.",
    example="-- the library has another version now\nCREATE COLLATION sorted (locale = 'C');",
    fix="Rebuild the indexes over text with this collation, then `REFRESH VERSION`.",
    needs_statistics=True,
)
def collation_version_mismatch(scope: Scope) -> Found:
    """A collation, or the database's own, whose recorded version is not the one that the server now uses."""
    known = {one.key.name: one.key for one in scope.snapshot.of(Collation)}
    for name, (built, actual) in scope.statistics.stale_collations.items():
        what = "DATABASE" if name == "database" else "COLLATION"
        target = quote_identifier(scope.snapshot.server.database) if name == "database" else name
        yield Advice(
            known.get(name, Key(Kind.DATABASE, ())),
            f"{'The database' if name == 'database' else name} was built with {built}; text now sorts as"
            f" {actual}.",
            words(f"rebuild the indexes over text, then ALTER {what} {target} REFRESH VERSION"),
            {"collation": name, "built with": built, "in use": actual},
        )


@rule(
    "extension-outdated",
    INFO,
    name="Extension that can be updated",
    why="The library of the server is newer than the objects in the database: what it mended does not "
    "apply yet.",
    example="-- the server offers a newer version\n"
    "CREATE SCHEMA tools;\nCREATE EXTENSION ltree SCHEMA tools;",
    fix="`ALTER EXTENSION ... UPDATE`, having read its notes.",
    needs_statistics=True,
)
def extension_outdated(scope: Scope) -> Found:
    """An installed extension of another version than the server would install."""
    for extension in scope.snapshot.own(Extension):
        offered = scope.statistics.extension_versions.get(extension.name)
        if offered is not None and offered != extension.version:
            yield Advice(
                extension.key,
                f"{extension.name} is {extension.version}; the server has {offered}.",
                statements("update it", f"ALTER EXTENSION {quote_identifier(extension.name)} UPDATE"),
                {"installed": extension.version, "offered": offered},
            )


@rule(
    "extension-in-public",
    INFO,
    name="Extension among the tables",
    why="Its functions and types stand between those of the application, and whoever may create in "
    "`public` may put one in front of them.",
    example="CREATE EXTENSION pg_trgm SCHEMA public;",
    fix="A schema of its own, in the search_path of those who use it.",
)
def extension_in_public(scope: Scope) -> Found:
    """An extension installed in the schema `public`."""
    for extension in scope.snapshot.own(Extension):
        if extension.schema == "public":
            name = quote_identifier(extension.name)
            yield Advice(
                extension.key,
                f"The extension {extension.name} is installed in public.",
                statements(
                    "move it, where it can be moved",
                    "CREATE SCHEMA IF NOT EXISTS extensions",
                    f"ALTER EXTENSION {name} SET SCHEMA extensions",
                ),
                {"version": extension.version},
            )
