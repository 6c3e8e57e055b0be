"""The endpoint beside what else could serve the same bundle.

One worker each, real processes, one keep-alive client that asks them in turns: the endpoint with
all it does (key, checks, store, log), `mlflow models serve` with the bundle as it is logged, and
the bare scorer in Starlette. MLflow takes no activities: it gets the lead's fields alone, and gives
no reasons less.
"""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from pathlib import Path

from benchmarks.inputs.bundles import CONFIG, example_bundle, example_lead
from benchmarks.inputs.services import Caller, in_turns, process
from benchmarks.inputs.tools import ROOT
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figures
from serving.process.launch import serve

USUAL_TIME = "2 min"
SMALL = {"requests": 25}
NEEDS = (STARTS_SERVERS,)
MLFLOW = "mlflow models serve"


def log_model(bundle: Path, folder: Path) -> Path:
    """Write the bundle as the pyfunc that training logs."""
    warnings.filterwarnings("ignore", module=r"mlflow(\.|$)")
    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
    import mlflow.pyfunc

    from serving import Scorer

    types = {"number": "double", "string": "string"}
    fields = {**Scorer.load(bundle).attributes, "lead_id": "string", "created_at": "string"}
    schema = [
        mlflow.types.ColSpec(types.get(kind, kind), name, required=False)
        for name, kind in fields.items()
    ]
    path = folder / "pyfunc"
    mlflow.pyfunc.save_model(
        path,
        python_model=str(ROOT / "serving" / "models" / "pyfunc_model.py"),
        artifacts={"bundle": str(bundle)},
        pip_requirements=["leadgate"],
        signature=mlflow.models.ModelSignature(mlflow.types.Schema(schema)),
    )
    return path


def mlflow_records(lead: dict[str, object]) -> bytes:
    """Return a lead as MLflow takes it."""
    fields = {k: v for k, v in lead.items() if k not in ("activities", "as_of")}
    # Its signature says text or double, as the columns of an export are.
    row = {k: float(v) if isinstance(v, int) else v for k, v in fields.items()}
    row["Visits"] = 3.0
    return json.dumps({"dataframe_records": [row]}).encode()


def run(requests: int = 2_000) -> Figures:
    """Ask all three in turns."""
    lead = example_lead()
    body = json.dumps(lead).encode()
    with tempfile.TemporaryDirectory() as scratch, (Path(scratch) / "log").open("wb") as log:
        folder = Path(scratch)
        bundle = example_bundle(folder)
        model = log_model(bundle, folder)
        flags = ["--env-manager", "local", "--workers", "1"]
        mlflow_command = ["mlflow", "models", "serve", "--model-uri", str(model), *flags]
        bare_command = ["uvicorn", "starlette_service:app", "--no-access-log"]
        config = folder / "leadgate.toml"
        config.write_text(CONFIG)
        with (
            serve(config, model=str(bundle), port=0, log=log) as server,
            process(mlflow_command, "/ping", folder) as mlflow_url,
            process(bare_command, "/readyz", folder, LEADGATE_MODEL=str(bundle)) as bare_url,
        ):
            callers = {
                "leadgate": Caller(server.url, "/v1/score", body, server.key),
                MLFLOW: Caller(mlflow_url, "/invocations", mlflow_records(lead)),
                "Starlette, scorer alone": Caller(bare_url, "/v1/score", body),
            }
            in_turns(callers.values(), requests)
    rows = {name: caller.figures() for name, caller in callers.items()}
    rows["leadgate"]["times_mlflow"] = rows["leadgate"]["a_second"] / rows[MLFLOW]["a_second"]
    return rows
