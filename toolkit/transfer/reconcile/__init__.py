"""Reconciliation: what the source says should be there against what is there.

Here: figures per table, per chosen column and per owner, and the report as Markdown. Everything is asked
within the import's own transaction, of the rows that it wrote or found equal.
"""
