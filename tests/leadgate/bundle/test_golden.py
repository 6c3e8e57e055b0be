"""Golden rows notice a model that scores otherwise."""

import json

import numpy as np
import pytest

from leadgate.bundle.golden import N_ROWS, check_golden, golden_rows
from leadgate.errors import BundleError
from leadgate.model import AdditiveMember, Blend, Calibration, Model, Shape


def _model(slope=1.0):
    member = AdditiveMember([Shape([0, 1], [-1, 1]), Shape.table([0.5, -0.5, 0.1])], 0.0)
    return Model(Blend([member], [1.0]), Calibration(0.0, slope))


def _written(tmp_path, values):
    path = tmp_path / "golden.json"
    path.write_text(json.dumps(values))
    return path


def test_rows_are_drawn_within_the_ranges_some_missing_and_codes_whole():
    golden = golden_rows(_model(), [0.25, 0.0], [0.75, 1.0])
    rows = np.array(golden["rows"], dtype=float)
    assert rows.shape == (N_ROWS, 2)
    assert np.isnan(rows).any()
    number, code = rows[:, 0], rows[:, 1]
    assert ((number[~np.isnan(number)] >= 0.25) & (number[~np.isnan(number)] <= 0.75)).all()
    assert set(code[~np.isnan(code)]) == {0.0, 1.0}


def test_unknown_ranges_are_drawn_as_zero():
    rows = np.array(golden_rows(_model(), [np.nan, 0.0], [np.nan, 1.0])["rows"], dtype=float)
    assert (rows[~np.isnan(rows[:, 0]), 0] == 0.0).all()


def test_same_model_reproduces_its_rows(tmp_path):
    golden = golden_rows(_model(), [0, 0], [1, 1])
    check_golden(_written(tmp_path, golden), _model())
    assert golden == golden_rows(_model(), [0, 0], [1, 1])


def test_slightly_other_model_is_noticed(tmp_path):
    path = _written(tmp_path, golden_rows(_model(), [0, 0], [1, 1]))
    with pytest.raises(BundleError, match=r"golden\.json: this machine does not reproduce"):
        check_golden(path, _model(slope=1.0 + 1e-7))


@pytest.mark.parametrize("values", [{}, {"rows": [["a", 1]], "readiness": [0.5]}])
def test_rows_of_another_kind_are_refused(tmp_path, values):
    with pytest.raises(BundleError, match="not the golden rows of this model"):
        check_golden(_written(tmp_path, values), _model())
