"""The scorer: what is known of leads in, readiness, decision and reasons out."""
