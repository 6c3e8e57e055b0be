"""One meaning each: which column has it, why, and what else it could be."""
