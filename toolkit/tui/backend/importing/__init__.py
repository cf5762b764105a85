"""Sources, scans, mappings, loads and rejects for mode 4."""

from toolkit.tui.backend.importing.asking import ImportBackend

__all__ = ["ImportBackend"]
