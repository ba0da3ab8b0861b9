"""`--invite-again REASON`: inviting who said no before takes a reason, which goes into the log.

What is printed never tells whether there was anybody to invite again: nobody may see who declined,
stopped or was erased.
"""

from __future__ import annotations

import re
import sys
from itertools import combinations
from typing import Final

import structlog
import typer

from bot import logs
from bot.cli.house import Desk, record
from bot.errors import BadContent
from storage import people
from storage.database import Transaction

LONGEST: Final = 150
_LONGEST_NAME: Final = 5  # words

_log = structlog.get_logger(__name__)


def check_reason(reason: str | None, option: str = "--invite-again") -> str | None:
    """Give a reason that can be logged, without the blanks around it; None if none was given.

    Raises:
        typer.BadParameter: it says nothing, is too long or holds an address.

    """
    if reason is None:
        return None
    said = " ".join(reason.split())
    if not any(each.isalnum() for each in said) or len(said) > LONGEST or "@" in said:
        raise typer.BadParameter(
            f"Write why, in at most {LONGEST} characters and without anybody's name or address.",
            param_hint=option,
        )
    return said


async def check_names(desk: Desk, reason: str | None) -> None:
    """Raise BadContent when a reason names somebody of the organisation in full."""
    words = (reason or "").split()
    spans = combinations(range(len(words) + 1), 2)
    names = [" ".join(words[a:b]) for a, b in spans if 1 < b - a <= _LONGEST_NAME]
    if await people.is_anybodys_name(desk.tx, desk.organisation.id, names):
        raise BadContent("Write the reason without names: it is kept in the log.")


async def record_again(tx: Transaction, reason: str | None) -> None:
    """Add to the audit trail that whoever said no before was invited again, and why."""
    if reason is not None:
        await record(tx, "invite_again", reason=reason)


def note_reason(reason: str | None) -> None:
    """Print and log that whoever said no before was invited again, and why."""
    if reason is None:
        return
    logs.set_up("info", "console", sys.stderr)
    _log.info("invited_again", reason=re.sub(r"[^A-Za-z0-9.:+/-]+", "_", reason))
    typer.echo(f"Whoever had declined, stopped or been erased was let in again: {reason}")
