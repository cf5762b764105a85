"""`AlembicProject`: somebody's Alembic project, opened where it lies and never changed.

It holds where the files are and how to come to them; nothing is executed before `opened`. Inside `opened` the
process looks to the project's files as if `alembic` had been started in its folder, and what they print, log
or warn is heard instead of shown.
"""

from __future__ import annotations

import configparser
import io
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.config import Config
from alembic.script import ScriptDirectory

from toolkit.database import DatabaseUrl
from toolkit.migrate import discovery, modules
from toolkit.migrate.errors import BadConfigurationError
from toolkit.migrate.insiders import Insiders
from toolkit.migrate.placeholder import stand_in
from toolkit.migrate.scripts import LoadedRevisions, open_scripts
from toolkit.migrate.silence import Heard, silenced
from toolkit.migrate.surroundings import in_project

if TYPE_CHECKING:
    from toolkit.migrate.captured import CapturedEnvironment
    from toolkit.migrate.graph import RevisionGraph
    from toolkit.migrate.versions import VersionTable


@dataclass(slots=True)
class Opened:
    """The project at work: Alembic's own objects, and what is heard from the project's files."""

    config: Config
    script: ScriptDirectory
    heard: Heard

    @property
    def insiders(self) -> Insiders:
        """The threads that belong to this run."""
        return self.heard.insiders

    @property
    def env_py(self) -> Path:
        """The project's `env.py`."""
        return Path(self.script.dir).absolute() / "env.py"


@dataclass(slots=True)
class Memory:
    """What was learned from running the project's files; kept until `AlembicProject.forget`."""

    loaded: LoadedRevisions = field(default_factory=LoadedRevisions)
    captured: CapturedEnvironment | None = None
    online: CapturedEnvironment | None = None
    tables: dict[DatabaseUrl, tuple[VersionTable, ...]] = field(default_factory=dict)
    """By the database that was asked for: where `env.py` keeps its versions."""


@dataclass(frozen=True)
class AlembicProject:
    """One Alembic project.

    `x` are the `-x` arguments for `env.py`. `environ` are variables it gets where they are not set.
    `databases` says, for an `env.py` with several databases, which URL stands for which: by ini section, by
    database name, or by `host/name`.
    """

    files: discovery.Files
    section: str = "alembic"
    x: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    databases: Mapping[str, DatabaseUrl] = field(default_factory=dict)
    prototype: Config | None = field(default=None, repr=False)
    """A Config built in code, whose options each run starts from."""
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        config: Path | None = None,
        section: str = "alembic",
        x: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
        databases: Mapping[str, DatabaseUrl] | None = None,
    ) -> AlembicProject:
        """The project that `config` names, or the nearest one from `directory` upward.

        Raises NoProjectError, BadConfigurationError.
        """
        files = discovery.find(directory, config, section)
        return cls(files, section, tuple(x), dict(environ or {}), dict(databases or {}))

    @classmethod
    def from_config(cls, config: Config, root: Path, **more: Any) -> AlembicProject:
        """The project of a Config built in code, with `root` as the folder relative paths are meant from."""
        ini, toml = config.config_file_name, config.toml_file_name
        files = discovery.Files(root.absolute(), Path(ini) if ini else None, Path(toml) if toml else None)
        return cls(files, config.config_ini_section, prototype=config, **more)

    @property
    def root(self) -> Path:
        """The folder the project's relative paths are meant from."""
        return self.files.root

    def config(self, **command: Any) -> Config:
        """A fresh Alembic Config, as Alembic's command line would make it for the options in `command`."""
        options = Namespace(x=list(self.x), name=self.section, quiet=True, raiseerr=True, **command)
        config = Config(
            file_=self.files.ini,
            toml_file=self.files.toml,
            ini_section=self.section,
            stdout=io.StringIO(),
            output_buffer=io.StringIO(),
            cmd_opts=options,
        )
        try:
            config.file_config.sections()
        except configparser.Error as error:
            raise BadConfigurationError(
                str(self.files.ini), getattr(error, "lineno", None), str(error)
            ) from error
        if self.prototype is not None:
            _copy_options(self.prototype, config)
        if self.files.scripts is not None:
            config.set_main_option("script_location", str(self.files.scripts).replace("%", "%%"))
        return config

    @contextmanager
    def opened(self, hear: Callable[[str], None] | None = None, **command: Any) -> Iterator[Opened]:
        """The project at work; `hear` is called with each line its files print or warn."""
        with ExitStack() as stack:
            stack.enter_context(in_project(self.root, self.environ))
            heard = Heard(Insiders())
            if hear is not None:
                heard.hear = hear
            stack.enter_context(heard.insiders.entered())
            stack.enter_context(silenced(heard))
            config = self.config(**command)
            opened = Opened(config, open_scripts(config, self.memory.loaded), heard)
            stand_in(config, opened.env_py)
            yield opened

    def graph(self) -> RevisionGraph:
        """The revisions and how they follow one another; no database. Raises what `open_scripts` raises."""
        from toolkit.migrate.graph import read_graph

        with self.opened() as opened:
            return read_graph(opened.script)

    def capture(self) -> CapturedEnvironment:
        """What `env.py` configures, read without a connection. Raises what `capture` raises."""
        from toolkit.migrate.capture import capture

        if self.memory.captured is None:
            self.memory.captured = capture(self)
        captured, online = self.memory.captured, self.memory.online
        return captured if online is None else online.over(captured)

    def forget(self) -> tuple[str, ...]:
        """Forget what was learned, and drop the modules the project imported; returns their names.

        For a reload after an edit. A MetaData that lives in an installed package (SQLModel's default one)
        keeps the tables of the dropped modules; whoever reloads such models clears it.
        """
        self.memory.captured = self.memory.online = None
        self.memory.tables.clear()
        self.memory.loaded = LoadedRevisions()
        return modules.forget(self.root)


def _copy_options(source: Config, target: Config) -> None:
    for section in source.file_config.sections():
        if not target.file_config.has_section(section):
            target.file_config.add_section(section)
        for name, value in source.file_config.items(section, raw=True):
            target.file_config.set(section, name, value)
    target.attributes.update(
        {name: value for name, value in source.attributes.items() if name != "connection"}
    )
