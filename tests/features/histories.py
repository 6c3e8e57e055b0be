"""Whether two histories say the same, bit for bit."""

from dataclasses import fields, is_dataclass

import numpy as np


def assert_same_history(mine: object, theirs: object, where: str = "") -> None:
    """Compare two histories, or parts of them, of any depth."""
    assert type(mine) is type(theirs), where
    if is_dataclass(mine):
        for field in fields(mine):
            pair = (getattr(mine, field.name), getattr(theirs, field.name))
            assert_same_history(*pair, f"{where}.{field.name}")
    elif isinstance(mine, dict):
        assert mine.keys() == theirs.keys(), where
        for name, value in mine.items():
            assert_same_history(value, theirs[name], f"{where}[{name}]")
    elif isinstance(mine, np.ndarray):
        assert mine.dtype == theirs.dtype, where
        np.testing.assert_array_equal(mine, theirs, err_msg=where)
    else:
        assert mine == theirs, where
