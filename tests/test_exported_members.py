"""The public names: whoever changes one changes it here, too."""

from __future__ import annotations

import importlib

import pytest

EXPORTED = {
    "leadgate": ["Config", "LeadgateError", "__version__"],
    "leadgate.cli": ["main", "run"],
    "features": ["FeatureSet", "LeadHistory", "load_tables"],
    "training": ["TrainingResult", "train"],
    "serving": ["Scorer"],
    "experiments.simulation": [
        "STAGES",
        "Oracle",
        "Truth",
        "World",
        "WorldSettings",
        "decision_points",
        "simulate",
    ],
}


@pytest.mark.parametrize("package", EXPORTED)
def test_exported_members_are_these(package):
    module = importlib.import_module(package)
    assert module.__all__ == EXPORTED[package]
    assert [name for name in EXPORTED[package] if not hasattr(module, name)] == []
