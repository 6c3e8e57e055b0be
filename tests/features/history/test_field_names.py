import pandas as pd

from features.history.field_names import as_columns
from leadgate.config import Data

DATA = Data(leads="x", decimal={"Deal Amount": ","})


def changes(*rows):
    return pd.DataFrame(rows, columns=["field", "value", "old_value"])


def test_fields_are_named_and_numbers_written_as_the_columns():
    given = changes(["Deal_Amount__c", "1.250", "1.000"], ["Stage", "1.250", ""], ["x", "1", "2"])
    read = as_columns(given, ["Deal Amount", "Stage"], DATA)
    assert read["field"].tolist() == ["Deal Amount", "Stage", "x"]
    assert read["value"].tolist() == ["1250", "1.250", "1"]
    assert read["old_value"].tolist() == ["1000", "", "2"]


def test_changes_that_are_named_as_the_columns_stay_as_they_are():
    given = changes(["Stage", "New", ""])
    assert as_columns(given, ["Stage"], DATA) is given
    assert as_columns(given[:0], ["Stage"], DATA).empty
