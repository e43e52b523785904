"""The container's files: what they promise about users and rights, and that they name settings and commands that exist."""

import re
import tomllib
from typing import Any

import click
import pytest
import yaml

from tests.support.postgres import CHECKOUT
from tracker.cli import command
from tracker.config_sources import VARIABLES

CONTAINERFILE = (CHECKOUT / "Containerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "compose.yaml").read_text("utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "newsroom-tracker"}


def test_image_runs_without_root_and_checks_its_health():
    final = CONTAINERFILE.rpartition("\nFROM ")[2]

    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert "HEALTHCHECK" in final
    assert re.search(r"^VOLUME /data$", final, re.MULTILINE)
    assert "TRACKER_HOME=/data" in final


def test_image_has_all_extra_parts():
    extras = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]

    assert set(re.findall(r"--extra (\S+)", CONTAINERFILE)) == set(extras)


def test_image_installs_with_the_same_uv_as_a_checkout():
    pinned = re.search(r"^UV_VERSION=(\S+)$", (CHECKOUT / ".ci/setup").read_text("utf-8"), re.MULTILINE)

    assert pinned
    assert re.findall(r"\buv==(\S+)", CONTAINERFILE) == [pinned[1]]


@pytest.mark.parametrize("name", OURS)
def test_service_is_read_only_and_without_rights(name: str):
    service = OURS[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service
    assert "privileged" not in service


@pytest.mark.parametrize("name", OURS)
def test_service_names_settings_that_exist(name: str):
    given = {variable.removeprefix("TRACKER_").removesuffix("_FILE") for variable in OURS[name].get("environment", {})}

    assert given <= set(VARIABLES)


@pytest.mark.parametrize("name", OURS)
def test_service_runs_a_command_that_exists(name: str):
    found: click.Command = command
    with click.Context(command) as context:
        words = list(OURS[name]["command"])
        while isinstance(found, click.Group):
            inner = found.get_command(context, words.pop(0))
            assert inner is not None
            found = inner
        found.make_context(name, words, resilient_parsing=False)


def test_owner_of_the_tables_is_known_to_upgrade_and_rights_alone():
    holders = {name for name, service in COMPOSE["services"].items() if "owner_url" in service.get("secrets", [])}

    assert holders == {"upgrade", "rights"}
    assert "owner_password" not in COMPOSE["services"]["web"]["secrets"]


def test_pages_are_published_on_this_machine_alone_without_a_proxy():
    assert OURS["small"]["ports"] == ["127.0.0.1:8000:8000"]
    assert "ports" not in OURS["web"]


def test_files_that_services_mount_exist():
    mounted = {
        volume.partition(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    }

    assert mounted == {"./containers/accounts.sql", "./containers/Caddyfile"}
    assert all((CHECKOUT / name).is_file() for name in mounted)


def test_image_starts_without_comparing_sources():
    assert "PYC_INVALIDATION_MODE=UNCHECKED_HASH" in CONTAINERFILE.partition("\nFROM ")[2].partition("\nFROM ")[0]
    assert CONTAINERFILE.count("--compile-bytecode") == 2


def test_builder_sees_what_the_wheel_is_made_of():
    allowed = {
        line.removeprefix("!") for line in (CHECKOUT / ".containerignore").read_text("utf-8").splitlines() if line[:1] == "!"
    }

    assert {"tracker", "migrations", "seeds", "templates", "docs", "hatch_build.py", "pyproject.toml", "uv.lock"} <= allowed
    assert all((CHECKOUT / name).exists() for name in allowed)
    assert not allowed & {"tests", ".git", "secrets", ".venv"}
