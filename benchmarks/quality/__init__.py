"""How right the models are, forward in time and beside known truth."""
