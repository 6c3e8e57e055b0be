"""The files of a deployment: they name what there is, and leave no door open."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY
from typer.testing import CliRunner

import serving.metrics  # noqa: F401  (it registers what is asked for)
from leadgate.cli.app import app
from leadgate.config import Serving

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
COMPOSE_TEXT = (DEPLOY / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
DASHBOARD = json.loads((DEPLOY / "grafana" / "leadgate.json").read_text())
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
SERVICES = sorted(COMPOSE["services"])
OWN = sorted(name for name, s in COMPOSE["services"].items() if s["image"].startswith("leadgate"))


def instructions():
    """Instruction and argument of each step of the Dockerfile."""
    lines = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", DOCKERFILE)).splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines if line.strip()]


def test_dockerfile_ends_as_a_user_without_rights():
    users = [argument for name, argument in instructions() if name == "USER"]
    assert users == ["10001:10001"]
    after = [name for name, _ in instructions()]
    assert "RUN" not in after[after.index("USER") :]


def test_dockerfile_starts_from_named_versions_and_hashed_packages():
    bases = [argument.split()[0] for name, argument in instructions() if name == "FROM"]
    assert bases
    for base in bases:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+-[a-z-]+", base)
    installs = [a for name, a in instructions() if name == "RUN" and "pip install" in a]
    assert installs
    assert all("--require-hashes" in a or "--no-deps" in a for a in installs)
    assert not [name for name, _ in instructions() if name == "ADD"]


def test_dockerfile_copies_what_there_is_and_what_is_let_in():
    sources = [
        source
        for name, argument in instructions()
        if name == "COPY" and "--from" not in argument
        for source in argument.split()[:-1]
    ]
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert allowed[0] == "*"
    for source in sources:
        assert (ROOT / source).exists()
        assert f"!{source}" in allowed
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages) <= set(sources)


def test_dockerfile_starts_a_command_that_there_is():
    (entry,) = [json.loads(a) for name, a in instructions() if name == "ENTRYPOINT"]
    ((command, *arguments),) = [json.loads(a) for name, a in instructions() if name == "CMD"]
    assert (entry, command) == (["leadgate"], "serve")
    help_text = CliRunner().invoke(app, ["serve", "--help"], terminal_width=200).output
    options = [argument for argument in arguments if argument.startswith("--")]
    assert options
    assert [option for option in options if option not in help_text] == []


def test_what_a_deployment_installs_is_in_the_lock_without_what_developers_need():
    def pins(name):
        text = (ROOT / "requirements" / name).read_text()
        return set(re.findall(r"^[a-z0-9-]+==[^ ]+", text, re.MULTILINE)), text

    (runtime, text), (lock, _) = pins("runtime.txt"), pins("lock.txt")
    assert runtime <= lock
    names = {pin.split("==")[0] for pin in runtime}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["postgres"]]
    assert {re.split(r"[\[><=]", need)[0] for need in wanted} <= names
    assert not names & {"pytest", "ruff", "mypy", "hypothesis"}
    assert text.count("--hash=sha256:") >= len(runtime)


@pytest.mark.parametrize("name", SERVICES)
def test_compose_services_are_named_checked_and_reachable_from_this_machine_alone(name):
    service = COMPOSE["services"][name]
    assert re.fullmatch(r"[a-z]+:\d+\.\d+[\w.-]*", service["image"])
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    assert service.get("network_mode") != "host"
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert "healthcheck" in service or (name == "leadgate" and "HEALTHCHECK" in DOCKERFILE)
    for other, how in service.get("depends_on", {}).items():
        assert other in SERVICES
        assert how == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", OWN)
def test_compose_keeps_our_root_read_only(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["init"] is True
    assert [mount.split(":")[0] for mount in service["tmpfs"]] == ["/tmp"]


def test_compose_names_volumes_and_files_that_there_are():
    for name in SERVICES:
        for mount in COMPOSE["services"][name].get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("./"):
                assert source == "./data" or (DEPLOY / source).exists()
            else:
                assert source in COMPOSE["volumes"]
    build = COMPOSE["services"]["leadgate"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


def test_compose_holds_no_secret_and_takes_all_from_the_environment():
    example = (DEPLOY / "environment.example").read_text()
    asked = set(re.findall(r"\$\{(\w+):\?", COMPOSE_TEXT))
    assert asked == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|KEY|SECRET", name):
                assert value.startswith("${")


def test_compose_shows_settings_that_there_are():
    shown = re.findall(r"^#   (\[serving\]\n(?:#   \w+ = .*\n)+)", COMPOSE_TEXT, re.MULTILINE)
    serving = tomllib.loads(re.sub("(?m)^#   ", "", shown[0]))["serving"]
    assert Serving(**serving).log == "json"


FAMILIES = [family for family in REGISTRY.collect() if family.name.startswith("leadgate_")]
ENDINGS = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "gauge": [""]}


def test_the_dashboard_asks_for_metrics_that_there_are():
    asked = {name for e in EXPRESSIONS for name in re.findall(r"leadgate_\w+", e)}
    assert asked
    exported = {family.name + ending for family in FAMILIES for ending in ENDINGS[family.type]}
    assert asked - exported == set()
    unasked = [f.name for f in FAMILIES if not any(name.startswith(f.name) for name in asked)]
    assert unasked == []


def test_the_alerts_ask_for_metrics_that_there_are():
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"leadgate_\w+", rule["expr"])}
    exported = {family.name + ending for family in FAMILIES for ending in ENDINGS[family.type]}
    assert len(asked) == len(rules)
    assert asked - exported == set()
    (file,) = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())["rule_files"]
    assert (DEPLOY / Path(file).name).exists()


def test_the_dashboard_groups_by_labels_that_there_are():
    labels = {
        label.strip()
        for expression in EXPRESSIONS
        for group in re.findall(r"by \(([^)]*)\)", expression)
        for label in group.split(",")
    }
    assert labels <= {"decision", "path", "status", "operation", "code", "le"}


def test_the_panels_of_the_dashboard_do_not_overlap():
    cells = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for place in (panel["gridPos"],)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
