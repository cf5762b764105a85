"""Sources: where legacy records come from. Each gives records with their place; none knows columns."""
