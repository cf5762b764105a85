"""What can go wrong with an import as a whole. What is wrong with one row is a `Reject`, not an error.

E170 to E184 are about the mapping, the arguments and how they fit the database; E470 to E484 about input that
cannot be read and a database that refuses; E570 says that rows were rejected; E670 that policy forbids it.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import FindingsError, RefusedError, RunFailedError, UsageError, as_sentence


@dataclass(frozen=True, slots=True)
class MappingProblem:
    """One thing that is wrong in a mapping file. `key` is dotted, as in `table.users.columns.email`."""

    key: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.key}: {self.sentence}" if self.key else self.sentence


def _first(problems: tuple[MappingProblem, ...]) -> str:
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}"


@dataclass(eq=False)
class MappingUnreadableError(UsageError):
    """The mapping file cannot be read or is not TOML."""

    code = "E170"

    path: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"The mapping file {self.path} cannot be read: {self.reason}."

    @property
    def hint(self) -> str:
        return "See docs/mapping.md for a whole mapping file."


@dataclass(eq=False)
class MappingInvalidError(UsageError):
    """The mapping file says something that cannot be."""

    code = "E171"

    path: str
    problems: tuple[MappingProblem, ...]

    @property
    def sentence(self) -> str:
        return f"The mapping {self.path} is not valid: {_first(self.problems)}."

    @property
    def hint(self) -> str:
        rest = "".join(f"\n  {problem}" for problem in self.problems[1:])
        return f"See docs/mapping.md for every key.{rest}"


@dataclass(eq=False)
class MappingDoesNotFitError(UsageError):
    """The mapping names tables or columns that the database does not have, or leaves needed ones out."""

    code = "E172"

    problems: tuple[MappingProblem, ...]

    @property
    def sentence(self) -> str:
        return f"The mapping does not fit the database: {_first(self.problems)}."

    @property
    def hint(self) -> str:
        rest = "".join(f"\n  {problem}" for problem in self.problems[1:])
        return f"Is the database upgraded to the revision the mapping was written for?{rest}"


@dataclass(frozen=True, slots=True)
class UnmappedField:
    """A field of the source that no table takes."""

    table: str
    field: str
    rows: int
    """In how many records it stands."""
    where: str
    """The first of them."""


@dataclass(eq=False)
class UnmappedFieldsError(UsageError):
    """The source holds fields that the mapping neither moves nor ignores."""

    code = "E173"

    fields: tuple[UnmappedField, ...]

    @property
    def sentence(self) -> str:
        first = self.fields[0]
        more = f", and {len(self.fields) - 1} more fields" if len(self.fields) > 1 else ""
        return (
            f"Field {first.field!r} for {first.table} is not mapped "
            f"(in {first.rows} records, first at {first.where}){more}."
        )

    @property
    def hint(self) -> str:
        rest = "".join(f"\n  {item.table}: {item.field!r} in {item.rows} records" for item in self.fields[1:])
        return f"Map it to a column or put it into 'ignore'; nothing was written.{rest}"


@dataclass(eq=False)
class NothingToImportError(UsageError):
    """The folder has no mapping file, or the files it names are not there."""

    code = "E174"

    folder: str
    missing: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"There is nothing to import in {self.folder}: {', '.join(self.missing)} not found."

    @property
    def hint(self) -> str:
        return "A folder to import holds mapping.toml and the files it names; or give files and --mapping."


@dataclass(eq=False)
class SourceNotFoundError(UsageError):
    """A source cannot be opened or imported."""

    code = "E175"

    source: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"The source {self.source} cannot be opened: {self.reason}."

    @property
    def hint(self) -> str:
        return "A source is a file, or module:attribute for objects in memory."


@dataclass(eq=False)
class SourcesDoNotMatchError(UsageError):
    """The sources given do not pair with the sources of the mapping."""

    code = "E176"

    given: tuple[str, ...]
    wanted: tuple[str, ...]

    @property
    def sentence(self) -> str:
        given = ", ".join(self.given) or "nothing"
        return f"The mapping wants the sources {', '.join(self.wanted)}; given were {given}."

    @property
    def hint(self) -> str:
        return "Name a file like the section [source.NAME] or its 'from', one file for each source."


@dataclass(eq=False)
class MappingNotNamedError(UsageError):
    """Sources are named, but not the mapping that says what they are."""

    code = "E178"

    given: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"There is no mapping for {', '.join(self.given) or 'an import without sources'}."

    @property
    def hint(self) -> str:
        return "Name it with --mapping, or name a folder with a mapping.toml in it."


@dataclass(eq=False)
class SourceShapeError(UsageError):
    """The source has another shape than the row pointers of the mapping expect."""

    code = "E177"

    source: str
    where: str
    found: str
    wanted: str

    @property
    def sentence(self) -> str:
        return f"{self.source} has {self.found} at {self.where}, where the mapping expects {self.wanted}."

    @property
    def hint(self) -> str:
        return "Mend 'rows' in the mapping, or say the 'shape' of the source."


@dataclass(eq=False)
class SourceUnreadableError(RunFailedError):
    """The source is not JSON, not UTF-8, or ends too early; as a whole, so that no row can be trusted."""

    code = "E470"

    source: str
    line: int
    offset: int
    """Bytes from the beginning of the file, from 0."""
    reason: str
    advice: str = "Nothing was written. Mend the file or export it again."

    @property
    def sentence(self) -> str:
        return f"{self.source} cannot be read at line {self.line}, byte {self.offset}: {self.reason}."

    @property
    def hint(self) -> str:
        return as_sentence(self.advice)


@dataclass(eq=False)
class SourceCutError(SourceUnreadableError):
    """The source ends in the middle of a value."""

    code = "E471"

    advice: str = (
        "The file was cut off while it was written or copied. Nothing was written; get the whole file."
    )


@dataclass(eq=False)
class LoadRefusedByServerError(RunFailedError):
    """The server refused the load for a reason that no single row explains."""

    code = "E472"

    table: str
    sqlstate: str
    reason: str

    @property
    def sentence(self) -> str:
        where = f" into {self.table}" if self.table else ""
        return f"The database refused the load{where} ({self.sqlstate}): {self.reason}."

    @property
    def hint(self) -> str:
        return "Nothing was written."


@dataclass(eq=False)
class RowsSwallowedError(RunFailedError):
    """The server stored another number of rows than it was sent, without an error."""

    code = "E473"

    table: str
    sent: int
    stored: int
    places: tuple[str, ...] = ()
    """The first rows that are not there, as far as they can be told."""

    @property
    def sentence(self) -> str:
        missing = f" Not there: {', '.join(self.places)}." if self.places else ""
        return f"Table {self.table} was sent {self.sent} rows and has {self.stored} of them.{missing}"

    @property
    def hint(self) -> str:
        return "A trigger or rule of the table drops or adds rows. Nothing was written."


@dataclass(eq=False)
class RowsRejectedError(FindingsError):
    """Rows do not fit; nothing was written."""

    code = "E570"

    rejected: int
    read: int
    first: str

    @property
    def sentence(self) -> str:
        counted = f"{self.rejected} of {self.read} rows do not fit, so nothing was written"
        return f"{counted}; the first: {self.first}."

    @property
    def hint(self) -> str:
        return "Mend the rows or the mapping and import again."


@dataclass(eq=False)
class CycleError(RefusedError):
    """Tables refer to each other in a circle that cannot be filled in one pass."""

    code = "E670"

    tables: tuple[str, ...]
    keys: tuple[str, ...] = ()
    """The columns that refer, one set for each table."""

    @property
    def sentence(self) -> str:
        return f"Tables {' -> '.join((*self.tables, self.tables[0]))} refer to each other in a circle."

    @property
    def hint(self) -> str:
        where = f" of {', '.join(self.keys)}" if self.keys else ""
        return f"Make one of the foreign keys{where} DEFERRABLE, or one of their columns nullable."
