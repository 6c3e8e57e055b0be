"""The probe on real leads, of whose columns it is known what they are."""

import numpy as np
import pytest

from benchmarks.inputs.known_columns import NAMES, known_columns
from training.leakage.probe import find_leaks

# CRM fields of one's own whose name says everything, once the ending of such fields is read over.
BY_NAME_ALONE = {"LossReason__c"}


@pytest.mark.data
@pytest.mark.parametrize("name", NAMES)
def test_every_leak_of_real_leads_is_found_and_no_clean_column_lost(name):
    real_set = known_columns(name)
    suspects = {suspect.name for suspect in find_leaks(real_set.history, real_set.config).suspects}
    assert real_set.leak - suspects <= BY_NAME_ALONE
    assert real_set.clean & suspects == set()


@pytest.mark.data
@pytest.mark.parametrize("leads", [3_000, 4_000, 5_000, 6_500, 8_000])
def test_the_oldest_leads_say_the_same_as_all(leads):
    real_set = known_columns("x_education")
    oldest = real_set.history.cut(int(np.sort(real_set.history.order)[leads]))
    suspects = {suspect.name for suspect in find_leaks(oldest, real_set.config).suspects}
    assert suspects == real_set.leak


@pytest.mark.data
@pytest.mark.parametrize("leads", [1_000, 4_000, 16_000])
def test_a_low_base_rate_makes_no_false_alarm(leads):
    real_set = known_columns("loan_leads")
    oldest = real_set.history.cut(int(np.sort(real_set.history.order)[leads]))
    assert find_leaks(oldest, real_set.config).suspects == []
