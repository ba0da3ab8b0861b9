"""The page for administrators says what the code does: every setting, every check, every name."""

import re
from collections.abc import Mapping

import pytest

from bot.cli.checks import CHECKS, SETTINGS, SETTINGS_LOOKED_AT
from bot.cli.metrics import exposition
from bot.clock import MachineClock
from bot.conversation import MOST_TRIES, next_try
from bot.settings import Settings
from storage.counts import Counts
from storage.ids import new_id
from storage.inbox import Event
from tests.cli.remedies import commands_in, missing_in
from tests.docs.test_citations import ROOT

PAGE = (ROOT / "docs" / "running.md").read_text("utf-8")
TYPED = re.compile(r"(?m)^    holdfast ([^#\n]+)")


def _table(header: str) -> list[list[str]]:
    """Give the rows of the table with this header, cell by cell."""
    _, _, rest = PAGE.partition(f"{header}\n")
    body = rest.partition("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def _default(value: object) -> str:
    shown = getattr(value, "get_secret_value", lambda: value)()
    return "" if shown in (None, "") else f"`{shown}`"


def test_every_setting_stands_there_with_its_default() -> None:
    told = {row[0]: row[1] for row in _table("| Setting | Default | What it is |")}

    assert told == {
        f"`{name}`": _default(each.default) for name, each in Settings.model_fields.items()
    }


def test_every_check_stands_there_with_what_it_looks_at() -> None:
    looked_at = [[check.name, check.looks_at] for check in CHECKS]

    assert _table("| Check | It is fine when |") == [[SETTINGS, SETTINGS_LOOKED_AT], *looked_at]


def test_every_metric_stands_there() -> None:
    nothing: Mapping[str, int] = {}
    shown = exposition(Counts(nothing, {}, nothing, None, None), MachineClock().now()).decode()

    told = {row[0].strip("`") for row in _table("| Metric | Labels | What to watch |")}

    assert told == set(re.findall(r"(?m)^# TYPE (\w+) ", shown))


def test_every_command_that_is_shown_can_be_typed() -> None:
    shown = [each.strip() for each in TYPED.findall(PAGE)]

    assert "events retry --all" in shown
    assert [each for each in [*shown, *commands_in(PAGE)] if missing_in(each)] == []


@pytest.mark.parametrize(("tries", "minutes"), [(1, 10), (2, 20), (4, 80)])
def test_failed_events_are_tried_again_when_the_page_says(tries: int, minutes: int) -> None:
    now = MachineClock().now()
    failed = Event(new_id(), new_id(), "e", None, "typed", now, "failed", tries)

    coming = next_try(failed)

    assert coming is not None
    assert (coming - now).total_seconds() == minutes * 60
    assert MOST_TRIES == 5
