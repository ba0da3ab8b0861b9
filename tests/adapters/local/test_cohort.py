"""The people of the demo."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.adapters import local
from scheduler.local import known_zone

FILE = Path(local.__file__).parent / "cohort.csv"
COLUMNS = ["name", "email", "language", "zone", "manager_email"]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """Give the rows of the file."""
    return list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))


def test_there_are_twelve_of_them(rows: list[dict[str, str]]) -> None:
    assert [list(row) for row in rows] == [COLUMNS] * 12
    assert len({row["email"] for row in rows}) == 12


def test_the_five_of_the_sample_programme_come_first(rows: list[dict[str, str]]) -> None:
    assert [row["name"] for row in rows[:5]] == ["Sanne", "Youssef", "Lotte", "Bram", "Noor"]


def test_nobody_is_real(rows: list[dict[str, str]]) -> None:
    assert all(row["email"].endswith("@example.org") for row in rows)


def test_both_languages_and_several_zones_are_there(rows: list[dict[str, str]]) -> None:
    assert {row["language"] for row in rows} == {"nl", "en"}
    assert {"Europe/Amsterdam", "Europe/London", "Europe/Lisbon"} <= {row["zone"] for row in rows}
    assert all(map(known_zone, (row["zone"] for row in rows)))


def test_every_manager_is_one_of_them_and_nobodys_own(rows: list[dict[str, str]]) -> None:
    people = {row["email"] for row in rows}

    assert {row["manager_email"] for row in rows} - {""} <= people
    assert all(row["manager_email"] != row["email"] for row in rows)
