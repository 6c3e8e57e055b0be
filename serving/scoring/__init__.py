"""The scorer: leads and their history in, readiness, decision and reasons out."""
