"""The target: the few facts of the catalog that an import needs, and the order in which tables are filled."""
