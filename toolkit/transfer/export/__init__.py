"""Rows out of tables, exactly: to NDJSON or one JSON document, with a mapping that brings them back.

`choose` says which tables, `owned` which rows of one owner, `expression` how a column's values are written,
`rows` streams them, `files` puts them where they belong, `mapping` writes the way back, `run` does it all.
Invariant: what is exported and imported into an empty database of the same schema exports to the same bytes.
"""

from toolkit.transfer.export.report import ExportReport, LeftOut, TableExport
from toolkit.transfer.export.run import Order, export

__all__ = ["ExportReport", "LeftOut", "Order", "TableExport", "export"]
