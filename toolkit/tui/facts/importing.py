"""What can be imported, what is in it, on which terms it goes in, and what an import did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from shlex import quote
from typing import Final, Literal

Stage = Literal["validated", "loaded", "retried"]

Mode = Literal["error", "skip", "update-changed", "replace", "insert-missing"]
BadRows = Literal["refuse", "reject"]
Transaction = Literal["atomic", "batched"]

MODES: Final[tuple[Mode | None, ...]] = (
    None,
    "error",
    "skip",
    "update-changed",
    "replace",
    "insert-missing",
)
BAD_ROWS: Final[tuple[BadRows | None, ...]] = (None, "refuse", "reject")
TRANSACTIONS: Final[tuple[Transaction | None, ...]] = (None, "atomic", "batched")


LATEST: Final = "latest"
"""The run of the same file that stopped last."""
DATA_SUFFIXES: Final = (".json", ".ndjson", ".jsonl", ".csv", ".tsv")
PACKED_SUFFIXES: Final = (".gz", ".zst", ".zstd")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that could be imported."""

    path: str
    says: str
    """What it is, for people."""


@dataclass(frozen=True, slots=True)
class ImportSource:
    """What was chosen, and the mapping for it."""

    path: str
    """As the command line is given it."""
    files: tuple[tuple[str, int], ...]
    """File name and bytes."""
    mapping: str
    """The text of the mapping file."""
    mapping_path: str = ""
    saved: bool = True
    """Whether the mapping is a file; otherwise it is a proposal, or nothing."""
    undecided: tuple[str, ...] = ()
    """What the mapping leaves to somebody to decide."""
    folder: bool = True
    """Whether it is a folder with the mapping in it, which need not be named."""
    seeds: bool = False
    """Whether these are the project's seeds, which may be there already."""
    rejects: str = ""
    """Where rejected records are written."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person says about an import; None leaves it to the mapping."""

    mode: Mode | None = None
    bad_rows: BadRows | None = None
    transaction: Transaction | None = None
    again: bool = False
    """Whether to begin anew, whatever earlier runs did with the same files."""

    def next_mode(self) -> Terms:
        """Other rows that are there already."""
        return replace(self, mode=MODES[(MODES.index(self.mode) + 1) % len(MODES)])

    def next_bad_rows(self) -> Terms:
        """Another fate of rows that do not fit."""
        return replace(self, bad_rows=BAD_ROWS[(BAD_ROWS.index(self.bad_rows) + 1) % len(BAD_ROWS)])

    def next_transaction(self) -> Terms:
        """One transaction for all, or one for each batch."""
        place = TRANSACTIONS.index(self.transaction) + 1
        return replace(self, transaction=TRANSACTIONS[place % len(TRANSACTIONS)])

    @property
    def flags(self) -> list[str]:
        """As options of the command line."""
        words = [f"--mode {self.mode}"] if self.mode else []
        words += [f"--on-error {self.bad_rows}"] if self.bad_rows else []
        words += [f"--{self.transaction}"] if self.transaction else []
        return [*words, "--again"] if self.again else words


@dataclass(frozen=True, slots=True)
class PathLine:
    """One place in the records, over all of them."""

    path: str
    kinds: str
    share: float
    """In which part of the records it stands, 0 to 1."""
    null: int
    distinct: int | None
    samples: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What is in one file."""

    name: str
    kind: str
    encoding: str
    records: int
    flawed: int
    size: int
    digest: str | None
    notices: tuple[str, ...]
    paths: tuple[PathLine, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found, and the mapping it proposes; `refused` says why there is none."""

    shapes: tuple[Shape, ...]
    proposal: str | None = None
    undecided: tuple[str, ...] = ()
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class RejectLine:
    """One reason why one row does not fit."""

    line: int
    """Of the reject file, from 1."""
    where: str
    way: tuple[str, ...]
    """From the record to the value."""
    table: str
    column: str
    value: str
    """As it may be shown."""
    why: str
    hint: str
    current: str | None
    """The value as JSON, to be edited; None where there is none, and where it must not be shown."""
    masked: bool
    fixed: str | None
    """Why no value can be mended here; None if it can."""

    @property
    def place(self) -> tuple[str, tuple[str, ...]]:
        """The same for the same value, also in a later reject file."""
        return self.where, self.way

    @property
    def path(self) -> str:
        """The way, as paths are written."""
        return "$" + "".join(f"[{token}]" if token.isdigit() else f".{token}" for token in self.way)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did, per table, and the proof of it."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sentence: str
    rejects: tuple[str, ...] = ()
    """Reasons as sentences, where no file holds them."""
    rejected: bool = False
    stage: Stage = "validated"
    lines: tuple[RejectLine, ...] = ()
    reasons: int = 0
    """How many reasons there are in all."""
    reject_file: str | None = None
    proof: tuple[tuple[str, str], ...] = ()
    """What has to balance, and whether it does."""
    reconciles: bool = True
    run: str | None = None
    stopped: bool = False
    """Whether it stopped between batches, so that `run`, or `LATEST`, can be gone on with."""


def import_command(
    source: ImportSource,
    terms: Terms,
    *,
    dry_run: bool = False,
    run: str | None = None,
    refeed: str | None = None,
) -> str:
    """The command line that does the same."""
    words = ["neonkit import", quote(source.path)]
    if not source.folder:
        words.append(f"--mapping {quote(source.mapping_path)}")
    said = replace(terms, again=terms.again and run is None)
    words += Terms(terms.mode, "reject").flags if refeed else said.flags
    if refeed:
        words.append(f"--refeed {quote(refeed)}")
    if source.rejects:
        words.append(f"--rejects {quote(next_rejects(refeed) if refeed else source.rejects)}")
    words += ["--resume" if run == LATEST else f"--run {run}"] if run else []
    return " ".join([*words, "--dry-run"] if dry_run else words)


def next_rejects(path: str) -> str:
    """Where the rejects of a retry go, so that the file that is retried stays until all of it is in."""
    stem, _, _ = path.rpartition(".ndjson")
    bare, dot, number = stem.rpartition(".")
    again = int(number) + 1 if dot and number.isdigit() else 2
    return f"{bare if again > 2 else stem}.{again}.ndjson"


def looks_like_data(name: str) -> bool:
    """Whether a file is named as one that can be imported, packed or not."""
    bare = name.lower()
    for packed in PACKED_SUFFIXES:
        bare = bare.removesuffix(packed)
    return bare.endswith(DATA_SUFFIXES)


def suggest_command(source: ImportSource) -> str:
    """The command line that proposes the mapping."""
    return f"neonkit import suggest {quote(source.path)} --out {quote(source.mapping_path)}"
