"""Load records without a mapping file: the target table itself says which field becomes which column."""

from toolkit.transfer.into.identity import mapping_into

__all__ = ["mapping_into"]
