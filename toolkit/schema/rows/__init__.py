"""The rows of a relation, page by page: for a person who looks, never for moving data.

Knows relations and columns by name and reads what it needs of them itself, so no snapshot is needed.
"""

from toolkit.schema.rows.csv_text import as_csv
from toolkit.schema.rows.errors import RowRequestError, RowsNotReadError
from toolkit.schema.rows.find import find_relation
from toolkit.schema.rows.page import RowPage, read_page, read_row
from toolkit.schema.rows.request import Equals, RowRequest, Sorted, equals, sorted_by
from toolkit.schema.rows.serving import columns_with_order
from toolkit.schema.rows.source import RowColumn, RowSource, row_source

__all__ = [
    "Equals",
    "RowColumn",
    "RowPage",
    "RowRequest",
    "RowRequestError",
    "RowSource",
    "RowsNotReadError",
    "Sorted",
    "as_csv",
    "columns_with_order",
    "equals",
    "find_relation",
    "read_page",
    "read_row",
    "row_source",
    "sorted_by",
]
