"""What mode 2 asks the core for: the catalog, rows, advice and drift."""

from toolkit.tui.backend.schema.catalog import SchemaBackend

__all__ = ["SchemaBackend"]
