import shutil

import pytest

from leadgate.errors import BundleError, ConfigError, LeadError, NoChampionError
from serving.auth.api_keys import hash_key
from serving.http.events import folded_words, read_outcome
from serving.http.settings import Settings

TOML = """
[data]
leads = "leads.csv"
[columns]
lead_id = "LeadId"
outcome = "Stage"
won = ["Won"]
[policy]
cost_per_handoff = 10.0
value_per_win = 100.0
[tracking]
uri = "sqlite:///registry.db"
model = "readiness-of-acme"
[serving]
key_hashes = ["{hash}"]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "leadgate.toml").write_text(TOML.format(hash=hash_key("hashed")))
    return tmp_path


def load(settings):
    source = settings.source()
    return source.load(source.resolve())


def test_settings_come_from_the_nearest_configuration_and_the_environment(folder):
    below = folder / "a" / "b"
    below.mkdir(parents=True)
    settings = Settings.read({"LEADGATE_API_KEYS": "plain"}, below)
    assert settings.folder == folder
    assert settings.model == "champion"
    assert settings.tracking.model == "readiness-of-acme"
    assert settings.keys.accept(b"plain")
    assert settings.keys.accept(b"hashed")


def test_settings_take_the_configuration_that_is_named(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    settings = Settings.read({"LEADGATE_CONFIG": str(folder / "leadgate.toml")}, elsewhere)
    assert settings.folder == folder


def test_settings_refuse_a_configuration_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match=r"gone\.toml: 1 fault: there is no such file"):
        Settings.read({"LEADGATE_CONFIG": str(tmp_path / "gone.toml")}, tmp_path)


def test_a_bundle_directory_needs_no_configuration(bundle, tmp_path):
    settings = Settings.read({"LEADGATE_MODEL": str(bundle)}, tmp_path)
    assert settings.config is None
    assert not settings.keys
    assert load(settings).version == "bundle"


def test_the_policy_of_the_configuration_wins(bundle, folder):
    own = load(Settings.read({"LEADGATE_MODEL": str(bundle)}, folder.parent))
    configured = load(Settings.read({"LEADGATE_MODEL": str(bundle)}, folder))
    assert configured.policy.break_even() == pytest.approx(0.1)
    assert own.policy.break_even() == 0.0


def test_load_says_that_there_is_no_champion(folder):
    with pytest.raises(NoChampionError, match=r"registry\.db"):
        load(Settings.read({}, folder))


def test_load_names_the_file_of_a_damaged_bundle(bundle, tmp_path):
    path = shutil.copytree(bundle, tmp_path / "damaged")
    (path / "features.json").write_text("{}")
    settings = Settings.read({"LEADGATE_MODEL": str(path)}, tmp_path)
    with pytest.raises(BundleError, match=r"features\.json was changed"):
        load(settings)


def test_a_damaged_bundle_is_answered_with_its_reason(bundle, tmp_path, client_of, caplog):
    path = shutil.copytree(bundle, tmp_path / "damaged")
    (path / "linear.json").unlink()
    settings = Settings.read({"LEADGATE_MODEL": str(path)}, tmp_path)
    client = client_of(lambda: load(settings))
    answer = client.post("/v1/score", {"lead_id": "1"})
    assert answer.status == 503
    assert answer.json()["code"] == "bad_bundle"
    assert "linear.json is missing" in answer.json()["detail"]
    assert "linear.json is missing" in caplog.text


def test_outcomes_have_the_words_of_the_configuration(tmp_path):
    columns = (
        'outcome = "Stage"\nwon = ["Closed Won"]\nlost = ["Closed Lost"]\nunworked = ["New"]\n'
    )
    path = tmp_path / "leadgate.toml"
    path.write_text(f'[data]\nleads = "a.csv"\n[columns]\nlead_id = "id"\n{columns}')
    settings = Settings.read({"LEADGATE_CONFIG": str(path)})
    words = {"Closed Won": "won", "Closed Lost": "lost", "New": "open"}
    assert settings.outcome_words() == words
    item = {"lead_id": "1", "outcome": " closed WON", "closed_at": "2026-01-02T00:00:00Z"}
    assert read_outcome(item, 0, folded_words(words)).outcome == "won"
    with pytest.raises(LeadError, match="outcome"):
        read_outcome({**item, "outcome": "Closed"}, 0, folded_words(words))
    path.write_text(path.read_text().replace('["Closed Lost"]', '"rest"'))
    assert "lost" not in Settings.read({"LEADGATE_CONFIG": str(path)}).outcome_words().values()
