"""Raw export -> lead history -> snapshots -> a float matrix; the same in training and serving.

The modules by what they are for, from a file to the matrix:

- Files and databases: `readers`, `databases`, `sources`.
- One value, one time: `values`, `times`, `date_order`.
- Tables under canonical names: `tables` and `columns`; `leads_table`, `lookups`, `activity_table`,
  `dated_tables`, `first_values`, `outcome_table`, `outcomes`, `closings`.
- Rows that are refused, and leads that were erased: `admission`, `refusals`, `quarantine`,
  `table_notes`, `erased`.
- The lead history: `history`, from tables (`canonical`, `border`) or from a request (`records`);
  `activities`, `changes`, `distinct`, `ragged`, `ordering`; `others` of an account.
- When leads are looked at: `snapshots`.
- The matrix: `feature_set`; `definitions`, `catalogue`, `engagement` and `vocabulary` say which
  features there are, `attributes`, `coded`, `activity_reader`, `point_in_time`, `measures` and
  `accounts` what their values are.
- Reasons in words: `facts`, `sentences`.
- The first configuration: `guess`, `leads_guess`, `activity_guess`, `changes_guess`,
  `column_profile`, `roles`, `presets`, `outcome_words`, `other_languages`, `toml_text`.
- What looks wrong: `checks`, `denylist`, `personal`, `fill_pattern`.
"""

from features.feature_set import FeatureSet
from features.history import LeadHistory
from features.tables import load_tables

__all__ = ["FeatureSet", "LeadHistory", "load_tables"]
