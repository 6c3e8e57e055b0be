"""Addresses of MLflow's own pages."""

from leadgate.registry.links import model_page, runs_page


def test_the_runs_open_as_a_table_past_the_start_page():
    assert runs_page("1") == (
        "http://127.0.0.1:5000/#/experiments/1/runs?workflowType=machine_learning"
    )


def test_a_name_of_any_spelling_is_an_address():
    assert model_page("leads / emea", "https://mlflow.example.com/") == (
        "https://mlflow.example.com/#/models/leads%20%2F%20emea"
    )
