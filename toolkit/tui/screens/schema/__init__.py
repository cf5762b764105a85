"""Mode 2: what is there."""
