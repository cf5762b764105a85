"""What can be wrong with the settings. No error holds a value that might be a secret, only its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import UsageError, as_sentence


@dataclass(eq=False)
class NoSuchFolderError(UsageError):
    """The folder to look for the project from does not exist."""

    code = "E133"

    folder: Path

    @property
    def sentence(self) -> str:
        return f"There is no folder {self.folder}."

    @property
    def hint(self) -> str | None:
        return "Name the project's folder with --project, or run from inside it."


@dataclass(eq=False)
class UnreadableSettingsError(UsageError):
    """A settings file cannot be read as what it is."""

    code = "E134"

    path: Path
    complaint: str

    @property
    def sentence(self) -> str:
        return f"{self.path} cannot be read: {self.complaint}."

    @property
    def hint(self) -> str | None:
        return "Correct the file; nothing was read from it."


@dataclass(eq=False)
class UnknownSettingError(UsageError):
    """A key of [tool.neonkit] that does not exist."""

    code = "E135"

    key: str
    path: Path
    nearest: str | None = None
    line: int | None = None

    @property
    def sentence(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{where} has the unknown setting {self.key}."

    @property
    def hint(self) -> str | None:
        if self.nearest:
            return f"Did you mean {self.nearest}?"
        return "`neonkit config show` lists the settings."


@dataclass(eq=False)
class BadSettingError(UsageError):
    """A setting's value does not fit."""

    code = "E136"

    setting: str
    origin: str
    complaint: str
    line: int | None = None
    """Where in the file that `origin` names."""

    @property
    def sentence(self) -> str:
        where = f"{self.origin}:{self.line}" if self.line else self.origin
        return f"The setting {self.setting} ({where}) does not fit: {self.complaint}."

    @property
    def hint(self) -> str | None:
        return "Correct the value there, or leave it out for the default."


@dataclass(eq=False)
class BadProfileError(UsageError):
    """The selected profile does not exist, or does not say what it must."""

    code = "E137"

    profile: str
    complaint: str
    remedy: str

    @property
    def sentence(self) -> str:
        return f"The profile {self.profile} cannot be used: {self.complaint}."

    @property
    def hint(self) -> str | None:
        return as_sentence(self.remedy)


@dataclass(eq=False)
class TwoConnectionsError(UsageError):
    """A URL and a profile with a connection of its own were both chosen."""

    code = "E138"

    profile: str
    flag: str = "--url"

    @property
    def sentence(self) -> str:
        return f"{self.flag} and the profile {self.profile} name two connections; only one can be meant."

    @property
    def hint(self) -> str | None:
        return f"Leave out either {self.flag} or --profile {self.profile}."


@dataclass(eq=False)
class PasswordInFileError(UsageError):
    """A file that belongs under version control holds a password of another machine."""

    code = "E139"

    setting: str
    path: Path

    @property
    def sentence(self) -> str:
        return f"{self.path} holds a password in {self.setting}; that file belongs under version control."

    @property
    def hint(self) -> str | None:
        return (
            "Put the URL into an environment variable or .env, and name that variable with url_env; "
            "change the password if the file was ever shared."
        )
