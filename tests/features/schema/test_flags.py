import pytest

from features.schema.flags import flag


@pytest.mark.parametrize("text", ["Yes", "y", "TRUE", "true", "1", "Ja", "Oui", "Sí", "si", "Sim"])
def test_yes_is_understood_in_every_language(text):
    assert flag(text) is True


@pytest.mark.parametrize(
    "text", ["No", "NO", "N", "n", "Nein", "non", "nee", "não", "NAO", "false", "False", "0"]
)
def test_no_is_understood_in_every_language(text):
    assert flag(text) is False


@pytest.mark.parametrize("text", ["", "perhaps", "2", "unknown", "nobody"])
def test_anything_else_is_neither(text):
    assert flag(text) is None
