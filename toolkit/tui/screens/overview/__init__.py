"""Mode 1: is it healthy, and what needs me."""
