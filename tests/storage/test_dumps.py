"""PostgreSQL's programs are found, and told where to go without what is secret in it."""

from __future__ import annotations

import pytest

from storage import dumps, engines
from storage.errors import StorageError

URL = "postgresql+psycopg://holdfast:s3cret@db.example:5433/people?sslmode=require"


def test_a_password_stands_in_the_environment_and_never_in_the_arguments() -> None:
    url = engines.read_url(URL)

    assert dumps.environment(url)["PGPASSWORD"] == "s3cret"
    assert "s3cret" not in dumps.address(url)
    assert set(dumps.address(url).split()) == {
        "host=db.example", "port=5433", "user=holdfast", "dbname=people", "sslmode=require"
    }  # fmt: skip


def test_the_password_of_a_client_key_is_left_out_too() -> None:
    url = engines.read_url(f"{URL}&sslpassword=wh1sper")

    assert "wh1sper" not in dumps.address(url)


def test_without_a_password_the_environment_says_nothing_of_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    url = engines.read_url("postgresql+psycopg://holdfast@/people?host=/run/postgresql")

    assert "PGPASSWORD" not in dumps.environment(url)
    assert "host=/run/postgresql" in dumps.address(url)


def test_a_program_that_is_not_installed_is_said_with_what_to_install() -> None:
    with pytest.raises(StorageError, match="apt-get install postgresql-client"):
        dumps.program("pg_nothing", places=())


def test_a_program_is_found_on_the_path_where_no_system_keeps_it() -> None:
    assert dumps.program("sh", places=()).endswith("/sh")
