"""What can be wrong with an Alembic project, its revision graph, or a revision that somebody asked for.

Failures of a run are in `run_errors`. Codes: x50 to x69. No field holds a URL with its password.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import FindingsError, RefusedError, UsageError


@dataclass(eq=False)
class NoProjectError(UsageError):
    """Neither alembic.ini nor [tool.alembic] was found."""

    code = "E150"

    directory: str

    @property
    def sentence(self) -> str:
        return f"There is no Alembic project in {self.directory} or in a folder above it."

    @property
    def hint(self) -> str:
        return "Go to the project's folder, or name its file: --config path/to/alembic.ini"


@dataclass(eq=False)
class MissingScriptsError(UsageError):
    """The folder with env.py and the revisions is not where the configuration says."""

    code = "E151"

    location: str | None
    config: str | None

    @property
    def sentence(self) -> str:
        source = self.config or "the configuration"
        if self.location is None:
            return f"{source} does not say where the migration scripts are (script_location)."
        return f"The migration scripts are not in {self.location}, where {source} says they are."

    @property
    def hint(self) -> str:
        return "Set script_location in the [alembic] section; it may begin with %(here)s."


@dataclass(eq=False)
class BadConfigurationError(UsageError):
    """The ini or toml file cannot be read."""

    code = "E152"

    path: str
    line: int | None
    reason: str

    @property
    def sentence(self) -> str:
        return f"{_place(self.path, self.line)} cannot be read: {self.reason}."


@dataclass(eq=False)
class BrokenEnvironmentError(UsageError):
    """env.py, or a module it imports, raised an exception."""

    code = "E153"

    path: str
    line: int | None
    exception: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{_place(self.path, self.line)} failed with {self.exception}: {self.reason}."

    @property
    def hint(self) -> str:
        if self.exception in {"KeyError", "ValidationError"}:
            return (
                "If it is a setting that is missing, give it any value: "
                "neonkit connects env.py to the database it was told, whatever the file says."
            )
        if self.exception == "NoSuchModuleError":
            return "Give the file any postgresql:// URL; neonkit leads it to the database it was told."
        if self.exception == "ModuleNotFoundError":
            return "Set prepend_sys_path in the [alembic] section, or install the project here."
        return "Mend the file; `alembic current` must get past this line, too."


@dataclass(eq=False)
class NoEnvironmentError(UsageError):
    """There is no env.py in the scripts' folder."""

    code = "E154"

    path: str

    @property
    def sentence(self) -> str:
        return f"There is no {self.path}."

    @property
    def hint(self) -> str:
        return "Check script_location, or make the folder with `alembic init`."


@dataclass(eq=False)
class BrokenRevisionFileError(UsageError):
    """A revision file cannot be imported."""

    code = "E155"

    path: str
    line: int | None
    exception: str
    reason: str

    @property
    def sentence(self) -> str:
        place = _place(self.path, self.line)
        return f"The revision file {place} cannot be loaded, {self.exception}: {self.reason}."

    @property
    def hint(self) -> str:
        return "Mend that line, or move the file out of the versions folder."


@dataclass(eq=False)
class DuplicateRevisionError(UsageError):
    """Two files carry the same revision id."""

    code = "E156"

    revision: str
    files: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"Revision {self.revision} is in more than one file: {', '.join(self.files)}."

    @property
    def hint(self) -> str:
        return "Give one of them another id, and set the down_revision of those that follow it."


@dataclass(eq=False)
class MissingParentError(UsageError):
    """A revision names a revision that no file carries."""

    code = "E157"

    revision: str
    path: str
    missing: str
    attribute: str

    @property
    def sentence(self) -> str:
        return f"{self.path} names {self.missing} as its {self.attribute}, and there is no such revision."

    @property
    def hint(self) -> str:
        return f"Bring the file of {self.missing} back, or set {self.attribute} to a revision that is there."


@dataclass(eq=False)
class RevisionCycleError(UsageError):
    """Revisions follow one another in a circle."""

    code = "E158"

    revisions: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"These revisions follow one another in a circle: {', '.join(self.revisions)}."

    @property
    def hint(self) -> str:
        return "Set the down_revision of one of them to the revision it was made after."


@dataclass(eq=False)
class UnknownRevisionError(UsageError):
    """No revision has that id, label or name."""

    code = "E159"

    symbol: str
    near: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"There is no revision '{self.symbol}'."

    @property
    def hint(self) -> str:
        if self.near:
            return f"Did you mean {' or '.join(self.near)}? `neonkit history` lists them all."
        return "`neonkit history` lists them all."


@dataclass(eq=False)
class AmbiguousRevisionError(UsageError):
    """The beginning of an id that several revisions share."""

    code = "E160"

    symbol: str
    candidates: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"'{self.symbol}' is the beginning of several revisions: {', '.join(self.candidates)}."

    @property
    def hint(self) -> str:
        return "Give more characters of the id."


@dataclass(eq=False)
class SeveralHeadsError(UsageError):
    """One revision was asked for where the history has several ends."""

    code = "E161"

    symbol: str
    heads: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"'{self.symbol}' is not one revision: the history ends in {', '.join(self.heads)}."

    @property
    def hint(self) -> str:
        return (
            f'Join them with `neonkit merge -m "merge heads" {" ".join(self.heads)}`, '
            "name one of them, or say `heads` for all."
        )


@dataclass(eq=False)
class NotOnTheWayError(UsageError):
    """The revision asked for does not lie before, or after, the one to start from."""

    code = "E162"

    start: str
    target: str

    @property
    def sentence(self) -> str:
        return f"There is no way from {self.start} to {self.target} in this direction."

    @property
    def hint(self) -> str:
        return "`neonkit history` shows which revision follows which."


@dataclass(eq=False)
class SeveralDatabasesError(UsageError):
    """env.py connects to several databases, and one was chosen."""

    code = "E163"

    targets: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"env.py connects to several databases ({', '.join(self.targets)}), and only one was chosen."

    @property
    def hint(self) -> str:
        names = [target.rpartition("/")[2] for target in self.targets]
        example = ", ".join(f'{name} = "postgresql://…"' for name in names)
        return f"Say which is which in pyproject.toml: [tool.neonkit.databases] {example}"


@dataclass(eq=False)
class NoMetadataError(UsageError):
    """Autogenerate needs models, and env.py gives none."""

    code = "E164"

    path: str

    @property
    def sentence(self) -> str:
        return f"{self.path} gives no target_metadata, so there are no models to compare the database with."

    @property
    def hint(self) -> str:
        return "Import the models in env.py and set target_metadata to their MetaData."


@dataclass(eq=False)
class BadRangeError(UsageError):
    """A range of revisions that cannot be read."""

    code = "E165"

    given: str
    wanted: str

    @property
    def sentence(self) -> str:
        return f"'{self.given}' is not a range of revisions that can be used here."

    @property
    def hint(self) -> str:
        return f"Write it as {self.wanted}"


@dataclass(eq=False)
class AlembicRefusedError(UsageError):
    """Alembic declined the command for a reason of its own."""

    code = "E166"

    reason: str

    @property
    def sentence(self) -> str:
        return f"Alembic declined: {self.reason.rstrip('.')}."


@dataclass(eq=False)
class CaptureNeedsConnectionError(UsageError):
    """env.py cannot be read without a database."""

    code = "E167"

    path: str
    line: int | None

    @property
    def sentence(self) -> str:
        place = _place(self.path, self.line)
        return f"{place} connects before it configures, so it cannot be read without a database."

    @property
    def hint(self) -> str:
        return "Name a database (DATABASE_URL or --url); neonkit then reads the file while connected to it."


@dataclass(eq=False)
class NeverConfiguredError(UsageError):
    """env.py ended without calling context.configure."""

    code = "E168"

    path: str

    @property
    def sentence(self) -> str:
        return f"{self.path} ended without calling context.configure()."

    @property
    def hint(self) -> str:
        return "Compare it with the env.py that `alembic init` writes."


@dataclass(eq=False)
class NotAtHeadError(FindingsError):
    """The database is not at the revisions the files end in."""

    code = "E550"

    current: tuple[str, ...]
    heads: tuple[str, ...]

    @property
    def sentence(self) -> str:
        here = ", ".join(self.current) or "base"
        return f"The database is at {here}, not at {', '.join(self.heads) or 'base'}."

    @property
    def hint(self) -> str:
        return "neonkit upgrade heads"


@dataclass(eq=False)
class NotUpToDateError(RefusedError):
    """A revision cannot be generated from a database that lags behind the files."""

    code = "E651"

    heads: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return "The database is behind the revision files, so comparing it with the models would repeat them."

    @property
    def hint(self) -> str:
        return "Run `neonkit upgrade heads` first."


def _place(path: str, line: int | None) -> str:
    return path if line is None else f"{path}:{line}"
