"""The commands about the endpoint: serve, key, replay."""
