from pathlib import Path

from leadgate.cli.data.forget import _words
from leadgate.cli.output import Screen
from serving.decisions.erasure import Erased


def test_what_was_erased_fits_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    erased = Erased({"decisions": 3}, 2, [Path("quarantine") / "leads.csv"], "pending")
    versions = [str(version) for version in range(1, 60)]
    words = _words(erased, versions, "sqlite:///mlflow.db cannot be opened.")
    Screen("forget", as_json=False).answer({}, *words, then="leadgate train")
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "57, 58, 59" in " ".join(out.split())
