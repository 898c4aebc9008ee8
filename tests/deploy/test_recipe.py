"""What can be seen of Dockerfile and compose.yaml without running them."""

import re
import subprocess

import pytest

from tests.architecture.sources import ROOT
from tests.architecture.test_sources import documented
from tests.deploy import recipe

PASSWORDS = {"POSTGRES_PASSWORD": "a" * 32, "HAINA_APP_PASSWORD": "b" * 32}
SERVICES = recipe.compose(PASSWORDS)
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "haina"}
OF_POSTGRES = {"POSTGRES_USER", "POSTGRES_DB", *PASSWORDS}

each_service = pytest.mark.parametrize("name", SERVICES)
each_of_ours = pytest.mark.parametrize("name", OURS)


def test_the_services_are_those_of_the_handbook():
    processes = {"web", "worker-light", "worker-heavy", "beat", "migrate"}

    assert set(OURS) == processes
    assert set(SERVICES) == processes | {"postgres", "redis"}


def test_nothing_is_named_latest_or_without_a_version():
    bases = [line.split()[0] for line in recipe.arguments_of("FROM")]
    images = [service["image"] for service in SERVICES.values() if service["image"] != "haina"]

    assert [name for name in bases + images if ":" not in name or "latest" in name] == []


def test_the_image_is_built_once():
    assert [name for name, service in SERVICES.items() if "build" in service] == ["web"]


def test_the_image_runs_as_somebody_without_rights():
    names = [name for name, _arguments in recipe.dockerfile()]

    assert recipe.arguments_of("USER") == ["haina"]
    assert names.index("USER") > max(i for i, name in enumerate(names) if name in {"RUN", "COPY"})


def test_every_source_of_a_copy_is_there():
    copied = [line for line in recipe.arguments_of("COPY") if not line.startswith("--from")]

    assert copied
    assert all((ROOT / source).exists() for line in copied for source in line.split()[:-1])


def test_no_secret_gets_into_the_image():
    files = [".env", "haina.env", "var/env", ".git/config"]

    assert [name for name in files if not recipe.ignored((ROOT / name).relative_to(ROOT))] == []


def test_the_files_of_secrets_are_not_committed_either():
    told = subprocess.run(["git", "check-ignore", ".env", "haina.env"], cwd=ROOT, check=False)

    assert told.returncode == 0


def test_back_ups_are_made_with_the_programs_of_the_server():
    (client,) = re.findall(r"postgresql-client-(\d+)", (ROOT / "Dockerfile").read_text())

    assert SERVICES["postgres"]["image"] == f"postgres:{client}"


@each_service
def test_every_setting_exists(name):
    known = set(documented()) if name in OURS else OF_POSTGRES

    assert set(SERVICES[name].get("environment", {})) <= known


def test_the_passwords_that_are_asked_for_are_these():
    assert recipe.asked_for() == set(PASSWORDS)


@each_service
def test_only_the_web_server_is_reached_from_outside_and_only_by_its_host(name):
    ports = SERVICES[name].get("ports", [])

    assert ports == (["127.0.0.1:8000:8000"] if name == "web" else [])


@each_service
def test_each_has_an_end_to_its_memory_and_a_probe(name):
    service = SERVICES[name]
    if name == "migrate":
        assert service["healthcheck"] == {"disable": True}
        return

    assert service["mem_limit"].endswith("m")
    assert recipe.probe_of(service)


def test_together_they_fit_into_four_gigabytes():
    limits = [service.get("mem_limit", "0m") for service in SERVICES.values()]

    assert sum(int(limit.removesuffix("m")) for limit in limits) <= 3_700


@each_of_ours
def test_ours_write_to_their_volume_only_and_gain_no_rights(name):
    service = OURS[name]

    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == [f"files:{recipe.environment_of_image()['HAINA_VAR']}"]


@each_of_ours
def test_the_application_is_not_the_owner_of_the_tables(name):
    owner = "postgresql://haina:" in OURS[name]["environment"]["DATABASE_URL"]

    assert owner == (name == "migrate")


def test_the_handbook_has_the_commands_that_are_run():
    handbook = (ROOT / "docs/operations.md").read_text()
    told = [" ".join(recipe.command_of(service)) for service in OURS.values()]

    options = {word for command in told for word in re.findall(r"--(?:queues|config)\S*", command)}
    assert options
    assert [option for option in options if option.replace("=", " ") not in handbook] == []
