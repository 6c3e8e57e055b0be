"""Other tools, each in an environment of its own: what they fit on, and what they answer."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd

from leadgate.arrays import Floats
from training.dataset.matrix import Matrix

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "benchmarks" / "peers" / "programs"
# Peer -> (environment, seconds).
PEERS = {
    "autogluon": ("autogluon", 180.0),
    "flaml": ("flaml", 120.0),
    "lightgbm": ("plain", 0.0),
    "logistic": ("plain", 0.0),
    "naive_bayes": ("plain", 0.0),
}


def write_matrices(folder: Path, train: Matrix, X: Floats) -> None:
    """Write what a peer fits on, leads that sales worked, and the rows that it is asked about."""
    train = train.of_worked()
    features = train.feature_set.features_
    names = [f"f{j}" for j in range(len(features))]
    table = pd.DataFrame(train.X, columns=names).assign(y=train.y, weight=train.weight)
    table.to_parquet(folder / "train.parquet")
    pd.DataFrame(X, columns=names).to_parquet(folder / "test.parquet")
    sizes = {
        name: int(np.nanmax(np.append(train.X[:, j], 0))) + 1
        for j, (name, feature) in enumerate(zip(names, features, strict=True))
        if feature.kind == "category"
    }
    (folder / "meta.json").write_text(json.dumps({"categories": sizes}))


def run_peer(peer: str, folder: Path, scale: float) -> str:
    """Run a peer in its environment; return why it gave no answer, or ""."""
    environment, seconds = PEERS[peer]
    python = ROOT / f".venv-peers-{environment}" / "bin" / "python"
    if not python.is_file():
        return f"{peer} is not installed: make bench-peers"
    script = PROGRAMS / "tabular.py"
    # What Python finds for us must not hide what the peer brings.
    own = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(python), str(script), peer, str(folder), str(scale * seconds)],
        env=own, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else f"{peer}: {done.stderr.strip().splitlines()[-1]}"
