"""The registered versions of a model and the MLflow store behind them."""
