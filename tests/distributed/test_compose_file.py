"""What docker-compose.yml and the Dockerfile promise an operator, read without running them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from notify_svc.settings import NotifySettings
from shenguan_chassis.settings import ServiceSettings
from shenguan_launcher.district import SERVICES

ROOT = Path(__file__).parents[2]
NAMES = [service.name for service in SERVICES]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def recipe() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_every_service_of_the_house_is_there_with_a_migration_of_its_own(compose: dict[str, Any]) -> None:
    expected = {*NAMES, *(f"migrate-{name}" for name in NAMES), "postgres", "kafka", "kafka-access"}

    assert set(compose["services"]) == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_service_starts_after_its_database_has_its_shape_and_the_bus_answers(
    compose: dict[str, Any], name: str
) -> None:
    assert compose["services"][name]["depends_on"] == {
        "kafka-access": {"condition": "service_completed_successfully"},
        f"migrate-{name}": {"condition": "service_completed_successfully"},
    }
    assert compose["services"][f"migrate-{name}"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


@pytest.mark.parametrize("name", NAMES)
def test_a_service_and_its_migration_hold_the_secrets_of_their_own_database_and_no_other(
    compose: dict[str, Any], name: str
) -> None:
    own = [
        {"source": f"{name}_database_url", "target": "shenguan_database_url"},
        {"source": f"{name}_master_keys", "target": "shenguan_master_keys"},
        {"source": f"{name}_kafka_password", "target": "shenguan_kafka_password"},
    ]

    assert compose["services"][name]["secrets"][:3] == own
    assert compose["services"][f"migrate-{name}"]["secrets"] == own


@pytest.mark.parametrize("name", [*NAMES, *(f"migrate-{name}" for name in NAMES)])
def test_a_service_can_change_nothing_of_its_container_and_gain_no_right(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service
    assert "privileged" not in service


def test_whatever_notify_may_be_told_of_its_own_can_be_told_in_env_and_its_secrets_in_files(
    compose: dict[str, Any],
) -> None:
    own = NotifySettings.model_fields.keys() - ServiceSettings.model_fields.keys()
    secret = {name for name in own if NotifySettings.model_fields[name].annotation is SecretStr}
    told, files = compose["services"]["notify"]["environment"], compose["services"]["notify"]["secrets"]

    passed_on = {name for name, value in told.items() if value is None}
    assert passed_on == {f"SHENGUAN_{name.upper()}" for name in own - secret}
    assert {file["target"] for file in files[3:]} == {f"shenguan_{name}" for name in secret}
    assert all(len(compose["services"][name]["secrets"]) == 3 for name in NAMES if name != "notify")


def test_nothing_is_reached_from_outside_the_machine_and_only_services_from_outside_the_network(
    compose: dict[str, Any],
) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert set(published) == set(NAMES)
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


@pytest.mark.parametrize("name", NAMES)
def test_a_service_signs_on_to_kafka_as_itself(compose: dict[str, Any], name: str) -> None:
    told = compose["services"][name]["environment"]

    assert (told["SHENGUAN_KAFKA_SECURITY"], told["SHENGUAN_KAFKA_USERNAME"]) == ("SASL_PLAINTEXT", name)


@pytest.mark.parametrize("file", ["docker-compose.yml", "deploy/kafka-on-loopback.yml"])
def test_kafka_is_open_without_a_password_to_nobody_but_itself(compose: dict[str, Any], file: str) -> None:
    told = compose["services"]["kafka"]["environment"]
    told = told | yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))["services"]["kafka"]["environment"]
    protocols = dict(pair.split(":") for pair in told["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
    places = dict(place.split("://") for place in told["KAFKA_LISTENERS"].split(","))

    open_ones = [name for name in places if protocols[name] == "PLAINTEXT"]
    assert all(places[name].startswith("localhost:") for name in open_ones)
    assert {protocols[name] for name in places if name not in open_ones} == {"SASL_PLAINTEXT"}
    assert told["KAFKA_AUTHORIZER_CLASS_NAME"].endswith("StandardAuthorizer")


def test_no_password_is_written_here_and_each_secret_is_a_file(compose: dict[str, Any]) -> None:
    told = [
        (key, str(value))
        for service in compose["services"].values()
        for key, value in service.get("environment", {}).items()
    ]

    assert [key for key, _ in told if re.search("PASSWORD|SECRET|TOKEN", key)] == ["POSTGRES_PASSWORD_FILE"]
    assert not [value for _, value in told if re.search(r"://[^/]*:[^/]*@", value)]
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def test_only_official_images_of_a_stated_version_are_used(compose: dict[str, Any], recipe: str) -> None:
    foreign = {s["image"] for s in compose["services"].values() if not s["image"].startswith("shenguan/")}
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", recipe, re.MULTILINE))
    bases = set(re.findall(r"^FROM (\S+)", recipe, re.MULTILINE)) - stages

    assert foreign == {"postgres:18", "apache/kafka:4.3.1"}
    assert bases == {"python:3.11-slim-bookworm"}


def test_what_must_survive_lies_on_volumes(compose: dict[str, Any]) -> None:
    def mounted(name: str) -> list[str]:
        return [volume.partition(":")[2] for volume in compose["services"][name]["volumes"] if volume[0] not in "./$"]

    assert set(compose["volumes"]) == {"postgres", "kafka", "expert"}
    assert mounted("postgres") == ["/var/lib/postgresql"]
    assert mounted("kafka") == ["/var/lib/kafka/data"]
    assert mounted("expert") == ["/var/lib/shenguan"]


def test_everything_that_stays_up_is_restarted_and_tells_whether_it_is_well(
    compose: dict[str, Any], recipe: str
) -> None:
    staying = {
        name: service
        for name, service in compose["services"].items()
        if not name.startswith(("migrate-", "kafka-access"))
    }

    assert {service["restart"] for service in staying.values()} == {"unless-stopped"}
    assert [name for name, service in staying.items() if "healthcheck" in service] == ["postgres", "kafka"]
    assert "HEALTHCHECK" in recipe


def test_a_container_runs_as_nobody_in_particular_and_hears_the_signal_to_stop(recipe: str) -> None:
    last = recipe[recipe.rindex("\nFROM ") :]

    assert re.findall(r"^USER (\S+)", last, re.MULTILINE) == ["10001:10001"]
    assert "STOPSIGNAL SIGTERM" in last
    assert "exec python -m" in last


def test_no_secret_and_no_state_can_get_into_an_image() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "*"
    assert not [rule for rule in rules if rule.startswith("!") and re.search("secrets|env|data", rule)]
