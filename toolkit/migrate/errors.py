"""What can be wrong with an Alembic project and its `env.py`.

Revisions have `revision_errors`, runs have `run_errors`. Codes: x50 to x69. No field holds a URL with its
password.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import UsageError

if TYPE_CHECKING:
    from alembic.config import Config


@dataclass(eq=False)
class NoProjectError(UsageError):
    """Neither alembic.ini nor [tool.alembic] was found, or not the file that was named."""

    code = "E150"

    directory: str
    named: bool = False

    @property
    def sentence(self) -> str:
        if self.named:
            return f"The Alembic project was said to be in {self.directory}, and nothing of one is there."
        return f"There is no Alembic project in {self.directory} or in a folder above it."

    @property
    def hint(self) -> str:
        if self.named:
            return "Correct --config, ALEMBIC_CONFIG or alembic_config; `neonkit config show` tells which."
        return "Go to the project's folder, or name its file: --config path/to/alembic.ini."


@dataclass(eq=False)
class MissingScriptsError(UsageError):
    """The folder with env.py and the revisions is not where the configuration says."""

    code = "E151"

    location: str | None
    config: str | None
    section: str = "alembic"

    @property
    def sentence(self) -> str:
        source = self.config or "the configuration"
        if self.location is None:
            return f"{source} does not say in [{self.section}] where the migration scripts are."
        return f"The migration scripts are not in {self.location}, where {source} says they are."

    @property
    def hint(self) -> str:
        return (
            f"Set script_location in [{self.section}]; it may begin with %(here)s. "
            "Another section: --section."
        )


@dataclass(eq=False)
class BadConfigurationError(UsageError):
    """The ini or toml file cannot be read."""

    code = "E152"

    path: str
    line: int | None
    reason: str

    @classmethod
    def of(cls, config: Config, reason: str) -> BadConfigurationError:
        """The error for the file that Alembic's `config` came from."""
        return cls(str(config.config_file_name or config.toml_file_name or "the configuration"), None, reason)

    @property
    def sentence(self) -> str:
        return f"{place(self.path, self.line)} cannot be used: {self.reason}."


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
        return f"{place(self.path, self.line)} failed with {self.exception}: {self.reason}."

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
        return f"Say which is which in pyproject.toml: [tool.neonkit.databases] {example}."


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
class AlembicRefusedError(UsageError):
    """Alembic declined the command for a reason of its own."""

    code = "E166"

    reason: str

    @property
    def sentence(self) -> str:
        return f"Alembic declined: {self.reason.rstrip('.')}."

    @property
    def hint(self) -> str | None:
        if "Ambiguous walk" in self.reason:
            return "The way forks there: name the revision to go to."
        return None


@dataclass(eq=False)
class CaptureNeedsConnectionError(UsageError):
    """env.py cannot be read without a database."""

    code = "E167"

    path: str
    line: int | None

    @property
    def sentence(self) -> str:
        where = place(self.path, self.line)
        return f"{where} connects before it configures, so it cannot be read without a database."

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


def place(path: str, line: int | None) -> str:
    """`path:line` for people."""
    return path if line is None else f"{path}:{line}"
