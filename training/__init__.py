"""Labels, splits, candidates, blend, calibration, evaluation, the MLflow run."""
