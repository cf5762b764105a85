"""The command line: one module per group of commands.

A command parses its arguments, asks the core, and shows the result; it decides nothing about databases. Only
`output` writes results to standard output, and only `diagnostics` and `prompt` write to standard error.

Invariant: no module in here imports SQLAlchemy, Alembic, psycopg2, pydantic or Textual before a command runs,
so that `--help` answers at once.
"""
