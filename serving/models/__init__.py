"""The model that answers, and where it comes from."""
