"""From a snapshot to SQL that makes it.

Here: the statements of each kind of object, one module per kind, and the order in which they run. Not here:
what leads from one snapshot to another, and running anything.
"""

from toolkit.schema.ddl.build import ddl
from toolkit.schema.ddl.statement import Statement, as_script

__all__ = ["Statement", "as_script", "ddl"]
