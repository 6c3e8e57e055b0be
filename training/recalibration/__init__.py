"""A model whose base-rate offset alone is moved by the outcomes that matured since it was made."""
