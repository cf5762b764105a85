"""Who owns the rows of each table: rules, paths over foreign keys, the graph, its findings and its SQL.

Stands on table shapes alone, so the same graph is made from models and from a catalog.
"""
