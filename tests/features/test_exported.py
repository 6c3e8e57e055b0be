"""The public names of the package."""

import features


def test_exported_names_are_pinned():
    assert features.__all__ == ["FeatureSet", "LeadHistory", "load_tables"]
    assert all(hasattr(features, name) for name in features.__all__)
