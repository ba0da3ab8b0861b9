"""Nobody shows words but through the gate: the type checker refuses every other way."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy import api

ROOT = Path(__file__).parents[1]
BEFORE = """
from uuid import UUID
from bot.visibility import Owned, PublicName, Shown, plain, show
from bot.words import Words

def show_it(words: Words, text: str, owned: Owned, viewer: UUID) -> object:
"""


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give what the type checker says of every way that somebody might try, a line each."""
    file = tmp_path_factory.mktemp("gate") / "tried.py"
    file.write_text(BEFORE + "".join(f"    {way}\n" for way in [*WAYS, *FINE]))
    config = str(ROOT / "pyproject.toml")
    said, _, _ = api.run(["--config-file", config, "--no-error-summary", str(file)])
    return said


WAYS = {
    "Shown(text, object())": "arg-type",
    "Shown(text)": "call-arg",
    'words.render("common.edit", "nl", {"name": text})': "dict-item",
    'words.render("common.edit", "nl", {"name": owned})': "dict-item",
    "plain(text)": "arg-type",
    "plain(owned)": "arg-type",
    "show(text, viewer)": "arg-type",
}
FINE = (
    'words.render("common.edit", "nl", {"name": show(owned, viewer)})',
    'words.render("common.edit", "nl", {"name": plain(PublicName("Sanne"))})',
    "return None",
)
FIRST = BEFORE.count("\n") + 1


@pytest.mark.slow
@pytest.mark.parametrize(("way", "code"), WAYS.items())
def test_no_other_way_passes_the_type_checker(way: str, code: str, complaints: str) -> None:
    line = FIRST + list(WAYS).index(way)

    assert f"tried.py:{line}: error:" in complaints
    told = next(each for each in complaints.splitlines() if f"tried.py:{line}: error" in each)
    assert told.endswith(f"[{code}]")


@pytest.mark.slow
def test_the_gate_itself_does(complaints: str) -> None:
    lines = [FIRST + len(WAYS) + number for number in range(len(FINE))]

    assert not [line for line in lines if f"tried.py:{line}:" in complaints]
