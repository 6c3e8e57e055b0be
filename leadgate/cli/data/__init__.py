"""The commands about the data: init, check, forget."""
