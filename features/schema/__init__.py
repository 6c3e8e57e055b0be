"""The tables of an export under canonical names."""
