"""Mode 5: can one user see or touch another's rows."""
