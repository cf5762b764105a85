"""What screens show, as values: made by `backend` in worker threads, drawn by widgets.

A None on the board means "not read yet"; a `Failure` means "could not be read, and why". Screens never guess.
"""
