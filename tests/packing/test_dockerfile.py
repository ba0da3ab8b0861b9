"""The Dockerfile, read rule by rule: no linter and no engine is at hand where tests run."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch

import pytest

from tests.packing.dockerfile import ROOT, stages

BUILD, RUN = stages()
EVERYTHING = (ROOT / "Dockerfile").read_text("utf-8")
IGNORED = (ROOT / ".dockerignore").read_text("utf-8").splitlines()


@pytest.mark.parametrize("stage", [BUILD, RUN], ids=["build", "run"])
def test_the_base_is_slim_and_pinned_to_a_version(stage: object) -> None:
    assert re.match(r"python:3\.11\.\d+-slim-bookworm( AS build)?$", getattr(stage, "base"))  # noqa: B009


def test_both_stages_begin_alike_so_that_the_venv_finds_its_python() -> None:
    assert BUILD.base.split()[0] == RUN.base


def test_nothing_is_installed_without_its_hash() -> None:
    installs = [line for line in BUILD.all("RUN") if "pip install" in line]

    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "--no-index --no-deps --no-build-isolation" in installs[1]
    assert "pip" not in " ".join(RUN.all("RUN"))


def test_only_the_first_part_of_the_lock_is_installed_as_make_does() -> None:
    cut = "sed '/^# Only for development/,{}d' requirements.lock"

    assert cut.format("$") in " ".join(BUILD.all("RUN"))
    assert cut.format("$$") in (ROOT / "Makefile").read_text("utf-8")


def test_it_runs_as_a_user_with_a_fixed_number_that_is_not_root() -> None:
    number = RUN.one("USER")

    assert number == "10001:10001"
    assert f"useradd --uid {number.split(':')[0]}" in " ".join(RUN.all("RUN"))
    assert "--owner=10001 --group=10001 --mode=0700 /data" in " ".join(RUN.all("RUN"))


def test_signals_reach_the_process() -> None:
    assert RUN.exec_form("ENTRYPOINT") == ["holdfast"]
    assert RUN.exec_form("CMD") == ["serve"]
    assert RUN.one("STOPSIGNAL") == "SIGTERM"


def test_it_works_and_writes_in_the_volume_only() -> None:
    assert RUN.one("VOLUME") == '["/data"]'
    assert RUN.one("WORKDIR") == "/data"
    assert RUN.environment["HOME"] == "/tmp"  # noqa: S108 - in memory, by compose.yaml
    assert RUN.environment["PYTHONDONTWRITEBYTECODE"] == "1"
    assert RUN.environment["PYTHONUNBUFFERED"] == "1"


def test_its_health_is_asked_with_what_is_there() -> None:
    program, flag, code = RUN.exec_form("HEALTHCHECK")

    assert (program, flag) == ("python", "-c")
    assert "/ready" in code
    compile(code, "HEALTHCHECK", "exec")


def test_it_can_back_up_postgresql() -> None:
    assert "postgresql-client-15" in " ".join(RUN.all("RUN"))


def test_no_secret_and_no_address_stands_in_a_layer() -> None:
    assert not re.search(r"(?i)password|token|secret|master_key|\b(?-i:ARG|ADD)\b", EVERYTHING)
    assert set(re.findall(r"https?://[^'/]+", EVERYTHING)) == {"http://127.0.0.1:"}


def test_nothing_depends_on_the_kind_of_machine() -> None:
    assert not re.search(r"amd64|arm64|x86_64|aarch64|--platform", EVERYTHING)


def test_its_label_names_the_version_of_this_release() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert f'image.version="{version}"' in EVERYTHING


def test_only_what_is_copied_is_sent_to_the_engine() -> None:
    let_in = [line.removeprefix("!") for line in IGNORED if line.startswith("!")]

    assert IGNORED[1] == "*"
    assert sorted(let_in) == sorted(BUILD.copied)
    assert all((ROOT / name).exists() for name in let_in)


@pytest.mark.parametrize("secret", ["bot/.env", "storage/holdfast.db", "bot/master.key"])
def test_what_may_be_secret_stays_out_even_there(secret: str) -> None:
    shut = [line for line in IGNORED if line.startswith("**")]

    assert any(fnmatch(secret, pattern) for pattern in shut)
