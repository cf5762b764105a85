"""The SQL that takes one snapshot to another, in an order that runs, each step marked with what it costs."""

from toolkit.schema.ddl.alter.plan import Alteration, alteration
from toolkit.schema.ddl.alter.step import Hazard, Step

__all__ = ["Alteration", "Hazard", "Step", "alteration"]
