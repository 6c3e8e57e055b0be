import pytest

from features.crm.histories import recognise_history


@pytest.mark.parametrize(
    ("names", "what"),
    [
        ("OpportunityId Field OldValue NewValue CreatedDate", "a Salesforce field history"),
        ("lead_id field old_value new_value created_date", "a Salesforce field history"),
        ("contactId property value timestamp sourceType", "a HubSpot property history"),
        ("contact_id name value timestamp source", "a HubSpot property history"),
        ("lead_id field value changed_at", "a table of field changes"),
        ("OpportunityId CreatedDate StageName Amount", "a Salesforce opportunity history"),
    ],
)
def test_the_shapes_of_field_histories_are_known(names, what):
    assert recognise_history(names.split())[0] == what


def test_a_wide_history_names_its_fields():
    _, columns = recognise_history(["Id", "OpportunityId", "Amount", "CreatedDate", "StageName"])
    assert (columns.lead_id, columns.changed_at) == ("OpportunityId", "CreatedDate")
    assert columns.fields == ["StageName", "Amount"]


def test_unknown_shapes_are_not_taken_for_known_ones():
    assert recognise_history(["a", "b"]) is None
    assert recognise_history(["OpportunityId", "CreatedDate"]) is None


@pytest.mark.parametrize(
    "names",
    [
        ["Lead ID", "Edit Date", "Field / Event", "Old Value", "New Value", "Edited By"],
        ["Record ID", "Changed Field", "Previous Value", "New Value", "Changed On"],
        ["Deal ID", "Property name", "Property value", "Timestamp"],
        ["Lead-ID", "Bearbeitungsdatum", "Feld/Ereignis", "Alter Wert", "Neuer Wert"],
        ["Contact ID", "Champ", "Ancienne valeur", "Nouvelle valeur", "Modifié le"],
        ["Lead ID", "Campo", "Valor anterior", "Nuevo valor", "Fecha de modificación"],
    ],
)
def test_the_labels_of_field_histories_are_known_in_several_languages(names):
    _, columns = recognise_history(names)
    assert columns.lead_id == names[0]
    assert len({*columns.names}) == len(columns.names) >= 4


def test_a_history_without_the_values_before_is_known_all_the_same():
    _, columns = recognise_history(["Lead ID", "Edit Date", "Field / Event", "New Value"])
    assert columns.old_value is None
