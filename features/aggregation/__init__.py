"""Features: which there are, and their values at a snapshot."""
