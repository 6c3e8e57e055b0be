"""What the probes find, and what a running service withstands."""
