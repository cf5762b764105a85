"""What the command line says of itself: commands, options, events, exit codes, errors; values and pages.

Everything is read from the program: nothing here is written a second time, so it cannot be out of date.
"""
