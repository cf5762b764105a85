"""How a source is to be read: its shape, its encoding, its CSV dialect, and the limits that keep memory flat.

Plain values; nothing here opens a source.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

Shape: TypeAlias = Literal[
    "auto",
    "array",
    "ndjson",
    "concatenated",
    "keyed",
    "grouped",
    "document",
    "csv",
    "tinydb",
    "json-server",
    "mongo",
]
"""What a source looks like.

`array`: `[{...}, ...]`. `ndjson`: one value a line. `concatenated`: values one after the other, with or
without RFC 7464 separators. `keyed`: `{"id": {...}}`. `grouped`: `{"owner": [{...}]}`. `document`: an object
that holds arrays and objects of records; `tinydb` and `json-server` files are documents. `csv`: rows of
cells. `mongo`: an array or lines of MongoDB extended JSON, whose `{"$oid": ...}` and the like become plain
values.
"""

MAX_DEPTH: Final = 200
"""How deep a record may nest. One that nests deeper is a flaw."""
MAX_RECORD: Final = 64 * 1024 * 1024
"""How many bytes one record may have. A longer one is a flaw, and what is kept of it is its beginning."""
MAX_RATIO: Final = 1_000
"""How many times its compressed size a file may become, beyond the first `FREE_EXPANSION` bytes."""
FREE_EXPANSION: Final = 256 * 1024 * 1024
"""Up to here no ratio is a reason to stop: plain JSON of equal records packs well."""


@dataclass(frozen=True, slots=True)
class CsvRules:
    """How a CSV source is written. Cells are texts or NULL, whatever they look like."""

    delimiter: str | None = None
    """One character. None: found in the header line, and said in a notice."""
    quote: str = '"'
    header: tuple[str, ...] | None = None
    """The names of the columns; None: the first row has them."""
    null: str | None = ""
    """A cell without quotes that has exactly this text is NULL, as in `COPY`; None: no cell is."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What is said about reading one source beyond its shape."""

    encoding: str | None = None
    """A codec name such as `latin-1`. None: UTF-8, or what the byte order mark says."""
    csv: CsvRules = field(default_factory=CsvRules)
    on_cut: Literal["raise", "flaw"] = "raise"
    """What becomes of input that ends in the middle of a record: reading fails behind the last whole record,
    or the rest is one more record, with the flaw `truncated`."""
    duplicate_keys: Literal["reject", "first", "last"] = "reject"
    """Which value counts where one object of a record has a key twice."""
    relaxed: bool = False
    """Whether JSON may have comments (`//` and `/* */`) and a comma behind the last element."""
    max_depth: int = MAX_DEPTH
    max_record: int = MAX_RECORD
    max_ratio: int = MAX_RATIO
    free_expansion: int = FREE_EXPANSION
    chunk: int = 256 * 1024
    """How many bytes are asked for at once."""


DEFAULT_OPTIONS: Final = ReadOptions()
