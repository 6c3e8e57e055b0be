"""The endpoint: addresses, requests, documents, logs."""
