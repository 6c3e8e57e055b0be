"""Metrics, bootstrap intervals and clustered standard errors."""
