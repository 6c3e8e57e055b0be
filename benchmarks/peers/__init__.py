"""The same work by other tools; they have environments of their own (make bench-peers)."""
