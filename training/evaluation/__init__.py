"""How a model did on leads that it had not seen."""
