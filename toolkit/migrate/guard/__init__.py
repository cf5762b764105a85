"""A run that does not hurt the application: timeouts by kind of statement, giving way, naming who blocks.

Here: the terms of a run, its lock timeouts, the watcher beside it, what it does about blockers and about what
interrupted builds leave behind. Not here: the runners' lock (`database.lock`), and the record of the run.
Invariants: nobody's session is ended unless a person said so; a statement that must not be cancelled half-way
has no lock timeout; only what was rolled back as a whole is tried again.
"""
