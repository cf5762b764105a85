"""Legacy data into tables: sources, mapping, judging, COPY, reconciliation.

Invariants: every row arrives with the value that the source has, or the import says which one does not and
why; all of it is written, or nothing. The room knows tables from the catalog, never from models.
"""

from toolkit.transfer.arrange import ImportOrder, arrange
from toolkit.transfer.door import load
from toolkit.transfer.judge.rejects import Reject
from toolkit.transfer.loading.terms import LoadOptions
from toolkit.transfer.mapping.model import TransferMapping
from toolkit.transfer.mapping.read import parse_mapping, read_mapping
from toolkit.transfer.report import LoadReport, TableReport

__all__ = [
    "ImportOrder",
    "LoadOptions",
    "LoadReport",
    "Reject",
    "TableReport",
    "TransferMapping",
    "arrange",
    "load",
    "parse_mapping",
    "read_mapping",
]
