"""Mode 6: who waits for whom."""
