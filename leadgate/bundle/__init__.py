"""The model bundle: a directory of text and JSON with checksums, and nothing of a real lead."""
