"""Whether a command that a sentence names can be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Any

from typer.main import get_command

from bot.cli.command import build

_NAMED = re.compile(r"`(?:\.venv/bin/)?holdfast ([^`]+)`")


def commands_in(text: str) -> list[str]:
    """Find the commands that stand between backquotes."""
    return _NAMED.findall(text)


def missing_in(command: str) -> Sequence[str]:
    """Give the words of a command that the command line does not know; none when all is well."""
    found: Any = get_command(build())
    words = shlex.split(command.replace("…", "X"))
    while words and (inner := getattr(found, "commands", None)):
        if words[0].startswith("-"):
            break
        if words[0] not in inner:
            return words[:1]
        found = inner[words.pop(0)]
    known = {"--help"} | {option for each in found.params for option in each.opts}
    return [word for word in words if word.startswith("-") and word.split("=")[0] not in known]
