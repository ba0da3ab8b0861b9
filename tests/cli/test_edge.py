"""That whatever goes wrong becomes a paragraph and a code, and a trace without words."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.edge import ERRORS, Edge, Ended
from bot.errors import (
    Ambiguous,
    BadContent,
    HoldfastError,
    NotAllowed,
    TryLater,
    Unreachable,
)
from bot.settings import SettingsError
from storage.errors import (
    BadKey,
    DatabaseAway,
    Held,
    Missing,
    NotReady,
    StorageError,
    Taken,
    WrongKey,
)

CANARY = "Tom durft niets te zeggen"


def ended(error: BaseException) -> Result:
    """Run a command that raises this."""
    app = typer.Typer(cls=Edge)

    @app.command()
    def fail() -> None:
        raise error

    @app.command()
    def other() -> None:
        """Stand beside the first, so that there is a group."""

    return CliRunner().invoke(app, ["fail"])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (HoldfastError, Ended.PROBLEM),
        (BadContent, Ended.PROBLEM),
        (Ambiguous, Ended.PROBLEM),
        (Unreachable, Ended.PROBLEM),
        (NotAllowed, Ended.REFUSED),
        (Taken, Ended.REFUSED),
        (SettingsError, Ended.NOT_READY),
        (TryLater, Ended.NOT_READY),
        (StorageError, Ended.NOT_READY),
        (DatabaseAway, Ended.NOT_READY),
        (NotReady, Ended.NOT_READY),
        (WrongKey, Ended.NOT_READY),
        (BadKey, Ended.NOT_READY),
        (Held, Ended.NOT_READY),
        (Missing, Ended.NOT_READY),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_an_error_is_its_words_and_a_code(
    error: type[HoldfastError | StorageError], code: Ended
) -> None:
    said = ended(error("Do [this] first: `holdfast db upgrade`."))

    assert said.exit_code == code
    assert said.stderr == "Do [this] first: `holdfast db upgrade`.\n"
    assert not said.stdout


def test_an_error_may_be_of_many_lines() -> None:
    said = ended(BadContent("a.csv:1: This.\na.csv:2: That."))

    assert said.stderr == "a.csv:1: This.\na.csv:2: That.\n"


def test_a_surprise_is_a_paragraph_with_an_id_and_a_trace_without_words() -> None:
    said = ended(RuntimeError(CANARY))

    assert said.exit_code == Ended.PROBLEM
    assert len(said.stderr.splitlines()) == 1
    assert "RuntimeError" in said.stderr
    noted = ERRORS.read_text()
    assert noted.split()[1] in said.stderr
    assert "test_edge.py" in noted
    assert CANARY not in said.stderr + noted


def test_a_surprise_that_cannot_be_noted_is_still_a_paragraph() -> None:
    Path(ERRORS.parent).write_text("in the way")

    said = ended(RuntimeError(CANARY))

    assert said.exit_code == Ended.PROBLEM
    assert "could not be noted" in said.stderr
    assert CANARY not in said.stderr


def test_ctrl_c_is_no_surprise() -> None:
    said = ended(KeyboardInterrupt())

    assert said.exit_code == 128 + 2  # as shells count a SIGINT
    assert not said.stderr
    assert not ERRORS.exists()


def test_a_code_of_its_own_is_kept() -> None:
    assert ended(typer.Exit(Ended.REFUSED)).exit_code == Ended.REFUSED
