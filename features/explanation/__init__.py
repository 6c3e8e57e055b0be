"""Features in the words of a salesperson."""
