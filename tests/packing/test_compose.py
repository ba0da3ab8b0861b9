"""compose.yaml, promise by promise."""

from __future__ import annotations

import tomllib
from typing import Any, Final

import pytest
import yaml

from bot.cli.command import build
from bot.settings import Settings
from tests.packing.dockerfile import ROOT

COMPOSE: Final[dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: Final[dict[str, dict[str, Any]]] = COMPOSE["services"]
OURS: Final = ["demo", "serve", "serve-on-postgres"]
ON_POSTGRES: Final = ["postgres", "serve-on-postgres"]
PORT: Final = "${HOLDFAST_PORT:-8080}"


def test_up_without_a_word_is_the_demo_and_nothing_else() -> None:
    assert [name for name, service in SERVICES.items() if "profiles" not in service] == ["demo"]
    assert SERVICES["demo"]["command"] == ["demo", "--in-container"]
    assert "secrets" not in SERVICES["demo"]


@pytest.mark.parametrize("name", OURS)
def test_every_port_is_published_on_this_machine_only_under_the_same_number(name: str) -> None:
    assert SERVICES[name]["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert SERVICES[name]["environment"]["HOLDFAST_PORT"] == PORT


def test_the_database_is_not_published_at_all() -> None:
    assert "ports" not in SERVICES["postgres"]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_may_do_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "cap_add" not in service
    assert "/tmp" in service["tmpfs"]  # noqa: S108 - in a container, and in memory


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_to_stay_stands_in_a_named_volume(name: str) -> None:
    (volume,) = SERVICES[name]["volumes"]

    assert volume.split(":")[0] in COMPOSE["volumes"]


def test_the_demo_shares_nothing_with_what_is_real() -> None:
    others = [SERVICES[name]["volumes"] for name in SERVICES if name != "demo"]

    assert SERVICES["demo"]["volumes"] == ["demo:/data"]
    assert ["demo:/data"] not in others


@pytest.mark.parametrize("name", OURS)
def test_it_is_built_here_and_named_by_its_version(name: str) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert SERVICES[name]["build"] == "."
    assert SERVICES[name]["image"] == f"holdfast:{version}"
    assert SERVICES[name]["init"] is True
    assert SERVICES[name]["stop_grace_period"] == "20s"


@pytest.mark.parametrize("name", OURS)
def test_every_setting_and_command_is_one_that_there_is(name: str) -> None:
    given = {
        key.removeprefix("HOLDFAST_").removesuffix("_FILE").lower()
        for key in SERVICES[name]["environment"]
    }

    assert given <= Settings.model_fields.keys()
    assert SERVICES[name]["command"][0] in {
        command.name for command in build().registered_commands
    }


def test_postgresql_is_waited_for_until_it_is_healthy() -> None:
    assert SERVICES["postgres"]["image"] == "postgres:15"
    assert SERVICES["postgres"]["healthcheck"]["test"][1] == "pg_isready"
    assert SERVICES["serve-on-postgres"]["depends_on"] == {
        "postgres": {"condition": "service_healthy"}
    }


@pytest.mark.parametrize("name", ON_POSTGRES)
def test_the_profile_of_postgresql_holds_both(name: str) -> None:
    assert SERVICES[name]["profiles"] == ["postgres"]


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_files_and_never_from_the_environment(name: str) -> None:
    service = SERVICES[name]
    told = {key: value for key, value in service["environment"].items() if "/secrets/" in value}

    assert all(key.endswith("_FILE") for key in told)
    assert {value.rpartition("/")[2] for value in told.values()} == {*service.get("secrets", ())}
    assert not [key for key in service["environment"] if key.endswith(("PASSWORD", "URL", "KEYS"))]


@pytest.mark.parametrize("secret", COMPOSE["secrets"].values(), ids=COMPOSE["secrets"])
def test_the_files_of_secrets_stay_out_of_git_and_of_the_image(secret: dict[str, str]) -> None:
    assert secret["file"].startswith("./secrets/")
    assert "secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert (ROOT / ".dockerignore").read_text("utf-8").splitlines()[1] == "*"
