"""Legacy data into tables: sources, mapping, judging, COPY, reconciliation."""
